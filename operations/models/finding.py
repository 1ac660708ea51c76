from django.db import models

from operations.choices import FindingGroup, Severity
from operations.languages import LANGUAGE_CODE_LENGTH
from operations.models.group_policy_operation import GroupPolicyOperation


class Finding(models.Model):
    """One thing the checks noticed while an operation was performed, most important first."""

    operation = models.ForeignKey(
        GroupPolicyOperation, on_delete=models.CASCADE, related_name="findings", db_index=False
    )
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=64)
    severity = models.CharField(max_length=16, choices=Severity)
    group = models.CharField(max_length=16, choices=FindingGroup, default=FindingGroup.FILE)
    message = models.TextField()
    remedy = models.TextField()
    file_name = models.CharField(max_length=255)
    language_code = models.CharField(max_length=LANGUAGE_CODE_LENGTH, blank=True)
    line = models.PositiveIntegerField(null=True, blank=True)
    item = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["operation", "position"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "position"], name="finding_position_once"),
            models.CheckConstraint(condition=models.Q(severity__in=Severity.values), name="finding_severity_known"),
        ]
        indexes = [models.Index(fields=["code", "severity", "operation"], name="finding_by_code")]

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"

    @property
    def place(self) -> str:
        language = f" ({self.language_code})" if self.language_code else ""
        line = f", line {self.line}" if self.line else ""
        return f"{self.file_name}{language}{line}"
