import uuid

from django.db import models

from operations.choices import ActorType, Door, Outcome


class AuditHead(models.Model):
    """The one row whose lock puts events in order; it holds the last sequence given out."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_head_is_one_row")]

    def __str__(self) -> str:
        return f"{self.sequence} events"


class AuditEvent(models.Model):
    """One row of the trail. Written by audit.record() only; triggers refuse every later change.

    Actor and object are type, id and name as of then: a foreign key would be an update in waiting.
    """

    sequence = models.BigIntegerField(primary_key=True)
    event_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    recorded_date_time = models.DateTimeField("recorded")
    actor_type = models.CharField(max_length=16, choices=ActorType)
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField("actor", max_length=255)
    door = models.CharField(max_length=16, choices=Door)
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=512, blank=True)
    request_id = models.CharField(max_length=64)
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64)
    object_id = models.CharField(max_length=64)
    object_name = models.CharField("object", max_length=512)
    outcome = models.CharField(max_length=16, choices=Outcome)
    reason = models.TextField(blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ["-sequence"]
        verbose_name = "audit event"
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["-recorded_date_time"], name="audit_event_newest"),
            models.Index(fields=["object_type", "object_id", "sequence"], name="audit_event_of_object"),
            models.Index(fields=["actor_type", "actor_id", "sequence"], name="audit_event_of_actor"),
            models.Index(fields=["action", "sequence"], name="audit_event_of_action"),
            models.Index(fields=["request_id"], name="audit_event_of_request"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"
