from django.db import models

from operations.languages import LANGUAGE_CODE_LENGTH
from operations.models.content import Content
from operations.models.group_policy_operation import GroupPolicyOperation


class OperationFile(models.Model):
    """One file that a performed operation was asked with: an ADMX (no language) or an ADML.

    Without content it only names the language, as removeLanguageFiles does.
    """

    operation = models.ForeignKey(GroupPolicyOperation, on_delete=models.CASCADE, related_name="files", db_index=False)
    language_code = models.CharField(max_length=LANGUAGE_CODE_LENGTH, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    content = models.ForeignKey(Content, on_delete=models.PROTECT, null=True, blank=True, db_index=False)

    class Meta:
        ordering = ["operation", "language_code"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "language_code"], name="operation_file_once_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.language_code})" if self.language_code else self.file_name
