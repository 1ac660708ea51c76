"""An object's own trail."""

from django.db import models

from operations.models import AuditEvent

SHOWN_EVENTS = 200


def events_of(subject: models.Model) -> list[AuditEvent]:
    """The first events of this object, oldest first."""
    events = AuditEvent.objects.filter(object_type=subject._meta.object_name, object_id=str(subject.pk))
    return list(events.order_by("sequence")[:SHOWN_EVENTS])
