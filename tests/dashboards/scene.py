"""A portal in which something of everything happened, now and a while ago."""

from datetime import timedelta

from django.utils import timezone

from operations.choices import FINAL, ActorType, FindingGroup, OperationStatus, OperationType, Severity
from operations.models import Finding, GroupPolicyOperation
from operations.services import audit_log
from operations.services.access import access_events
from operations.services.operations import records, rollups
from tests import rows

PEOPLE = ((ActorType.USER, "17", "Olga & Co"), (ActorType.CLIENT, "client-1", "Nightly script"))


def everything() -> None:
    """Operations of each type and status of two actors, failures with findings, versions, removals, denials."""
    file, other = rows.a_definition_file(), rows.a_definition_file(file_name="other.admx", target_namespace="Other")
    rows.a_version(file)
    now = timezone.now()
    for number, kind in enumerate(OperationType):
        for status in OperationStatus:
            for copy in range((number + len(status)) % 3 + 1):
                created = now - timedelta(days=(0, 20, 85)[(number + copy) % 3], hours=5 * number, minutes=7 * copy)
                actor, actor_id, name = PEOPLE[copy % 2]
                finished = {"finished_date_time": created + timedelta(seconds=3 * copy + 1)} if status in FINAL else {}
                operation = rows.a_recorded_operation(
                    operation_type=kind,
                    operation_status=status,
                    created_date_time=created,
                    definition_file=(file, other, None)[(number + copy) % 3],
                    requested_by_type=actor,
                    requested_by_id=actor_id,
                    requested_by_name=name,
                    **finished,
                )
                if status == OperationStatus.FAILED and copy == 0:
                    a_finding(operation, ("XmlInvalid", "StringMissing")[number % 2])
    rows.a_performed_operation(created_date_time=now - timedelta(days=3))
    records.record_operation(by=rows.everybody(), operation_status="failed", status_details="<i>Disk full</i>")
    access_events.denied(by=rows.an_actor(name="Mallory"), method="GET", path="/admin/")
    rows.the_minute_is_over()
    audit_log.sign_checkpoint(by=rows.everybody())
    audit_log.verify(by=rows.everybody())
    audit_log.export(by=rows.everybody())
    rollups.rebuild()


def a_finding(operation: GroupPolicyOperation, code: str, severity: str = Severity.ERROR) -> Finding:
    return Finding.objects.create(
        operation=operation,
        position=operation.findings.count(),
        code=code,
        severity=severity,
        group=FindingGroup.FILE,
        message=f"{code} is wrong.",
        remedy="Mend it.",
        file_name="example.admx",
    )
