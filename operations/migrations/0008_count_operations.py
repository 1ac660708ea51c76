from collections import Counter

from django.db import migrations

from operations.durations import UNFINISHED, step_of
from operations.quarters import quarter_of

EVER = 0
AT_ONCE = 10_000


def count_operations(apps, schema_editor):
    """What there is already, as operations/services/rollups.py counts it; in order, so that no quarter is split."""
    rows = apps.get_model("operations", "GroupPolicyOperation").objects.order_by("created_date_time").values_list(
        "created_date_time", "finished_date_time", "operation_type", "operation_status", "performed"
    )
    ever, cells, last = Counter(), Counter(), None
    for created, finished, *facts in rows.iterator(chunk_size=5000):
        quarter = quarter_of(created)
        if quarter != last and len(cells) > AT_ONCE:
            store(apps, cells)
            cells.clear()
        last = quarter
        step = step_of(finished - created) if finished else UNFINISHED
        cells[(quarter, *facts, step)] += 1
        ever[(EVER, *facts, step)] += 1
    store(apps, cells)
    store(apps, ever)


def forget(apps, schema_editor):
    apps.get_model("operations", "OperationRollup").objects.all().delete()


def store(apps, cells):
    rollup = apps.get_model("operations", "OperationRollup")
    names = ("quarter", "operation_type", "operation_status", "performed", "duration_step")
    rollup.objects.bulk_create(
        (rollup(**dict(zip(names, cell)), count=count) for cell, count in cells.items()), batch_size=2000
    )


class Migration(migrations.Migration):

    dependencies = [
        ('operations', '0007_rollups'),
    ]

    operations = [
        migrations.RunPython(count_operations, forget),
    ]
