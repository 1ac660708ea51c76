"""Definition files: how they stand, their versions and languages, which fail most, and what depends on what."""

from django.db.models import Count, Q

from operations.choices import FINAL, DefinitionFileStatus, DependencyKind, OperationStatus, OperationType
from operations.models import DefinitionFile, GroupPolicyOperation, LanguageFile, NamespaceUse, Version
from operations.models.definition_file import in_force
from operations.queries.boards.board_query import LISTED, BoardQuery
from operations.queries.operation_filters import files_called
from operations.queries.tables import Board, Cell, Column, ColumnKind, Link, Row, Table, Target, Tile, share

SHOWN_FILES = 25
SHOWN_USES = 500


def templates(query: BoardQuery) -> Board:
    """The files as they are now; versions, failures and removals of the period."""
    statuses = dict(DefinitionFile.present.order_by().values_list("status").annotate(Count("pk")))
    removed = DefinitionFile.objects.exclude(removed_date_time=None).count()
    in_force = DefinitionFile.in_force.count()
    tiles = [
        Tile("present", "Definition files", sum(statuses.values()), Link(Target.FILES)),
        Tile("inForce", "In force", in_force),
        Tile(
            "uploadFailed",
            "Upload failed",
            statuses.get(DefinitionFileStatus.UPLOAD_FAILED, 0),
            _files(status__exact=DefinitionFileStatus.UPLOAD_FAILED),
            status=DefinitionFileStatus.UPLOAD_FAILED,
        ),
        Tile("removed", "Removed", removed, _files(removed="yes"), status="removed"),
    ]
    return Board(
        tiles,
        [
            _by_status(statuses, removed),
            _by_language(),
            _failing(query),
            _versions(query),
            _removals(query),
            _dependencies(),
        ],
    )


def _files(**parameters: str) -> Link:
    return Link(Target.FILES, {name: str(value) for name, value in parameters.items()})


def _by_status(statuses: dict[str, int], removed: int) -> Table:
    rows: list[Row] = [
        (
            Cell(status.value, None, str(status.label)),
            Cell(count, _files(status__exact=status) if count else None),
        )
        for status in DefinitionFileStatus
        if (count := statuses.get(status, 0)) or status in {DefinitionFileStatus.AVAILABLE}
    ]
    rows.append((Cell("removed", None, "Removed"), Cell(removed, _files(removed="yes") if removed else None)))
    return Table(
        "by-status",
        "By status",
        "Definition files as they are now, whatever the period.",
        [Column("status", "Status"), Column("files", "Files", ColumnKind.COUNT)],
        rows,
    )


def _by_language() -> Table:
    present = LanguageFile.objects.filter(definition_file__removed_date_time=None).order_by()
    found = present.values_list("language_code").annotate(count=Count("pk")).order_by("-count", "language_code")
    return Table(
        "by-language",
        "By language",
        "In how many present definition files each language is there.",
        [Column("language", "Language"), Column("files", "Files", ColumnKind.COUNT)],
        [(Cell(code), Cell(count)) for code, count in found[:LISTED]],
        empty="There are no language files.",
    )


def _failing(query: BoardQuery) -> Table:
    rows = query.selection.operations.exclude(definition_file=None).order_by()
    failed, ended = Q(operation_status=OperationStatus.FAILED), Q(operation_status__in=FINAL)
    found = (
        rows.values("definition_file")
        .annotate(failed=Count("pk", filter=failed), ended=Count("pk", filter=ended))
        .filter(failed__gt=0)
        .order_by("-failed", "definition_file")[:SHOWN_FILES]
    )
    figures = list(found)
    files = DefinitionFile.objects.in_bulk([one["definition_file"] for one in figures])
    told: list[Row] = []
    for one in figures:
        file = files[one["definition_file"]]
        of_file = {"definition_file": file.pk}
        told.append(
            (
                Cell(file.file_name, Link(Target.FILE, {"id": str(file.pk)})),
                Cell(one["failed"], query.link(status=OperationStatus.FAILED, **of_file)),
                Cell(one["ended"], query.link(status=query.ended, **of_file)),
                Cell(share(one["ended"] - one["failed"], one["ended"])),
            )
        )
    return Table(
        "failing",
        "Which fail most",
        f"Operations of the period that failed, by definition file; the {SHOWN_FILES} with the most.",
        [
            Column("definitionFile", "Definition file"),
            Column("failed", "Failed", ColumnKind.COUNT),
            Column("ended", "Finished", ColumnKind.COUNT),
            Column("rate", "Success rate", ColumnKind.SHARE),
        ],
        told,
        empty="No operation of any definition file failed.",
    )


def _versions(query: BoardQuery) -> Table:
    """Of one file all that are kept, else the newest of the period."""
    rows = Version.objects.select_related("definition_file", "operation").defer("changes", "policy_names")
    name = query.parameters.get("definition_file")
    if name:
        rows = rows.filter(definition_file__in=files_called(name))
        about = "All versions that are kept, newest first, whatever the period."
    else:
        begin, end = query.selection.moments
        rows = rows.filter(created_date_time__gte=begin, created_date_time__lt=end)
        about = f"The newest {LISTED} of the period. Filter by a definition file to see all of its versions."
    told: list[Row] = []
    for version in rows.order_by("-created_date_time", "-number")[: 10 * LISTED if name else LISTED]:
        operation, file = version.operation, version.definition_file
        told.append(
            (
                Cell(file.file_name, Link(Target.FILE, {"id": str(file.pk)})),
                Cell(version.number),
                Cell(version.revision),
                Cell(version.policy_count),
                Cell(version.created_date_time),
                Cell(
                    operation.requested_by_name if operation else None,
                    Link(Target.OPERATION, {"id": str(operation.pk)}) if operation else None,
                ),
                Cell("in force" if file.is_in_force and file.version_id == version.pk else "kept"),
            )
        )
    return Table(
        "versions",
        "Versions",
        about,
        [
            Column("definitionFile", "Definition file"),
            Column("version", "Version", ColumnKind.COUNT),
            Column("revision", "Revision"),
            Column("policies", "Policies", ColumnKind.COUNT),
            Column("created", "Created", ColumnKind.MOMENT),
            Column("requestedBy", "Requested by", is_personal=True),
            Column("state", "State"),
        ],
        told,
        empty="No versions came into being.",
    )


def _removals(query: BoardQuery) -> Table:
    removals = query.selection.operations.filter(
        operation_type=OperationType.REMOVE, operation_status=OperationStatus.SUCCESS
    ).select_related("definition_file")
    return Table(
        "removals",
        "Removed",
        f"The newest {LISTED} removals of the period.",
        [
            Column("when", "When", ColumnKind.MOMENT),
            Column("definitionFile", "Definition file"),
            Column("requestedBy", "Removed by", is_personal=True),
            Column("reason", "Reason", ColumnKind.SENTENCE),
            Column("operation", "Operation"),
        ],
        [_removal(one) for one in removals[:LISTED]],
        more=query.link(type=OperationType.REMOVE, status=OperationStatus.SUCCESS),
        empty="Nothing was removed.",
    )


def _removal(operation: GroupPolicyOperation) -> Row:
    file = operation.definition_file
    return (
        Cell(operation.finished_date_time or operation.created_date_time),
        Cell(file.file_name, Link(Target.FILE, {"id": str(file.pk)})) if file else Cell(operation.status_details),
        Cell(operation.requested_by_name),
        Cell(" · ".join(part for part in (operation.reason, operation.ticket) if part)),
        Cell(str(operation.pk), Link(Target.OPERATION, {"id": str(operation.pk)}), "Open"),
    )


def _dependencies() -> Table:
    """Between files in force; what no file declares is reported as missing."""
    uses = list(
        NamespaceUse.objects.filter(in_force("definition_file__"))
        .exclude(kind=DependencyKind.UNUSED)
        .select_related("definition_file")
        .order_by("definition_file__file_name", "namespace", "pk")[: SHOWN_USES + 1]
    )
    declared = DefinitionFile.in_force.filter(target_namespace__in={use.namespace for use in uses})
    providers = {file.target_namespace: file for file in declared}
    rows: list[Row] = []
    for use in uses[:SHOWN_USES]:
        provider = providers.get(use.namespace)
        needed = (
            Cell(provider.file_name, Link(Target.FILE, {"id": str(provider.pk)}))
            if provider
            else Cell(use.namespace, None, f"{use.namespace} (in no file)")
        )
        rows.append(
            (
                Cell(use.definition_file.file_name, Link(Target.FILE, {"id": str(use.definition_file_id)})),
                needed,
                Cell(use.kind, None, str(DependencyKind(use.kind).label)),
            )
        )
    more = f" The first {SHOWN_USES}; there are more." if len(uses) > SHOWN_USES else ""
    return Table(
        "dependencies",
        "What depends on what",
        f"Definition files in force and the files whose namespaces they use, as they are now.{more}",
        [Column("definitionFile", "Definition file"), Column("needs", "Needs"), Column("how", "For what")],
        rows,
        empty="No definition file in force needs another.",
    )
