import uuid

from django.db import models

from operations.choices import ClassType, PolicyClass, PresentationType
from operations.models.definition_file import DefinitionFile


class _Declared(models.Model):
    """Something that the version in force of a definition file declares.

    The id is made from the file's and the name, so it stays the same as long as the thing persists.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    definition_file = models.ForeignKey(DefinitionFile, on_delete=models.CASCADE, db_index=False)
    name = models.CharField(max_length=255)
    position = models.PositiveIntegerField()
    # By language code: what that ADML says, nothing where it is silent.
    texts = models.JSONField(default=dict)
    # Of everything the file says about it: unchanged things keep their lastModifiedDateTime.
    digest = models.CharField(max_length=64)
    created_date_time = models.DateTimeField()
    last_modified_date_time = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class GroupPolicyCategory(_Declared):
    """Microsoft Graph's groupPolicyCategory."""

    display_name = models.TextField(blank=True)
    explain_text = models.TextField(blank=True)
    # As the file refers to it; `parent` is what that means among the files in force.
    parent_namespace = models.TextField(blank=True)
    parent_name = models.TextField(blank=True)
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children")
    # The display names from the root, each after a backslash.
    path = models.TextField(blank=True)

    class Meta:
        ordering = ["definition_file", "position"]
        verbose_name = "category"
        verbose_name_plural = "categories"
        constraints = [models.UniqueConstraint(fields=["definition_file", "name"], name="category_name_once")]
        indexes = [models.Index(fields=["-created_date_time", "-id"], name="category_newest")]


class SupportedOnDefinition(_Declared):
    """What a policy may say it is supported on: a definition or a product."""

    display_name = models.TextField(blank=True)

    class Meta:
        ordering = ["definition_file", "position"]
        constraints = [models.UniqueConstraint(fields=["definition_file", "name"], name="supported_on_name_once")]


class Policy(_Declared):
    """One policy of an ADMX. Of class Both it is two definitions in Microsoft Graph's terms."""

    policy_class = models.CharField("class", max_length=8, choices=PolicyClass)
    display_name = models.TextField(blank=True)
    explain_text = models.TextField(blank=True)
    key = models.TextField(blank=True)
    value_name = models.TextField(blank=True)
    category_namespace = models.TextField(blank=True)
    category_name = models.TextField(blank=True)
    category = models.ForeignKey(
        GroupPolicyCategory, on_delete=models.SET_NULL, null=True, blank=True, related_name="policies"
    )
    supported_on_namespace = models.TextField(blank=True)
    supported_on_name = models.TextField(blank=True)
    supported_on = models.ForeignKey(
        SupportedOnDefinition, on_delete=models.SET_NULL, null=True, blank=True, related_name="policies"
    )
    # Elements, presentations by language and registry effects: admx.PolicyRecord.details.
    details = models.JSONField(default=dict)
    # Names, texts in every language, registry keys and values, casefolded.
    searchable = models.TextField(blank=True)

    class Meta:
        ordering = ["definition_file", "position"]
        verbose_name = "policy"
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(fields=["definition_file", "name"], name="policy_name_once"),
            models.CheckConstraint(condition=models.Q(policy_class__in=PolicyClass.values), name="policy_class_known"),
        ]
        indexes = [models.Index(fields=["name"], name="policy_by_name")]


class GroupPolicyDefinition(models.Model):
    """Microsoft Graph's groupPolicyDefinition: a policy for users or for computers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="definitions", db_index=False)
    definition_file = models.ForeignKey(
        DefinitionFile, on_delete=models.CASCADE, related_name="definitions", db_index=False
    )
    class_type = models.CharField(max_length=8, choices=ClassType)
    created_date_time = models.DateTimeField()
    last_modified_date_time = models.DateTimeField()

    class Meta:
        ordering = ["-created_date_time", "-id"]
        verbose_name = "definition"
        constraints = [
            models.UniqueConstraint(fields=["policy", "class_type"], name="definition_once_per_class"),
            models.CheckConstraint(
                condition=models.Q(class_type__in=ClassType.values), name="definition_class_type_known"
            ),
        ]
        indexes = [
            models.Index(fields=["-created_date_time", "-id"], name="definition_newest"),
            models.Index(fields=["definition_file", "-created_date_time", "-id"], name="definition_of_file"),
        ]

    def __str__(self) -> str:
        return f"{self.policy.name} ({self.class_type})"


class GroupPolicyPresentation(models.Model):
    """Microsoft Graph's groupPolicyPresentation: one control of a definition, in the default language."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    definition = models.ForeignKey(
        GroupPolicyDefinition, on_delete=models.CASCADE, related_name="presentations", db_index=False
    )
    position = models.PositiveIntegerField()
    type = models.CharField(max_length=32, choices=PresentationType)
    label = models.TextField(blank=True)
    # What the subtype adds: admx.PresentationRecord.properties.
    properties = models.JSONField(default=dict)
    created_date_time = models.DateTimeField()
    last_modified_date_time = models.DateTimeField()

    class Meta:
        ordering = ["definition", "position"]
        verbose_name = "presentation"
        constraints = [
            models.CheckConstraint(condition=models.Q(type__in=PresentationType.values), name="presentation_type_known")
        ]
        indexes = [models.Index(fields=["definition", "position"], name="presentation_of_definition")]

    def __str__(self) -> str:
        return self.label or self.get_type_display()
