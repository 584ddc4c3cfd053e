from django.db import migrations

from registry.indexes import AddTrigramIndex


class Migration(migrations.Migration):
    dependencies = [
        ("instructions", "0004_deadlines_by_original_due"),
        ("regions", "0002_search_by_parts_of_words"),
    ]

    operations = [AddTrigramIndex("Instruction", "instruction_search")]
