from django.db import models

from operations.choices import Channel


class RefusedAttempt(models.Model):
    """How often somebody was refused in one minute; becomes one event when the minute is over."""

    action = models.CharField(max_length=64)
    # An address, or the network of one, after the id of a known actor; "" for all that are too many to tell apart.
    origin = models.CharField(max_length=160, blank=True)
    minute = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
    accounts = models.JSONField(default=list)
    # Of a known actor, and what they asked for first.
    actor = models.JSONField(default=dict)
    asked_for = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    channel = models.CharField(max_length=16, choices=Channel)
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=512, blank=True)
    request_id = models.CharField(max_length=64)
    last_date_time = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["action", "origin", "minute"], name="refused_attempt_once")]

    def __str__(self) -> str:
        return f"{self.count} × {self.action}"
