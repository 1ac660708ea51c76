from django.core.exceptions import ValidationError
from django.db import models
from oauth2_provider.models import AbstractApplication

from operations.choices import Scope


class ApiClient(AbstractApplication):
    """A script or service that calls the REST API with client credentials; its secrets are rows of their own.

    The toolkit's own column for a secret holds a random value that nobody knows.
    """

    scopes = models.JSONField(default=list)
    is_active = models.BooleanField("enabled", default=True)

    class Meta(AbstractApplication.Meta):
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"
        verbose_name = "API client"

    def clean(self) -> None:
        super().clean()
        unknown = sorted(set(self.scopes) - set(Scope.values))
        if unknown:
            raise ValidationError({"scopes": f"Unknown scope {unknown[0]}. Known scopes: {', '.join(Scope.values)}."})

    def is_usable(self, request: object) -> bool:
        """Asked by the toolkit before it gives out a token."""
        return self.is_active
