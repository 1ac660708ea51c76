from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models


class User(AbstractUser):
    """A person who signs in to the admin and the boards."""

    # Empty: the portal's.
    time_zone = models.CharField("time zone", max_length=64, blank=True, default="")

    def clean(self) -> None:
        super().clean()
        if self.time_zone and self.time_zone not in available_timezones():
            raise ValidationError(
                {"time_zone": "This is no time zone, such as Europe/Berlin. Leave it empty for the portal's."}
            )
