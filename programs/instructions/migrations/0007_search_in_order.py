from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Upper

from registry.indexes import AddPostgresIndex


class Migration(migrations.Migration):
    dependencies = [("instructions", "0006_deadlines_told_to_executors")]

    operations = [
        migrations.RemoveIndex("Deadline", "deadline_told"),
        migrations.AddIndex(
            "Deadline", models.Index(fields=["executor", "instruction", "role", "state"], name="deadline_told")
        ),
        # The order of Meta: the first rows that hold a common word are near its beginning.
        AddPostgresIndex(
            "Instruction", models.Index(F("issued_on").desc(nulls_last=True), "id", name="instruction_newest")
        ),
        AddPostgresIndex("Meeting", models.Index(F("held_on").desc(nulls_last=True), "id", name="meeting_newest")),
        AddPostgresIndex("Instruction", models.Index(Upper("number"), name="instruction_by_number")),  # for `iexact`
    ]
