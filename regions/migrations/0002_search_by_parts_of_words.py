from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

from registry.indexes import AddTrigramIndex


class Migration(migrations.Migration):
    dependencies = [("regions", "0001_initial")]

    operations = [
        TrigramExtension(),  # does nothing outside PostgreSQL, nor where an administrator made it before
        AddTrigramIndex("Region", "region_search"),
    ]
