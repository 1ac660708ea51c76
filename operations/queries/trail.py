"""An object's own trail."""

from uuid import UUID

from django.conf import settings
from django.db import models

from operations import audit
from operations.audit import AuditAction
from operations.choices import Outcome, Verdict
from operations.models import AuditEvent, CheckpointDelivery, GroupPolicyOperation

SHOWN_EVENTS = 200


def events_of(subject: models.Model) -> list[AuditEvent]:
    """The first events of this object, oldest first."""
    events = AuditEvent.objects.filter(object_type=subject._meta.object_name, object_id=str(subject.pk))
    return list(events.order_by("sequence")[:SHOWN_EVENTS])


def last_verification() -> AuditEvent | None:
    """The newest run that came to a result; its outcome says whether the trail was intact."""
    return AuditEvent.objects.filter(action=AuditAction.TRAIL_VERIFIED).order_by("-sequence").first()


def deliveries() -> list[CheckpointDelivery]:
    """How far each sink that is named has come, in the order of their names; one that never took any is there too."""
    known = CheckpointDelivery.objects.in_bulk(settings.PORTAL_AUDIT_SINKS)
    return [known.get(url) or CheckpointDelivery(sink=url) for url in sorted(settings.PORTAL_AUDIT_SINKS)]


def size() -> int:
    """How many events there are."""
    return audit.head().sequence


def operations_touched_by(request_id: str) -> list[GroupPolicyOperation]:
    """What one request asked for or changed, in its order; what was deleted since is left out."""
    events = AuditEvent.objects.filter(request_id=request_id, object_type=GroupPolicyOperation._meta.object_name)
    ids = [UUID(object_id) for object_id in events.order_by("sequence").values_list("object_id", flat=True)]
    found = GroupPolicyOperation.objects.select_related("definition_file").in_bulk(ids)
    return [found[operation_id] for operation_id in dict.fromkeys(ids) if operation_id in found]


def verdict_of(verification: AuditEvent) -> Verdict:
    """What a recorded verification concluded; the outcome decides, whatever else somebody wrote into the row."""
    if verification.outcome == Outcome.SUCCESS:
        return Verdict.INTACT
    written = verification.after.get("verdict") if isinstance(verification.after, dict) else None
    return next((verdict for verdict in (Verdict.UNPROVED, Verdict.SIGNED_LATE) if verdict == written), Verdict.DAMAGED)
