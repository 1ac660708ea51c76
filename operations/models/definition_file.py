import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from operations.choices import BUSY, DefinitionFileStatus, PolicyType
from operations.languages import DEFAULT_LANGUAGE_CODE, LANGUAGE_CODE_LENGTH
from operations.models.content import Content


def in_force(path: str = "") -> Q:
    """The one definition of a file in force: it has a version and was not removed. `path` leads to the file, as in
    `definition_file__`. `DefinitionFile.is_in_force` says the same of an instance."""
    return Q(**{f"{path}removed_date_time": None, f"{path}version__isnull": False})


class InForceManager(models.Manager["DefinitionFile"]):
    """Definition files whose policies count: they have a version and were not removed."""

    def get_queryset(self) -> models.QuerySet["DefinitionFile"]:
        return super().get_queryset().filter(in_force())


class PresentManager(models.Manager["DefinitionFile"]):
    """Definition files that have not been removed: what the API and the lists show."""

    def get_queryset(self) -> models.QuerySet["DefinitionFile"]:
        return super().get_queryset().filter(removed_date_time=None)


class DefinitionFile(models.Model):
    """One uploaded ADMX: Microsoft Graph's groupPolicyUploadedDefinitionFile. Removal keeps the row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    display_name = models.CharField(max_length=255, null=True, blank=True)
    description = models.TextField(null=True, blank=True)
    file_name = models.CharField(max_length=255)
    # Whatever an ADMX says, as long as it likes: what is wrong with it is for the findings to tell.
    target_prefix = models.TextField(null=True, blank=True)
    target_namespace = models.TextField(null=True, blank=True)
    policy_type = models.CharField(max_length=16, choices=PolicyType, default=PolicyType.ADMX_INGESTED)
    revision = models.TextField(null=True, blank=True)
    status = models.CharField(max_length=32, choices=DefinitionFileStatus, default=DefinitionFileStatus.NONE)
    default_language_code = models.CharField(max_length=LANGUAGE_CODE_LENGTH, default=DEFAULT_LANGUAGE_CODE)
    # What was handed in last: in force once `version` says so.
    content = models.ForeignKey(Content, on_delete=models.PROTECT, db_index=False)
    version = models.OneToOneField(
        "Version", on_delete=models.PROTECT, null=True, blank=True, related_name="in_force_as", db_index=False
    )
    policy_count = models.PositiveIntegerField(null=True, blank=True)
    category_count = models.PositiveIntegerField(null=True, blank=True)
    created_date_time = models.DateTimeField()
    last_modified_date_time = models.DateTimeField()
    upload_date_time = models.DateTimeField(null=True, blank=True)
    removed_date_time = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["DefinitionFile"]] = models.Manager()
    present = PresentManager()
    in_force = InForceManager()

    class Meta:
        ordering = ["-created_date_time", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=DefinitionFileStatus.values), name="definition_file_status_known"
            ),
            models.CheckConstraint(
                condition=Q(policy_type__in=PolicyType.values), name="definition_file_policy_type_known"
            ),
        ]
        indexes = [
            models.Index(fields=["-created_date_time", "-id"], name="definition_file_newest"),
            models.Index(fields=["status", "-created_date_time"], name="definition_file_by_status"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_busy(self) -> bool:
        return self.status in BUSY

    @property
    def is_in_force(self) -> bool:
        return self.version_id is not None and self.removed_date_time is None

    @property
    def settled_status(self) -> DefinitionFileStatus:
        """The status while nothing is being done to the file."""
        return DefinitionFileStatus.AVAILABLE if self.version_id else DefinitionFileStatus.UPLOAD_FAILED

    @property
    def language_codes(self) -> list[str]:
        return [language.language_code for language in self.language_files.all()]


class LanguageFile(models.Model):
    """One ADML of a definition file: Microsoft Graph's groupPolicyUploadedLanguageFile."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    definition_file = models.ForeignKey(
        DefinitionFile, on_delete=models.PROTECT, related_name="language_files", db_index=False
    )
    language_code = models.CharField(max_length=LANGUAGE_CODE_LENGTH)
    file_name = models.CharField(max_length=255)
    content = models.ForeignKey(Content, on_delete=models.PROTECT, db_index=False)
    last_modified_date_time = models.DateTimeField()

    class Meta:
        ordering = ["language_code"]
        constraints = [
            models.UniqueConstraint("definition_file", Lower("language_code"), name="language_file_once_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.language_code})"
