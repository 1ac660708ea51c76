from django.db import models

from operations.choices import OperationStatus, OperationType

# The bucket under which all of history is counted: nothing was created in 1970.
EVER = 0


class OperationRollup(models.Model):
    """How many operations were created in one quarter of an hour, by what they are now.

    Kept in the transaction of every change by services/rollups.py, and equal to a recount at any time.
    """

    bucket = models.IntegerField()
    operation_type = models.CharField(max_length=32, choices=OperationType)
    operation_status = models.CharField(max_length=16, choices=OperationStatus)
    performed = models.BooleanField()
    # See operations/durations.py; UNFINISHED while there is no end.
    duration_step = models.SmallIntegerField()
    count = models.IntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["bucket", "operation_type", "operation_status", "performed", "duration_step"],
                name="operation_rollup_once",
            )
        ]
        indexes = [models.Index(fields=["operation_status", "bucket"], name="operation_rollup_by_status")]

    def __str__(self) -> str:
        return f"{self.count} in bucket {self.bucket}"
