from django.db import migrations

from registry.indexes import AddTrigramIndex


class Migration(migrations.Migration):
    dependencies = [("cooperatives", "0001_initial"), ("regions", "0002_search_by_parts_of_words")]

    operations = [AddTrigramIndex("Cooperative", "cooperative_search")]
