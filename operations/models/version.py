import uuid

from django.db import models

from operations.choices import DependencyKind
from operations.languages import LANGUAGE_CODE_LENGTH
from operations.models.content import Content
from operations.models.definition_file import DefinitionFile
from operations.models.group_policy_operation import GroupPolicyOperation


class Version(models.Model):
    """The exact bytes of an ADMX and its ADMLs as of one successful operation. Never changed, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    definition_file = models.ForeignKey(
        DefinitionFile, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    operation = models.OneToOneField(
        GroupPolicyOperation, on_delete=models.PROTECT, null=True, blank=True, related_name="version"
    )
    file_name = models.CharField(max_length=255)
    content = models.ForeignKey(Content, on_delete=models.PROTECT, db_index=False)
    default_language_code = models.CharField(max_length=LANGUAGE_CODE_LENGTH)
    target_prefix = models.TextField(blank=True)
    target_namespace = models.TextField(blank=True)
    revision = models.TextField(blank=True)
    policy_count = models.PositiveIntegerField(default=0)
    category_count = models.PositiveIntegerField(default=0)
    policy_names = models.JSONField(default=list)
    # admx.Difference from the version before, as JSON; null for the first.
    changes = models.JSONField(null=True, blank=True)
    created_date_time = models.DateTimeField()

    class Meta:
        ordering = ["definition_file", "-number"]
        constraints = [models.UniqueConstraint(fields=["definition_file", "number"], name="version_number_once")]
        indexes = [models.Index(fields=["-created_date_time"], name="version_newest")]

    def __str__(self) -> str:
        return f"{self.file_name}, version {self.number}"

    @property
    def language_codes(self) -> list[str]:
        return [language.language_code for language in self.language_files.all()]


class VersionLanguageFile(models.Model):
    """One ADML of a version."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="language_files", db_index=False)
    language_code = models.CharField(max_length=LANGUAGE_CODE_LENGTH)
    file_name = models.CharField(max_length=255)
    content = models.ForeignKey(Content, on_delete=models.PROTECT, db_index=False)

    class Meta:
        ordering = ["language_code"]
        constraints = [models.UniqueConstraint(fields=["version", "language_code"], name="version_language_once")]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.language_code})"


class NamespaceUse(models.Model):
    """A namespace that the version in force of a file says it uses, and which names of it."""

    definition_file = models.ForeignKey(
        DefinitionFile, on_delete=models.CASCADE, related_name="namespace_uses", db_index=False
    )
    prefix = models.TextField()
    namespace = models.TextField()
    kind = models.CharField(max_length=8, choices=DependencyKind)
    categories = models.JSONField(default=list)
    supported_on = models.JSONField(default=list)

    class Meta:
        ordering = ["definition_file", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=DependencyKind.values), name="namespace_use_kind_known")
        ]
        indexes = [models.Index(fields=["definition_file"], name="namespace_use_of_file")]

    def __str__(self) -> str:
        return self.namespace
