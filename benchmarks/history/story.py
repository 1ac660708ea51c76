"""What happens, in its order: operations and all that they leave, and what goes on around them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from heapq import merge
from itertools import accumulate
from random import Random
from typing import Any

from django.db import transaction

from benchmarks.history import people, templates
from benchmarks.history.complaints import Complaint, Complaints, in_words
from benchmarks.history.moments import (
    DAY,
    HOUR,
    SECOND,
    as_text,
    busy_moments,
    daily_moments,
    is_office_hour,
    log_normal,
)
from benchmarks.history.rows import Table
from benchmarks.history.templates import Kept, Template
from benchmarks.history.trail import Told, Trail
from operations.audit import AuditAction, Outcome
from operations.audit.write_guard import allow_unrecorded_writes
from operations.choices import Authentication, DefinitionFileStatus, OperationStatus, OperationType
from operations.models import DefinitionFile, Finding, GroupPolicyOperation

WRITTEN_AT_ONCE = 20_000
PERFORMED = 0.6
# The last ones are still on their way.
UNFINISHED = 8
AROUND_PER_DAY = 12
REASONS = (
    "Requested by the service desk",
    "Vendor update",
    "Security baseline, quarterly review",
    "Pilot for the finance department",
    "Rollout to all devices",
    "Roll back after complaints",
    "New language for the Berlin office",
    "Clean-up of unused templates",
)
PATHS = ("/admin/operations/auditevent/", "/admin/operations/user/", "/admin/auth/group/", "/dashboards/trail/")
TYPE, STATUS = OperationType, OperationStatus
_PERFORMED_TYPES = {
    TYPE.UPLOAD_NEW_VERSION: 50,
    TYPE.UPDATE_LANGUAGE_FILES: 15,
    TYPE.ADD_LANGUAGE_FILES: 12,
    TYPE.REMOVE_LANGUAGE_FILES: 9,
    TYPE.REMOVE: 14,
}
_RECORDED_TYPES = {
    TYPE.UPLOAD: 30,
    TYPE.UPLOAD_NEW_VERSION: 25,
    TYPE.ADD_LANGUAGE_FILES: 8,
    TYPE.REMOVE_LANGUAGE_FILES: 5,
    TYPE.UPDATE_LANGUAGE_FILES: 10,
    TYPE.REMOVE: 12,
    TYPE.NONE: 10,
}
_AROUND = {
    AuditAction.SIGNED_IN: 45,
    AuditAction.SIGNED_OUT: 20,
    AuditAction.TOKEN_ISSUED: 22,
    AuditAction.ACCESS_DENIED: 10,
    AuditAction.TRAIL_READ: 8,
    AuditAction.TOKEN_REFUSED: 5,
    AuditAction.SIGN_IN_FAILED: 4,
    AuditAction.TRAIL_EXPORTED: 2.5,
    AuditAction.TRAIL_PROVED: 0.5,
}
# Of recorded operations of this age in days, how many are still in progress.
_OPEN = ((1, 0.25), (7, 0.04), (40, 0.005))
_FAILURES = {
    TYPE.UPLOAD: AuditAction.DEFINITION_FILE_UPLOAD_FAILED,
    TYPE.REMOVE: AuditAction.DEFINITION_FILE_REMOVAL_FAILED,
}
_BUSY = {TYPE.REMOVE: DefinitionFileStatus.REMOVAL_IN_PROGRESS}


@dataclass(slots=True)
class BoardQuery:
    """A performed operation from its request on."""

    id: str
    kind: OperationType
    moment: int
    by: people.Somebody
    template: Template
    reason: str
    ticket: str
    retry_of: str | None

    @property
    def about(self) -> tuple[str, str, str]:
        return ("GroupPolicyOperation", self.id, f"{self.kind.label} of {self.template.file_name}")


class Story:
    def __init__(self, *, seed: int, operations: int, begin: int, end: int) -> None:
        self.rng = rng = Random(seed)
        self.operations, self.begin, self.end = operations, begin, end
        self.everybody = people.everybody(rng)
        self.trail = Trail(rng)
        self.complaints = Complaints(rng)
        self.templates = templates.templates(rng)
        self._to_come = self.templates[::-1]
        self._coming = self._arrivals()
        self._here: list[Template] = []
        self._new_files: list[Template] = []
        self._operations, self._findings = Table(GroupPolicyOperation), Table(Finding)
        self._number = 0
        self.written = dict.fromkeys(("operations", "findings", "events"), 0)

    def tell(self) -> None:
        """From the beginning to the end, written as it is told."""
        with allow_unrecorded_writes("an invented history, told by its own trail"), transaction.atomic():
            templates.store_contents(self.templates)
        for moment, happening in merge(self._asked(), self._around(), self._nights(), key=lambda one: one[0]):
            self.trail.write_until(moment)
            happening(moment)
            if len(self.trail.events.rows) >= WRITTEN_AT_ONCE:
                self._write()
        self.trail.write_until(self.end)
        self._write()
        with allow_unrecorded_writes("an invented history, told by its own trail"), transaction.atomic():
            self.trail.write_head()
            self.written["versions"] = sum(templates.finish(one) for one in self._begun)
        self.written["definition files"] = len(self._begun)
        self.written["checkpoints"] = self.trail.signed

    @property
    def _begun(self) -> list[Template]:
        return [template for template in self.templates if template.created]

    def _write(self) -> None:
        with allow_unrecorded_writes("an invented history, told by its own trail"), transaction.atomic():
            DefinitionFile.objects.bulk_create(templates.begun(template) for template in self._new_files)
            self._new_files.clear()
            self.written["operations"] += self._operations.write()
            self.written["findings"] += self._findings.write()
            self.written["events"] += self.trail.write()

    # When what happens.

    def _arrivals(self) -> list[int]:
        """When each template is uploaded first, last one first: most come early."""
        span = self.end - self.begin
        count = len(self.templates)
        early = [self.begin + int(span * 0.08 * index / count) for index in range(int(count * 0.7))]
        late = [self.begin + int(span * self.rng.uniform(0.08, 0.98)) for _ in range(count - len(early))]
        return sorted([*early, *late], reverse=True)

    def _asked(self) -> Iterator[tuple[int, Any]]:
        for moment in busy_moments(self.rng, self.operations, self.begin, self.end):
            yield moment, self._perform_or_record

    def _around(self) -> Iterator[tuple[int, Any]]:
        count = (self.end - self.begin) * AROUND_PER_DAY // DAY
        for moment in busy_moments(self.rng, count, self.begin, self.end):
            yield moment, self._something_else

    def _nights(self) -> Iterator[tuple[int, Any]]:
        for moment in daily_moments(self.begin, self.end - HOUR, hour=2, minute=23):
            yield moment, lambda at: self.trail.verify(at, by=self.everybody.worker)
            yield moment + 60 * SECOND, lambda at: self.trail.sign(at, by=self.everybody.worker)

    def _perform_or_record(self, moment: int) -> None:
        self._number += 1
        template = self._free_template(moment) if self.rng.random() < PERFORMED else None
        if template is None:
            self._record(moment)
        else:
            self._perform(moment, template)

    # Performed operations.

    def _free_template(self, moment: int) -> Template | None:
        if self._coming and self._coming[-1] <= moment:
            self._coming.pop()
            template = self._to_come.pop()
            template.created = moment
            self._here.append(template)
            self._new_files.append(template)
            return template
        for _ in range(20):
            # Some templates are changed much more often than others.
            index = int(len(self._here) * self.rng.random() ** 1.5)
            if self._here and self._here[index].busy_until < moment:
                return self._here[index]
        return None

    def _perform(self, moment: int, template: Template) -> None:
        rng = self.rng
        asked = BoardQuery(
            id=self.trail.an_id(),
            kind=TYPE.UPLOAD,
            moment=moment,
            by=self._somebody(moment),
            template=template,
            reason=self._reason(),
            ticket=self._ticket(),
            retry_of=None,
        )
        if template.failed_operation and rng.random() < 0.5:
            asked.retry_of, kind = template.failed_operation
            asked.kind = TYPE(kind)
        elif template.is_in_force:
            asked.kind = self._kind_for(template)
        self._tell_request(asked)
        duration = log_normal(rng, 6.0, 1.7)
        started, finished = moment + duration // 5, moment + duration
        template.busy_until, template.modified = finished, moment
        template.failed_operation = None
        is_last = self._number > self.operations - UNFINISHED
        if finished > self.end or is_last:
            template.busy_until = self.end + DAY
            template.status = _BUSY.get(asked.kind, DefinitionFileStatus.UPLOAD_IN_PROGRESS)
            is_started = started <= self.end and rng.random() < 0.7
            self._add_operation(asked, started=started if is_started else None)
            if is_started:
                self._tell_start(asked, started)
            return
        template.modified = finished
        if rng.random() < 0.008:
            self._cancel(asked, finished)
            return
        self._tell_start(asked, started)
        if rng.random() < self._likelihood_of_failure(asked):
            self._fail(asked, started, finished)
        else:
            self._succeed(asked, started, finished)

    def _kind_for(self, template: Template) -> OperationType:
        kind = self.rng.choices(list(_PERFORMED_TYPES), list(_PERFORMED_TYPES.values()))[0]
        languages = len(template.languages)
        is_impossible = (
            (kind == TYPE.REMOVE and template.is_base)
            or (kind == TYPE.REMOVE_LANGUAGE_FILES and languages == 1)
            or (kind == TYPE.ADD_LANGUAGE_FILES and languages == len(templates.LANGUAGES))
        )
        return TYPE.UPLOAD_NEW_VERSION if is_impossible else kind

    def _likelihood_of_failure(self, asked: BoardQuery) -> float:
        template = asked.template
        if not template.is_sound:
            return 1.0
        if template.is_base and not template.number:
            return 0.0
        return 0.02 if asked.kind == TYPE.REMOVE else 0.115 * template.frailty

    def _tell_request(self, asked: BoardQuery) -> None:
        template, request_id = asked.template, self.trail.an_id()
        if not template.number and asked.moment == template.created:
            stored = {
                "file_name": template.file_name,
                "content_sha256": template.digests[0],
                "default_language_code": templates.DEFAULT_LANGUAGE,
                "language_codes": template.languages,
            }
            told = Told(AuditAction.DEFINITION_FILE_CREATED, asked.by, self._file(template), after=stored)
            self.trail.tell(asked.moment, replace(told, reason=asked.reason, request_id=request_id))
        is_restoration = asked.kind == TYPE.UPLOAD and template.removed
        after = {
            "operation_type": asked.kind.value,
            "definition_file_id": template.id,
            "content_sha256": template.digests[template.variant],
            "ticket": asked.ticket,
            "retry_of": asked.retry_of,
            "returns_to_version": template.number if is_restoration else None,
        }
        action = AuditAction.OPERATION_RETRIED if asked.retry_of else AuditAction.OPERATION_REQUESTED
        told = Told(action, asked.by, asked.about, after=after, reason=asked.reason, request_id=request_id)
        self.trail.tell(asked.moment, told)

    def _tell_start(self, asked: BoardQuery, started: int) -> None:
        told = Told(
            AuditAction.OPERATION_STARTED,
            self.everybody.worker,
            asked.about,
            after={"attempt": 1},
            on_behalf_of=asked.by.name,
            request_id=self.trail.an_id(),
        )
        self.trail.tell(started, told)

    def _cancel(self, asked: BoardQuery, finished: int) -> None:
        template, details = asked.template, f"Cancelled by {asked.by.name}."
        template.status = self._settled(template)
        self._add_operation(asked, status=STATUS.FAILED, details=details, finished=finished)
        told = Told(
            AuditAction.OPERATION_CANCELLED,
            asked.by,
            asked.about,
            before={"operation_status": STATUS.IN_PROGRESS.value},
            after={"operation_status": STATUS.FAILED.value, "status_details": details},
            request_id=self.trail.an_id(),
        )
        self.trail.tell(finished, told)

    def _fail(self, asked: BoardQuery, started: int, finished: int) -> None:
        template, request_id = asked.template, self.trail.an_id()
        complaints: list[Complaint] = []
        if asked.kind != TYPE.REMOVE and self.rng.random() < 0.93:
            complaints = self.complaints.of_failure()
            details = in_words(template.file_name, complaints)
        else:
            details = f"The portal failed unexpectedly. Give its operator this reference: {request_id}."
        before = _BUSY.get(asked.kind, DefinitionFileStatus.UPLOAD_IN_PROGRESS)
        template.failed_operation = (asked.id, asked.kind)
        template.status = self._settled(template)
        if asked.kind == TYPE.REMOVE:
            template.status = DefinitionFileStatus.REMOVAL_FAILED
        if not template.is_sound:
            template.tries += 1
            if template.tries > 2:
                self._here.remove(template)
        self._add_operation(
            asked, status=STATUS.FAILED, details=details, started=started, finished=finished, complaints=complaints
        )
        self._tell_end(asked, finished, STATUS.FAILED, details, complaints, request_id)
        told = Told(
            _FAILURES.get(asked.kind, AuditAction.DEFINITION_FILE_CHANGE_FAILED),
            self.everybody.worker,
            self._file(template),
            before={"status": before.value},
            after={"status": template.status.value},
            outcome=Outcome.FAILURE,
            on_behalf_of=asked.by.name,
            request_id=request_id,
        )
        self.trail.tell(finished, told)

    def _succeed(self, asked: BoardQuery, started: int, finished: int) -> None:
        template, request_id = asked.template, self.trail.an_id()
        is_removal = asked.kind == TYPE.REMOVE
        complaints = self.complaints.of_success() if not is_removal and self.rng.random() < 0.15 else []
        before = {
            "status": _BUSY.get(asked.kind, DefinitionFileStatus.UPLOAD_IN_PROGRESS).value,
            "version": template.number or None,
            "content_sha256": template.digests[template.variant],
        }
        if is_removal:
            template.removed, template.status = finished, DefinitionFileStatus.AVAILABLE
            details = f"Removed {template.file_name}."
            action, reason = AuditAction.DEFINITION_FILE_REMOVED, asked.reason
            after: dict[str, Any] = {
                "removed_date_time": as_text(finished).replace("Z", "+00:00"),
                "operation": asked.id,
                "ticket": asked.ticket,
            }
        else:
            details = self._bring_into_force(asked, finished, complaints)
            action, reason = AuditAction.DEFINITION_FILE_AVAILABLE, ""
            after = {
                "status": template.status.value,
                "version": template.number,
                "target_namespace": template.namespace,
                "revision": f"1.{template.variant}",
                "content_sha256": template.digests[template.variant],
                "language_codes": list(template.languages),
                "operation": asked.id,
            }
        self._add_operation(
            asked, status=STATUS.SUCCESS, details=details, started=started, finished=finished, complaints=complaints
        )
        self._tell_end(asked, finished, STATUS.SUCCESS, details, complaints, request_id)
        told = Told(action, self.everybody.worker, self._file(template), before=before, after=after, reason=reason)
        self.trail.tell(finished, replace(told, on_behalf_of=asked.by.name, request_id=request_id))

    def _bring_into_force(self, asked: BoardQuery, finished: int, complaints: list[Complaint]) -> str:
        """Returns what the operation's details say."""
        template, rng = asked.template, self.rng
        given, variant = list(template.languages), template.variant
        if asked.kind == TYPE.UPLOAD_NEW_VERSION:
            variant = (variant + 1) % templates.VARIANTS
        elif asked.kind == TYPE.ADD_LANGUAGE_FILES:
            given = [rng.choice([code for code in templates.LANGUAGES if code not in template.languages])]
            template.languages = [*template.languages, *given]
        elif asked.kind == TYPE.REMOVE_LANGUAGE_FILES:
            given = [rng.choice(template.languages[1:])]
            template.languages = [code for code in template.languages if code not in given]
        elif asked.kind == TYPE.UPDATE_LANGUAGE_FILES:
            given = [rng.choice(template.languages)]
        template.number += 1
        template.uploaded, template.removed = finished, 0
        template.status = DefinitionFileStatus.AVAILABLE
        template.kept.append(
            Kept(template.number, asked.id, asked.kind, variant, tuple(template.languages), tuple(given), finished)
        )
        verb = {
            TYPE.ADD_LANGUAGE_FILES: "Added",
            TYPE.UPDATE_LANGUAGE_FILES: "Updated",
            TYPE.REMOVE_LANGUAGE_FILES: "Removed",
        }.get(asked.kind)
        details = (
            f"{verb} {given[0]}."
            if verb
            else (
                f"Imported {template.policy_count(variant)} policies in {template.categories} categories, "
                f"{len(template.languages)} languages."
            )
        )
        return f"{details} 1 warning: {in_words(template.file_name, complaints)}" if complaints else details

    def _tell_end(
        self,
        asked: BoardQuery,
        finished: int,
        status: OperationStatus,
        details: str,
        complaints: list[Complaint],
        request_id: str,
    ) -> None:
        succeeded = status == STATUS.SUCCESS
        errors = list(dict.fromkeys(one.code for one in complaints if one.severity == "error"))
        told = Told(
            AuditAction.OPERATION_SUCCEEDED if succeeded else AuditAction.OPERATION_FAILED,
            self.everybody.worker,
            asked.about,
            before={"operation_status": STATUS.IN_PROGRESS.value},
            after={"operation_status": status.value, "status_details": details, "attempt": 1, "findings": errors},
            outcome=Outcome.SUCCESS if succeeded else Outcome.FAILURE,
            on_behalf_of=asked.by.name,
            request_id=request_id,
            error_code=errors[0] if errors else "",
        )
        self.trail.tell(finished, told)

    def _add_operation(
        self,
        asked: BoardQuery,
        *,
        status: OperationStatus = STATUS.IN_PROGRESS,
        details: str | None = None,
        started: int | None = None,
        finished: int | None = None,
        complaints: list[Complaint] | None = None,
    ) -> None:
        self._add(
            id=asked.id,
            operation_type=asked.kind.value,
            operation_status=status.value,
            status_details=details,
            created=asked.moment,
            modified=finished or started or asked.moment,
            started=started,
            finished=finished,
            by=asked.by,
            reason=asked.reason,
            ticket=asked.ticket,
            performed=True,
            definition_file_id=asked.template.id,
            retry_of_id=asked.retry_of,
            attempt=1 if started else 0,
            lease_until=as_text(started + 60 * SECOND) if started and not finished else None,
        )
        for row in self.complaints.rows(asked.id, asked.template.file_name, complaints or []):
            self._findings.add(row)

    # Recorded operations.

    def _record(self, moment: int) -> None:
        rng = self.rng
        kind = rng.choices(list(_RECORDED_TYPES), list(_RECORDED_TYPES.values()))[0]
        template = rng.choice(self._here) if self._here and rng.random() < 0.4 else None
        status = self._recorded_status(moment)
        is_final = status in {STATUS.SUCCESS, STATUS.FAILED}
        details = {STATUS.SUCCESS: "Imported by hand in Intune.", STATUS.FAILED: "Intune answered FeatureDisabled."}
        # Some are written down when they begin, and corrected when they have ended.
        finished = moment + log_normal(rng, 300.0, 1.4) if is_final and rng.random() < 0.3 else moment
        if finished > self.end:
            finished, status, is_final = moment, STATUS.IN_PROGRESS, False
        first = STATUS.IN_PROGRESS if is_final and finished > moment else status
        by, operation_id, ticket, reason = self._somebody(moment), self.trail.an_id(), self._ticket(), self._reason()
        about = (
            "GroupPolicyOperation",
            operation_id,
            f"{kind.label} of {template.file_name}" if template else kind.label,
        )
        after = {
            "operation_type": kind.value,
            "operation_status": first.value,
            "status_details": details.get(first),
            "definition_file_id": template.id if template else None,
            "ticket": ticket,
        }
        recorded = Told(AuditAction.OPERATION_RECORDED, by, about, after=after, reason=reason)
        self.trail.tell(moment, replace(recorded, request_id=self.trail.an_id()))
        if first != status:
            old = {"operation_status": first.value, "status_details": None}
            new = {"operation_status": status.value, "status_details": details[status]}
            told = Told(AuditAction.OPERATION_CORRECTED, by, about, before=old, after=new)
            self.trail.tell(finished, replace(told, request_id=self.trail.an_id()))
        self._add(
            id=operation_id,
            operation_type=kind.value,
            operation_status=status.value,
            status_details=details.get(status),
            created=moment,
            modified=finished,
            started=None,
            finished=finished if is_final else None,
            by=by,
            reason=reason,
            ticket=ticket,
            performed=False,
            definition_file_id=template.id if template else None,
            retry_of_id=None,
            attempt=0,
            lease_until=None,
        )

    def _recorded_status(self, moment: int) -> OperationStatus:
        days = (self.end - moment) / DAY
        chance = next((share for limit, share in _OPEN if days < limit), 0.0)
        if self.rng.random() < chance:
            return STATUS.IN_PROGRESS
        return self.rng.choices((STATUS.SUCCESS, STATUS.FAILED, STATUS.UNKNOWN), (84, 9, 7))[0]

    # What goes on around them.

    def _something_else(self, moment: int) -> None:
        rng, request_id = self.rng, self.trail.an_id()
        action = rng.choices(list(_AROUND), list(_AROUND.values()))[0]
        person, auditor = rng.choice(self.everybody.people), rng.choice(self.everybody.auditors)
        size = self.trail.tree.size
        match action:
            case AuditAction.SIGNED_IN | AuditAction.SIGNED_OUT:
                told = Told(action, person, ("User", person.id, person.name))
            case AuditAction.TOKEN_ISSUED:
                client = rng.choice(self.everybody.clients)
                expires = as_text(moment + HOUR).replace("Z", "+00:00")
                after = {"scopes": client.columns["permissions"], "expires": expires, "token_id": str(size)}
                told = Told(action, client, ("ApiClient", client.columns["token_id"], client.name), after=after)
                told.authentication = Authentication.SECRET.value
            case AuditAction.ACCESS_DENIED:
                after = {"method": "GET", "path": rng.choice(PATHS)}
                told = Told(action, person, after=after, outcome=Outcome.DENIED)
            case AuditAction.TOKEN_REFUSED | AuditAction.SIGN_IN_FAILED:
                is_sign_in = action == AuditAction.SIGN_IN_FAILED
                after = {"count": rng.randrange(1, 9), "accounts": [person.name] if is_sign_in else []}
                outcome = Outcome.FAILURE if is_sign_in else Outcome.DENIED
                told = Told(action, self.everybody.unknown(rng), after=after, outcome=outcome)
            case AuditAction.TRAIL_READ:
                told = Told(action, auditor, after={"what": "list", "events": 50, "filters": "period=7d"})
            case AuditAction.TRAIL_EXPORTED:
                after = {
                    "format": "jsonl",
                    "after_sequence": max(size - 4000, 0),
                    "up_to_sequence": size,
                    "filters": "",
                }
                told = Told(action, auditor, after=after)
            case _:
                after = {"what": "inclusion", "sequence": size or 1, "size": size}
                told = Told(action, auditor, after=after)
        told.request_id = request_id
        self.trail.tell(moment, told)

    # Who, why and where.

    def _somebody(self, moment: int) -> people.Somebody:
        is_person = self.rng.random() < (0.68 if is_office_hour(moment) else 0.12)
        among = self.everybody.people if is_person else self.everybody.clients
        return self.rng.choices(among, cum_weights=_falling(len(among)))[0]

    def _reason(self) -> str:
        return self.rng.choice(REASONS) if self.rng.random() < 0.6 else ""

    def _ticket(self) -> str:
        return f"CHG{self.rng.randrange(10_000, 99_999):07}" if self.rng.random() < 0.45 else ""

    def _file(self, template: Template) -> tuple[str, str, str]:
        return ("DefinitionFile", template.id, template.file_name)

    def _settled(self, template: Template) -> DefinitionFileStatus:
        return DefinitionFileStatus.AVAILABLE if template.number else DefinitionFileStatus.UPLOAD_FAILED

    def _add(
        self,
        *,
        created: int,
        modified: int,
        started: int | None,
        finished: int | None,
        by: people.Somebody,
        **values: Any,
    ) -> None:
        self._operations.add(
            {
                **values,
                "created_date_time": as_text(created),
                "last_modified_date_time": as_text(modified),
                "started_date_time": as_text(started) if started else None,
                "finished_date_time": as_text(finished) if finished else None,
                "requested_by_type": by.type,
                "requested_by_id": by.id,
                "requested_by_name": by.name,
                "returns_to_id": None,
                "create_digest": "",
            }
        )


def _falling(count: int) -> list[float]:
    """Weights of people: some ask much more often than others."""
    return _FALLING.setdefault(count, list(accumulate(1 / (rank + 2) for rank in range(count))))


_FALLING: dict[int, list[float]] = {}
