"""What the files in force declare: definition files, definitions, categories and presentations, all read only."""

from typing import Any

from django.db.models import QuerySet

from operations.api import resources
from operations.api.viewsets import DEVICE_MANAGEMENT, PortalViewSet, by_key
from operations.models import (
    DefinitionFile,
    GroupPolicyCategory,
    GroupPolicyDefinition,
    GroupPolicyPresentation,
)
from operations.odata.viewsets import CollectionMixin, EntityMixin, NavigationMixin
from operations.permissions import Action


class ReadOnlyViewSet(CollectionMixin, EntityMixin, NavigationMixin, PortalViewSet):
    """A collection, one of its rows, or the one row that another leads to."""

    lookup_url_kwarg = "key"
    required_permissions = dict.fromkeys(("list", "count", "retrieve", "follow"), Action.READ_DEFINITION_FILES)


class DefinitionFileViewSet(ReadOnlyViewSet):
    """groupPolicyDefinitionFiles: the base type of uploaded files."""

    resource = resources.FILES
    lookup_url_kwarg = "file"

    def get_queryset(self) -> QuerySet[DefinitionFile]:
        rows = self.resource.rows()
        if "definition" in self.kwargs:
            parent = by_key(GroupPolicyDefinition.objects.all(), self.kwargs["definition"])
            return rows.filter(pk=parent.definition_file_id)
        if "category" in self.kwargs:
            parent = by_key(GroupPolicyCategory.objects.all(), self.kwargs["category"])
            return rows.filter(pk=parent.definition_file_id)
        return rows


class DefinitionViewSet(ReadOnlyViewSet):
    """groupPolicyDefinitions; also the one of a presentation, and the next and previous version of one, which
    imported templates do not have."""

    resource = resources.DEFINITIONS
    lookup_url_kwarg = "definition"
    # Set by the table of routes.
    is_other_version = False

    def get_queryset(self) -> QuerySet[GroupPolicyDefinition]:
        rows = self.resource.rows()
        if "file" in self.kwargs:
            return rows.filter(definition_file=by_key(DefinitionFile.present.all(), self.kwargs["file"]))
        if "category" in self.kwargs:
            category = by_key(GroupPolicyCategory.objects.all(), self.kwargs["category"])
            return rows.filter(policy__category=category)
        if self.action == "follow":
            parent = by_key(GroupPolicyDefinition.objects.all(), self.kwargs["definition"])
            if self.is_other_version:
                return rows.none()
            by_key(GroupPolicyPresentation.objects.filter(definition=parent), self.kwargs["presentation"])
            return rows.filter(pk=parent.pk)
        return rows


class CategoryViewSet(ReadOnlyViewSet):
    """groupPolicyCategories, the children and the parent of one, and the one of a definition."""

    resource = resources.CATEGORIES
    lookup_url_kwarg = "category"

    def get_queryset(self) -> QuerySet[GroupPolicyCategory]:
        rows = self.resource.rows()
        if "definition" in self.kwargs:
            parent = by_key(GroupPolicyDefinition.objects.select_related("policy"), self.kwargs["definition"])
            return rows.filter(pk=parent.policy.category_id)
        if "category" in self.kwargs and self.action == "follow":
            return rows.filter(pk=by_key(rows, self.kwargs["category"]).parent_id)
        if "category" in self.kwargs and self.action != "retrieve":
            return rows.filter(parent=by_key(rows, self.kwargs["category"]))
        return rows


class PresentationViewSet(ReadOnlyViewSet):
    """The presentations of a definition."""

    resource = resources.PRESENTATIONS
    lookup_url_kwarg = "presentation"

    @property
    def fragment(self) -> str:
        return f"{DEVICE_MANAGEMENT}/groupPolicyDefinitions('{self.kwargs['definition']}')/presentations"

    def get_queryset(self) -> QuerySet[GroupPolicyPresentation]:
        definition: Any = by_key(GroupPolicyDefinition.objects.all(), self.kwargs["definition"])
        return self.resource.rows().filter(definition=definition)
