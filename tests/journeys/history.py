"""A portal with a past: two months of operations, some files and their versions, a removal and a denial.

What happened before today cannot be asked of a running portal, so `make` writes it into a data folder before one is
started there. What it made is told to the tests, which count it in their own way.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Group
from django.core.management import call_command

from operations.actor import Actor, command_line
from operations.audit import AuditAction
from operations.audit.write_guard import allow_unrecorded_writes
from operations.choices import (
    FINAL,
    ActorType,
    Authentication,
    Channel,
    FindingGroup,
    OperationStatus,
    OperationType,
    Severity,
)
from operations.models import AuditEvent, DefinitionFile, Finding, GroupPolicyOperation, User, Version
from operations.services import audit_log
from operations.services.access import access_events, accounts
from operations.services.operations import execution, rollups
from operations.services.templates import definition_files
from tests import rows
from tests.admx import samples
from tests.journeys.portal import PASSWORD, Portal

PEOPLE = {"anders": "Auditors", "olga": "Operators", "wanda": "Auditors"}
NIGHTLY, MIRROR = "Nightly import", "Template mirror"
MANY, GONE, NEEDED, NEEDING, BROKEN = "many.admx", "gone.admx", "needed.admx", "needing.admx", "broken.admx"
REASON, TICKET = "Superseded by many.admx", "CHG-1041"
DENIED = "/admin/operations/apiclient/"
# Of each as many failed operations as of no other; of the one without a code nothing was found.
FAILURES = {
    "NamespaceMissing": 9,
    "": 8,
    "StringMissing": 7,
    "LanguageMissing": 6,
    "DuplicateId": 5,
    "CategoryMissing": 3,
}
ALONE = 100  # so many days ago, half an hour before midnight in UTC, there was one operation, and none beside it
STATUSES = ("success", "success", "unknown", "success", "success")
TYPES = [one for one in OperationType.values if one != "none"]
LABELS = {**dict(OperationType.choices), **dict(OperationStatus.choices)}


@dataclass(frozen=True)
class Done:
    """One operation, as whoever made it knows it."""

    id: str
    created: datetime
    type: str
    status: str
    by: str
    codes: list[str]

    @property
    def is_outside(self) -> bool:
        """Of Monday to Friday, 7 to 19 o'clock."""
        return self.created.weekday() >= 5 or not 7 <= self.created.hour < 19


@dataclass(frozen=True)
class Past:
    """The running portal, when its past was written, and what that was.

    `files` are ids by file name, `versions` the numbers and moments of MANY's; `removed` and `denied` are when that
    happened to GONE and to olga, `verified` is how many events were found intact, `sessions` are of who signed in.
    """

    portal: Portal
    now: datetime
    done: list[Done]
    files: dict[str, str]
    versions: list[tuple[int, datetime]]
    removed: datetime
    denied: datetime
    verified: int
    sessions: dict[str, Any] = field(default_factory=dict)

    @property
    def yesterday(self) -> date:
        return self.now.date() - timedelta(days=1)

    @property
    def last_month(self) -> tuple[date, date]:
        """Its first and last day."""
        last = self.now.date().replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last

    def between(self, first: date, last: date) -> list[Done]:
        """Whole days, newest first."""
        found = [one for one in self.done if first <= one.created.date() <= last]
        return sorted(found, key=lambda one: one.created, reverse=True)


def begin(portal: Portal) -> Past:
    """Gives a portal a past, then starts it."""
    made = portal.manage("shell", "--no-imports", "-c", "from tests.journeys import history; history.make()")
    told = json.loads(made.stdout.splitlines()[-1])
    moments: dict[str, Any] = {name: datetime.fromisoformat(told[name]) for name in ("now", "removed", "denied")}
    done = [Done(**{**one, "created": datetime.fromisoformat(one["created"])}) for one in told["done"]]
    versions = [(number, datetime.fromisoformat(moment)) for number, moment in told["versions"]]
    return Past(portal.start(), done=done, versions=versions, files=told["files"], verified=told["verified"], **moments)


def make() -> None:
    """In the portal's own environment. Prints what was made as JSON."""
    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    accounts.create_superuser(by=command_line("tester"), username="ada", password=PASSWORD)
    for name, group in PEOPLE.items():
        user = User(username=name, is_staff=True)
        user.set_password(PASSWORD)
        accounts.save_user(by=command_line("tester"), user=user, groups=Group.objects.filter(name=group))
    done = [*files(), *old(now)]
    rollups.rebuild()
    audit_log.sign_checkpoint(by=command_line("tester"))
    call_command("verify_audit")
    made = {
        "now": now,
        "done": [asdict(one) for one in done],
        "files": dict(DefinitionFile.objects.values_list("file_name", "pk")),
        "versions": list(
            Version.objects.filter(file_name=MANY).order_by("-number").values_list("number", "created_date_time")
        ),
        "removed": GroupPolicyOperation.objects.get(ticket=TICKET).finished_date_time,
        "denied": AuditEvent.objects.get(action=AuditAction.ACCESS_DENIED).recorded_date_time,
        "verified": AuditEvent.objects.get(action=AuditAction.TRAIL_VERIFIED).after["events"],
    }
    print(json.dumps(made, default=str))  # noqa: T201


def files() -> Iterator[Done]:
    """Of the present, by the services: three versions of a file, one that needs another, one removed, one broken."""
    olga = somebody("olga")
    many = upload(olga, MANY, template("Many"))
    for number in (2, 3):
        newer = template("Many").replace(b"Software\\Example", f"Software\\Example{number}".encode(), 1)
        perform(definition_files.upload_new_version(by=olga, definition_file_id=many.pk, content=newer))
    gone = upload(olga, GONE, template("Gone"))
    removal = definition_files.remove(by=somebody("ada"), definition_file_id=gone.pk, reason=REASON, ticket=TICKET)
    perform(removal)
    upload(olga, NEEDED, template("Needed"))
    using = '<using prefix="needed" namespace="Past.Needed"/>'
    needing = template("Needing").replace(b"</policyNamespaces>", f"{using}</policyNamespaces>".encode())
    upload(olga, NEEDING, needing.replace(b'ref="Main"', b'ref="needed:Main"'))
    upload(olga, BROKEN, rows.BROKEN_ADMX)
    access_events.denied(by=olga, method="GET", path=DENIED)
    rows.the_minute_is_over()
    for one in GroupPolicyOperation.objects.order_by("created_date_time"):
        codes = set(one.findings.filter(severity=Severity.ERROR).values_list("code", flat=True))
        what = one.operation_type, one.operation_status, one.requested_by_name
        yield Done(str(one.pk), one.created_date_time, *what, list(codes))


def somebody(name: str) -> Actor:
    """At the admin, with all that they may."""
    user = User.objects.get(username=name)
    held = frozenset(user.get_all_permissions())
    return Actor(
        ActorType.USER, str(user.pk), name, Channel.ADMIN, held, "192.0.2.7", authentication=Authentication.SESSION
    )


def template(name: str) -> bytes:
    return samples.admx(target=samples.target(f"Past.{name}")).encode()


def upload(by: Actor, name: str, content: bytes) -> DefinitionFile:
    operation = rows.an_upload(content, by=by, file_name=name)
    perform(operation)
    return DefinitionFile.objects.get(operations=operation)


def perform(operation: GroupPolicyOperation) -> None:
    assert execution.perform(operation.pk)


def old(now: datetime) -> list[Done]:
    """Of the past: rows as they would be by now."""
    made = [Done(str(uuid4()), *one) for one in moments(now)]
    with allow_unrecorded_writes("history for a journey"):
        GroupPolicyOperation.objects.bulk_create(row(one) for one in made)
        Finding.objects.bulk_create(finding(one.id, code) for one in made for code in one.codes)
    return made


def moments(now: datetime) -> Iterator[tuple[datetime, str, str, str, list[str]]]:
    """When what was done, what became of it, who asked, and the errors found."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    first = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    yesterday = today - timedelta(days=1)
    tick, day = timedelta(microseconds=1), timedelta(days=1)
    yield today - ALONE * day + timedelta(hours=23, minutes=30), "upload", "success", MIRROR, []
    # On both sides of both ends of last month.
    for moment in (first - tick, first, today.replace(day=1) - tick, today.replace(day=1)):
        yield moment, "upload", "success", MIRROR, []
    number = 0
    while (moment := first + number * day) < yesterday:
        for hour in (8 + number % 9, 20, 3 if number % 2 else 18):
            kind, status = TYPES[(number + hour) % len(TYPES)], STATUSES[(number + hour) % len(STATUSES)]
            yield moment + timedelta(hours=hour, minutes=7), kind, status, "olga", []
        number += 1
    codes = [code for code, times in FAILURES.items() for _ in range(times)]
    for number, code in enumerate(codes):
        moment = first + number % 28 * day + timedelta(hours=9 + number // 28, minutes=31)
        yield moment, TYPES[number % len(TYPES)], "failed", "olga", [code] if code else []
    for hour in (0, 6, 12, 18, 23):
        kind, status = TYPES[hour % len(TYPES)], STATUSES[hour % len(STATUSES)]
        yield yesterday + timedelta(hours=hour, minutes=59), kind, status, NIGHTLY, []
        yield yesterday + timedelta(hours=hour, minutes=2), "remove", "success", MIRROR, []
    for age in (timedelta(days=9), timedelta(hours=30), timedelta(hours=3)):
        yield now - age, "upload", "inProgress", NIGHTLY, []


def row(one: Done) -> GroupPolicyOperation:
    """Recorded by hand: nothing of it is left to the worker."""
    is_client = one.by in {NIGHTLY, MIRROR}
    return GroupPolicyOperation(
        id=one.id,
        operation_type=one.type,
        operation_status=one.status,
        status_details=f"What came of the {one.type} of {one.created:%d %B}. " * 4,
        created_date_time=one.created,
        last_modified_date_time=one.created,
        finished_date_time=one.created + timedelta(seconds=7) if one.status in FINAL else None,
        requested_by_type=ActorType.CLIENT if is_client else ActorType.USER,
        requested_by_id=one.by,
        requested_by_name=one.by,
    )


def finding(operation: str, code: str) -> Finding:
    return Finding(
        operation_id=operation,
        position=0,
        code=code,
        severity=Severity.ERROR,
        group=FindingGroup.FILE,
        message=f"An example of {code}.",
        remedy="Mend it.",
        file_name=MANY,
    )


def told(moment: datetime) -> str:
    """As boards write it."""
    return f"{moment:%Y-%m-%d %H:%M}"
