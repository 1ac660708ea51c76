from datetime import datetime

from django.db import models

from operations.models.api_client import ApiClient


class ClientSecret(models.Model):
    """One of a client's secrets, stored hashed; two may be valid at once while a script changes over."""

    api_client = models.ForeignKey(ApiClient, models.CASCADE, related_name="secrets")
    # The first three characters, by which a person knows it again, as in Entra.
    hint = models.CharField(max_length=3)
    secret_hash = models.CharField(max_length=128)
    start_date_time = models.DateTimeField("since")
    end_date_time = models.DateTimeField("until")
    last_used_date_time = models.DateTimeField("last used", null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_date_time__gt=models.F("start_date_time")), name="client_secret_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hint}…"

    def is_valid_at(self, moment: datetime) -> bool:
        return moment < self.end_date_time
