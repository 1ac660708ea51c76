"""Several templates put in force, in the order in which they need each other."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from operations import admx
from operations.actor import Actor
from operations.choices import OperationStatus, OperationType
from operations.errors import PortalError
from operations.models import DefinitionFile, GroupPolicyOperation
from operations.services import definition_files, operations, performing
from operations.services.bundles import Bundle
from operations.services.plans import Outcome, blocks, circular, digests_of, finding, in_force, is_held, plan

POLL_SECONDS = 0.2

Then = Callable[[GroupPolicyOperation], GroupPolicyOperation]


@dataclass(frozen=True, slots=True)
class Step:
    """One template of a folder is done."""

    number: int
    total: int
    bundle: Bundle
    outcome: Outcome
    details: str = ""
    operation_id: UUID | None = None


def import_folder(
    *, by: Actor, bundles: Sequence[Bundle], new_versions: bool = True, reason: str = "", ticket: str = ""
) -> Iterator[Step]:
    """Import one after the other, needed ones first, and tell of each; what is there already is passed over.

    Each is an operation of its own, so this may be broken off at any time and begun again.
    """
    return _steps(by, bundles, new_versions, reason, ticket, then=carried_out)


def request_folder(
    *, by: Actor, bundles: Sequence[Bundle], new_versions: bool = True, reason: str = "", ticket: str = ""
) -> tuple[Step, ...]:
    """The same for the worker to perform: it waits with each until those are done that it needs."""
    return tuple(_steps(by, bundles, new_versions, reason, ticket, then=lambda operation: operation))


def carried_out(operation: GroupPolicyOperation) -> GroupPolicyOperation:
    """Perform a queued operation here, or wait for the worker that has it already."""
    while True:
        performing.perform(operation.pk)
        operation.refresh_from_db()
        if operation.is_final:
            return operation
        time.sleep(POLL_SECONDS)


def _steps(
    by: Actor, bundles: Sequence[Bundle], new_versions: bool, reason: str, ticket: str, *, then: Then
) -> Iterator[Step]:
    planned = plan(bundles)
    circle_of = {id(bundle): circle for circle in planned.circles for bundle in circle}
    seen: dict[str, Bundle] = {}
    for number, bundle in enumerate(planned.in_order, 1):
        namespace = admx.target_namespace(bundle.content) or ""
        other = seen.setdefault(namespace, bundle) if namespace else bundle
        circle = circle_of.get(id(bundle), ())
        outcome, details, operation_id = Outcome.FAILED, "", None
        if other is not bundle:
            details = finding("NamespaceInUse", bundle, namespace=f"“{namespace}”", file=other.path).sentence
        elif blocks(circle):
            details = circular(bundle, circle).sentence
        else:
            try:
                outcome, operation = _ask(bundle, namespace, by, new_versions, reason, ticket)
            except PortalError as error:
                details = str(error)
            else:
                operation = then(operation) if operation else None
                operation_id = operation.pk if operation else None
                details = (operation.status_details or "") if operation else ""
                if operation and operation.operation_status == OperationStatus.FAILED:
                    outcome = Outcome.FAILED
        yield Step(number, len(planned.in_order), bundle, outcome, details, operation_id)


def _ask(
    bundle: Bundle, namespace: str, by: Actor, new_versions: bool, reason: str, ticket: str
) -> tuple[Outcome, GroupPolicyOperation | None]:
    file = in_force(namespace)
    if file is not None:
        if is_held(file, bundle):
            return Outcome.ALREADY_THERE, None
        if not new_versions:
            return Outcome.KEPT, None
        operation = definition_files.upload_new_version(
            by=by,
            definition_file_id=file.pk,
            content=bundle.content,
            language_files=bundle.language_files,
            file_name=bundle.file_name,
            reason=reason,
            ticket=ticket,
        )
        return Outcome.NEW_VERSION, operation
    unfinished = _unfinished(bundle, namespace)
    if unfinished is None:
        unfinished = definition_files.upload(
            by=by,
            file_name=bundle.file_name,
            content=bundle.content,
            language_files=bundle.language_files,
            default_language_code=bundle.default_language,
            reason=reason,
            ticket=ticket,
        )
    elif unfinished.is_final:
        unfinished = operations.retry_operation(by=by, operation_id=unfinished.pk)
    return Outcome.IMPORTED, unfinished


def _unfinished(bundle: Bundle, namespace: str) -> GroupPolicyOperation | None:
    """An earlier upload of exactly this bundle that still waits, or failed and may be tried again."""
    uploads = GroupPolicyOperation.objects.filter(
        performed=True,
        operation_type=OperationType.UPLOAD,
        returns_to=None,
        definition_file__in=DefinitionFile.present.filter(target_namespace=namespace, version=None),
    ).select_related("definition_file")
    for operation in uploads.order_by("-created_date_time", "-id"):
        file = operation.definition_file
        if file is None or file.default_language_code != bundle.default_language or not _asks_for(operation, bundle):
            continue
        if not operation.is_final or operations.may_be_retried(operation, file):
            return operation
    return None


def _asks_for(operation: GroupPolicyOperation, bundle: Bundle) -> bool:
    asked = {(one.language_code.lower(), one.content_id) for one in operation.files.all()}
    return asked == digests_of(bundle)
