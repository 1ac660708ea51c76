"""What the files in force declare: definition files, definitions, categories and presentations, all to be read."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from operations.api import resources
from operations.api.views import CollectionView, ItemView, ResourceView, by_key
from operations.models import (
    DefinitionFile,
    GroupPolicyCategory,
    GroupPolicyDefinition,
    GroupPolicyPresentation,
)
from operations.permissions import Action


class ReadView(ResourceView):
    """A collection, one of its rows, or one row that another leads to."""

    actions = {"GET": Action.READ_DEFINITION_FILES}

    def rows(self) -> QuerySet[Any]:
        """The rows of this address."""
        raise NotImplementedError

    @property
    def fragment(self) -> str:
        """What follows `#` in the context."""
        return f"deviceManagement/{self.resource.set_name}"


class Files(ReadView):
    resource = resources.FILES

    def rows(self) -> QuerySet[DefinitionFile]:
        rows = self.resource.rows()
        if "definition" in self.kwargs:
            parent = by_key(GroupPolicyDefinition.objects.all(), self.kwargs["definition"])
            return rows.filter(pk=parent.definition_file_id)
        if "category" in self.kwargs:
            parent = by_key(GroupPolicyCategory.objects.all(), self.kwargs["category"])
            return rows.filter(pk=parent.definition_file_id)
        return rows


class Definitions(ReadView):
    resource = resources.DEFINITIONS

    def rows(self) -> QuerySet[GroupPolicyDefinition]:
        rows = self.resource.rows()
        if "file" in self.kwargs:
            return rows.filter(definition_file=by_key(DefinitionFile.present.all(), self.kwargs["file"]))
        if "category" in self.kwargs:
            category = by_key(GroupPolicyCategory.objects.all(), self.kwargs["category"])
            return rows.filter(policy__category=category)
        return rows


class Categories(ReadView):
    resource = resources.CATEGORIES

    def rows(self) -> QuerySet[GroupPolicyCategory]:
        rows = self.resource.rows()
        if "definition" in self.kwargs:
            parent = by_key(GroupPolicyDefinition.objects.select_related("policy"), self.kwargs["definition"])
            return rows.filter(pk=parent.policy.category_id)
        if "parent_of" in self.kwargs:
            return rows.filter(pk=by_key(rows, self.kwargs["parent_of"]).parent_id)
        if "category" in self.kwargs:
            return rows.filter(parent=by_key(rows, self.kwargs["category"]))
        return rows


class Presentations(ReadView):
    resource = resources.PRESENTATIONS

    @property
    def fragment(self) -> str:
        return f"deviceManagement/groupPolicyDefinitions('{self.kwargs['definition']}')/presentations"

    def rows(self) -> QuerySet[GroupPolicyPresentation]:
        definition = by_key(GroupPolicyDefinition.objects.all(), self.kwargs["definition"])
        return self.resource.rows().filter(definition=definition)


class Item(ReadView, ItemView):
    def get(self, request: Request, **keys: str) -> Response:
        return self.shown(by_key(self.rows(), keys["key"]), self.fragment)


class Single(ReadView, ItemView):
    """What another row leads to; nothing there is 204, as OData has it."""

    def get(self, request: Request, **keys: str) -> Response:
        row = self.rows().first()
        return self.no_content() if row is None else self.shown(row, self.fragment)


class FileCollection(Files, CollectionView):
    pass


class FileItem(Files, Item):
    pass


class FileOf(Files, Single):
    pass


class DefinitionCollection(Definitions, CollectionView):
    pass


class DefinitionItem(Definitions, Item):
    pass


class DefinitionOf(Definitions, Single):
    """Of a presentation; also of the next and previous version, which imported templates do not have."""

    def rows(self) -> QuerySet[GroupPolicyDefinition]:
        parent = by_key(GroupPolicyDefinition.objects.all(), self.kwargs["definition"])
        if "presentation" not in self.kwargs:
            return GroupPolicyDefinition.objects.none()
        by_key(GroupPolicyPresentation.objects.filter(definition=parent), self.kwargs["presentation"])
        return super().rows().filter(pk=parent.pk)


class CategoryCollection(Categories, CollectionView):
    pass


class CategoryItem(Categories, Item):
    pass


class CategoryOf(Categories, Single):
    pass


class PresentationCollection(Presentations, CollectionView):
    pass


class PresentationItem(Presentations, Item):
    pass
