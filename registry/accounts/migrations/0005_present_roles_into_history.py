from collections import defaultdict
from typing import Any

from django.db import migrations


def write_present_roles(apps: Any, schema_editor: Any) -> None:
    """Rows of history from before roles were kept say those of today: else the next change of a name would be told as
    the granting of all of them, by whoever made it."""
    user: Any = apps.get_model("accounts", "User")
    row: Any = apps.get_model("accounts", "HistoricalUser")
    link: Any = apps.get_model("accounts", "HistoricalUser_groups")
    held = defaultdict(list)
    for key, of_user, group in user.groups.through.objects.order_by("pk").values_list("pk", "user_id", "group_id"):
        held[of_user].append((key, group))
    told = set(link.objects.values_list("history_id", flat=True))
    rows = row.objects.filter(id__in=held).order_by("history_id").values_list("history_id", "id")
    link.objects.bulk_create(
        (
            link(id=key, user_id=of_user, group_id=group, history_id=of_row)
            for of_row, of_user in rows
            if of_row not in told
            for key, group in held[of_user]
        ),
        batch_size=1000,
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_history_of_roles")]

    operations = [migrations.RunPython(write_present_roles, migrations.RunPython.noop)]
