"""Whether what is stored is what the trail last said of it: accounts, groups, clients, operations, files, contents."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from django.contrib.auth.models import Group
from django.db import models, transaction
from django.db.models import QuerySet
from django.db.models.functions import Cast

from operations import audit
from operations.audit import AuditAction
from operations.audit.damage import Damage, DamageKind
from operations.audit.entry import plain
from operations.errors import DamagedError
from operations.models import ApiClient, AuditEvent, Content, DefinitionFile, GroupPolicyOperation, User
from operations.permissions import GROUPS
from operations.services.access import accounts, api_clients, groups

AT_ONCE = 500
MOST_DAMAGES = 100

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Kind:
    """Objects of one model: what creates, changes and ends them, and what is compared of a row."""

    model: type[models.Model]
    created: tuple[AuditAction, ...]
    changed: tuple[AuditAction, ...]
    deleted: AuditAction | None
    facts: Callable[[Any], Facts]
    # What an event says without naming it in its data.
    implied: Mapping[str, Facts]
    # Whether a row that no event created is a damage. Others may come from a demonstration.
    must_be_recorded: bool = False
    # What is known of a row that comes with the portal; nothing for all others.
    comes_with: Callable[[Any], Facts] = lambda row: {}


def _operation(row: GroupPolicyOperation) -> Facts:
    return {name: getattr(row, name) for name in ("operation_type", "operation_status", "status_details")}


def _file(row: DefinitionFile) -> Facts:
    names = ("file_name", "display_name", "description", "removed_date_time")
    return {**{name: getattr(row, name) for name in names}, "content_sha256": row.content_id}


def _group_that_comes_with_the_portal(row: Group) -> Facts:
    return {"name": row.name, "permissions": sorted(GROUPS[row.name])} if row.name in GROUPS else {}


def _client(row: ApiClient) -> Facts:
    return {**api_clients.facts_of(row), "is_active": row.is_active}


_A = AuditAction
_KINDS = (
    _Kind(User, (_A.USER_CREATED,), (_A.USER_CHANGED,), _A.USER_DELETED, accounts.facts_of, {}, must_be_recorded=True),
    _Kind(
        Group,
        (_A.GROUP_CREATED,),
        (_A.GROUP_CHANGED,),
        _A.GROUP_DELETED,
        groups.facts_of,
        {},
        must_be_recorded=True,
        comes_with=_group_that_comes_with_the_portal,
    ),
    _Kind(
        ApiClient,
        (_A.API_CLIENT_CREATED,),
        (_A.API_CLIENT_DISABLED, _A.API_CLIENT_ENABLED, _A.SCOPES_CHANGED),
        _A.API_CLIENT_DELETED,
        _client,
        {
            _A.API_CLIENT_CREATED: {"is_active": True},
            _A.API_CLIENT_DISABLED: {"is_active": False},
            _A.API_CLIENT_ENABLED: {"is_active": True},
        },
        must_be_recorded=True,
    ),
    _Kind(
        GroupPolicyOperation,
        (_A.OPERATION_RECORDED, _A.OPERATION_REQUESTED, _A.OPERATION_RETRIED),
        (_A.OPERATION_CORRECTED, _A.OPERATION_SUCCEEDED, _A.OPERATION_FAILED, _A.OPERATION_CANCELLED),
        _A.OPERATION_DELETED,
        _operation,
        {},
    ),
    _Kind(
        DefinitionFile,
        (_A.DEFINITION_FILE_CREATED,),
        (_A.DEFINITION_FILE_AVAILABLE, _A.DEFINITION_FILE_DESCRIBED, _A.DEFINITION_FILE_REMOVED),
        None,
        _file,
        {_A.DEFINITION_FILE_AVAILABLE: {"removed_date_time": None}},
    ),
)


def damages() -> list[Damage]:
    """The first hundred; what differs is looked at once more while nothing can change, so that no change is one."""
    return list(islice(_all(), MOST_DAMAGES))


def _all() -> Iterator[Damage]:
    for kind in _KINDS:
        created = AuditEvent.objects.filter(action__in=kind.created).order_by("sequence")
        yield from _suspected(kind, created.values_list("object_id", flat=True).iterator(AT_ONCE))
        if kind.must_be_recorded:
            unrecorded = list(_without_creation(kind))
            yield from _suspected(kind, (str(row.pk) for row in unrecorded if kind.comes_with(row)))
            for row in unrecorded:
                if not kind.comes_with(row):
                    yield _damage(None, f"{kind.model._meta.verbose_name} {row.pk} is there, and nobody created it.")
    yield from _contents()


def _suspected(kind: _Kind, ids: Iterator[str]) -> Iterator[Damage]:
    while some := list(islice(ids, AT_ONCE)):
        if suspects := [object_id for object_id, _ in _compared(kind, some)]:
            yield from _under_lock(partial(_compared, kind, suspects))


@transaction.atomic
def _under_lock(look: Callable[[], Iterable[tuple[str, Damage]]]) -> list[Damage]:
    """Every recorded change waits for this lock, so nothing is between a row and its event."""
    audit.lock_head()
    return [damage for _, damage in look()]


def _compared(kind: _Kind, ids: Sequence[str]) -> Iterator[tuple[str, Damage]]:
    actions = (*kind.created, *kind.changed, *([kind.deleted] if kind.deleted else ()))
    events = AuditEvent.objects.filter(object_type=kind.model.__name__, object_id__in=ids, action__in=actions)
    keys = {object_id: kind.model._meta.pk.to_python(object_id) for object_id in ids}
    rows = kind.model._default_manager.in_bulk(list(keys.values()))
    recorded = {object_id: _recorded_from(kind, rows.get(key)) for object_id, key in keys.items()}
    last: dict[str, int] = {}
    deleted: set[str] = set()
    in_order = events.order_by("sequence").values_list("sequence", "action", "object_id", "after")
    for sequence, action, object_id, after in in_order:
        last[object_id] = sequence
        if action == kind.deleted:
            deleted.add(object_id)
        elif isinstance(after, dict):
            recorded[object_id] |= after | kind.implied.get(action, {})
            if "groups" in after:
                recorded[object_id]["groups"] = _groups_now(after["groups"], since=sequence)
    for object_id, key in keys.items():
        row, name = rows.get(key), f"{kind.model._meta.verbose_name} {object_id}"
        if object_id in deleted:
            message = "" if row is None else f"{name} is back, although it was deleted."
        elif row is None:
            message = f"{name} is gone, and nobody deleted it."
        else:
            known, current = recorded[object_id], plain(kind.facts(row))
            changed = sorted(field for field in current if field in known and current[field] != known[field])
            message = f"{name} is not what was last recorded: {', '.join(changed)}." if changed else ""
        if message:
            yield object_id, _damage(last.get(object_id), message)


def _recorded_from(kind: _Kind, row: models.Model | None) -> Facts:
    return plain(kind.comes_with(row)) if row is not None else {}


def _groups_now(names: Sequence[str], *, since: int) -> list[str]:
    """What groups of these names are called after later events; without those that were deleted."""
    later = AuditEvent.objects.filter(action__in=(_A.GROUP_CHANGED, _A.GROUP_DELETED), sequence__gt=since)
    now = set(names)
    for action, before, after in later.order_by("sequence").values_list("action", "before", "after"):
        if (name := before.get("name")) in now:
            now.remove(name)
            if action == _A.GROUP_CHANGED:
                now.add(after["name"])
    return sorted(now)


def _without_creation(kind: _Kind) -> QuerySet[Any]:
    created = AuditEvent.objects.filter(action__in=kind.created, object_id=models.OuterRef("text"))
    rows = kind.model._default_manager.annotate(text=Cast("pk", models.CharField()))
    return rows.filter(~models.Exists(created)).order_by("pk")


def _contents() -> Iterator[Damage]:
    for content in Content.objects.order_by("pk").iterator(AT_ONCE // 10):
        try:
            _ = content.data
        except DamagedError as error:
            yield Damage(DamageKind.CONTENT, None, None, str(error))


def _damage(sequence: int | None, message: str) -> Damage:
    return Damage(DamageKind.ROW, sequence, sequence, message[:1].upper() + message[1:])
