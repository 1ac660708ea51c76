"""What a template is checked against: the files in force beside it, and which versions of them decided."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from operations import admx
from operations.choices import DependencyKind
from operations.models import DefinitionFile, GroupPolicyCategory, NamespaceUse, SupportedOnDefinition
from operations.models.definition_file import in_force

# Enough to know that Intune's limit is passed; counting further would cost more and tell no more.
INTUNE_COUNTED_FILES = 100

# What judged a template: (namespace or "", file, version) of every file that mattered.
Snapshot = frozenset[tuple[str | None, UUID, UUID | None]]


class DeclaredInForce(Mapping[str, admx.Declared]):
    """What the files in force declare, asked only for the namespaces that a template names."""

    def __init__(self, *, except_file: UUID | None = None) -> None:
        self._except_file = except_file
        self._known: dict[str, admx.Declared | None] = {}

    def __getitem__(self, namespace: str) -> admx.Declared:
        if namespace not in self._known:
            self._known[namespace] = self._look_up(namespace)
        found = self._known[namespace]
        if found is None:
            raise KeyError(namespace)
        return found

    def __iter__(self) -> Iterator[str]:
        for namespace in _in_force(self._except_file).values_list("target_namespace", flat=True):
            yield namespace or ""

    def __len__(self) -> int:
        return _in_force(self._except_file).count()

    def _look_up(self, namespace: str) -> admx.Declared | None:
        file = provider(namespace, except_file=self._except_file)
        if file is None:
            return None
        return admx.Declared(
            namespace=namespace,
            file_name=file.file_name,
            categories=_names(GroupPolicyCategory, file),
            supported_on=_names(SupportedOnDefinition, file),
        )


@dataclass(frozen=True, slots=True)
class FileContext:
    """The validation context of one definition file, and what it rests on."""

    context: admx.ValidationContext
    file_id: UUID | None

    def snapshot(self, definitions: admx.Definitions | None) -> Snapshot:
        """Which versions of which files decide about these definitions, as of now."""
        if definitions is None:
            return frozenset()
        names = {definitions.target_namespace, *(using.namespace for using in definitions.using)}
        rows = _in_force(self.file_id).filter(target_namespace__in=names)
        found: set[tuple[str | None, UUID, UUID | None]] = set(rows.values_list("target_namespace", "pk", "version"))
        # For a new version these may be looked at under the namespace of the old one.
        for namespace in {definitions.target_namespace, self.context.previous_namespace}:
            used = _uses(namespace, self.file_id).values_list("definition_file", "definition_file__version")
            found.update(("", file, version) for file, version in used)
        return frozenset(found)


def context_of(
    file: DefinitionFile | None, *, kept: frozenset[str] = frozenset(), is_new_version: bool = False
) -> FileContext:
    """What surrounds a file that is in force, is to be, or (None) does not exist yet."""
    file_id = file.pk if file else None
    previous = file.target_namespace if file and is_new_version else None
    return FileContext(
        admx.ValidationContext(
            declared=DeclaredInForce(except_file=file_id),
            dependents=tuple(
                admx.Dependent(
                    file_name=use.definition_file.file_name,
                    categories=frozenset(use.categories),
                    supported_on=frozenset(use.supported_on),
                )
                for use in (_uses(previous, file_id).select_related("definition_file") if previous else ())
            ),
            previous_namespace=previous,
            kept_languages=kept,
            file_count=_in_force(file_id).order_by()[:INTUNE_COUNTED_FILES].count() + 1,
            intune_fails=settings.PORTAL_INTUNE_RULES == "fail",
        ),
        file_id,
    )


def provider(namespace: str, *, except_file: UUID | None = None) -> DefinitionFile | None:
    """The file in force that declares this namespace."""
    rows = _in_force(except_file).filter(target_namespace=namespace)
    return rows.order_by("created_date_time", "id").first()


def dependents(file: DefinitionFile) -> list[DefinitionFile]:
    """The files in force that cannot do without this one, by name."""
    uses = _uses(file.target_namespace, file.pk).filter(kind=DependencyKind.HARD)
    return list(DefinitionFile.in_force.filter(pk__in=uses.values("definition_file")).order_by("file_name", "id"))


def _in_force(except_file: UUID | None) -> QuerySet[DefinitionFile]:
    return DefinitionFile.in_force.exclude(pk=except_file) if except_file else DefinitionFile.in_force.all()


def _uses(namespace: str | None, except_file: UUID | None) -> QuerySet[NamespaceUse]:
    uses = NamespaceUse.objects.filter(in_force("definition_file__"), namespace=namespace or "")
    return uses.exclude(definition_file=except_file) if except_file else uses


def _names(model: type[GroupPolicyCategory] | type[SupportedOnDefinition], file: DefinitionFile) -> frozenset[str]:
    return frozenset(model.objects.filter(definition_file=file).order_by().values_list("name", flat=True))
