import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import models

from operations.choices import ActorType, Authentication, Channel, Outcome


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an object; None where it was or is without a value."""

    name: str
    before: str | None
    after: str | None


class AuditHead(models.Model):
    """The one row whose lock puts events in order: the last sequence given out, and the tree so far."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    # Events from before there was a tree: kept, counted, never told as if they could be proved.
    pre_chain = models.BigIntegerField(default=0)
    # The roots of the tree's full subtrees, largest first.
    peaks = models.BinaryField(default=b"")
    recorded_date_time = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_head_is_one_row")]

    def __str__(self) -> str:
        return f"{self.sequence} events"

    @property
    def size(self) -> int:
        """Leaves of the tree."""
        return self.sequence - self.pre_chain


class AuditEvent(models.Model):
    """One row of the trail. Written by audit.record() only; triggers refuse every later change.

    Actor and object are type, id and name as of then: a foreign key would be an update in waiting.
    """

    sequence = models.BigIntegerField(primary_key=True)
    event_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    occurred_date_time = models.DateTimeField("occurred", null=True)
    recorded_date_time = models.DateTimeField("recorded")
    actor_type = models.CharField(max_length=16, choices=ActorType)
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField("actor", max_length=255)
    on_behalf_of = models.CharField(max_length=255, blank=True, default="")
    authentication = models.CharField(max_length=16, choices=Authentication, blank=True, default="")
    token_id = models.CharField(max_length=64, blank=True, default="")
    permissions = models.JSONField(default=list)
    channel = models.CharField(max_length=16, choices=Channel)
    address = models.GenericIPAddressField(null=True)
    forwarded_for = models.CharField(max_length=512, blank=True, default="")
    user_agent = models.CharField(max_length=512, blank=True)
    request_id = models.CharField(max_length=64)
    client_request_id = models.CharField(max_length=128, blank=True, default="")
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64)
    object_id = models.CharField(max_length=64)
    object_name = models.CharField("object", max_length=512)
    outcome = models.CharField(max_length=16, choices=Outcome)
    error_code = models.CharField(max_length=64, blank=True, default="")
    reason = models.TextField(blank=True)
    ticket = models.CharField(max_length=255, blank=True, default="")
    content_sha256 = models.CharField(max_length=64, blank=True, default="")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    portal_version = models.CharField(max_length=32, blank=True, default="")
    node = models.CharField(max_length=255, blank=True, default="")
    schema = models.PositiveSmallIntegerField(default=0)
    # Null before there was a tree.
    leaf_hash = models.BinaryField(null=True)

    class Meta:
        ordering = ["-sequence"]
        verbose_name = "audit event"
        default_permissions = ("view",)
        indexes = [
            # With what boards count by, so that they need not read the rows.
            models.Index(fields=["-recorded_date_time", "action", "outcome"], name="audit_event_newest"),
            models.Index(fields=["outcome", "-recorded_date_time"], name="audit_event_by_outcome"),
            models.Index(fields=["object_type", "object_id", "sequence"], name="audit_event_of_object"),
            models.Index(fields=["actor_type", "actor_id", "sequence"], name="audit_event_of_actor"),
            models.Index(fields=["action", "sequence"], name="audit_event_of_action"),
            models.Index(fields=["request_id"], name="audit_event_of_request"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"

    @property
    def changes(self) -> list[Change]:
        """What before and after say, field by field, where they differ."""
        names = sorted({*self.before, *self.after})
        found = [Change(name, _text(self.before.get(name)), _text(self.after.get(name))) for name in names]
        return [change for change in found if change.before != change.after]


class AuditSubtree(models.Model):
    """Roots of full subtrees of 256, 65,536 … leaves, so that a proof reads a few hundred hashes at any size.

    Rebuilt from the leaves at any time; every proof made from them is checked before it is handed out.
    """

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    root = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="audit_subtree_once")]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class AuditCheckpoint(models.Model):
    """A copy of a signed checkpoint; the sink outside the database has it too."""

    size = models.BigIntegerField(primary_key=True)
    note = models.TextField()
    created_date_time = models.DateTimeField()
    # When the sink had it; null while it has not.
    kept_date_time = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-size"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Checkpoint at {self.size}"


class CheckpointDelivery(models.Model):
    """How far a sink away from this machine has come; by its URL in PORTAL_AUDIT_SINKS."""

    sink = models.CharField(max_length=512, primary_key=True)
    # Of the last checkpoint that it took.
    size = models.BigIntegerField(default=0)
    delivered_date_time = models.DateTimeField(null=True)
    # Why it took no more; empty while it takes them.
    error = models.TextField(blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.sink


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
