"""Django's admin: one file a model; state changes through forms and buttons that call services."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import admin as account_pages  # noqa: F401  (registered before they are replaced)
from oauth2_provider import admin as token_pages  # noqa: F401
from oauth2_provider.models import AccessToken, DeviceGrant, Grant, IDToken, RefreshToken

from operations.admin.sign_in import SignInForm
from operations.models import ApiClient

admin.site.login_form = SignInForm
# The toolkit's own pages list and search raw rows of tokens.
for model in (AccessToken, ApiClient, DeviceGrant, Grant, IDToken, RefreshToken):
    if admin.site.is_registered(model):
        admin.site.unregister(model)

from operations.admin import (  # noqa: E402, F401
    accounts,
    api_clients,
    audit_events,
    definition_files,
    group_policy_operations,
    policies,
)

_mark = " (demonstration)" if settings.DEMONSTRATION_MARK.exists() else ""
admin.site.site_header = admin.site.site_title = f"GPO Portal{_mark}"
admin.site.index_title = "Group policy operations"
admin.site.site_url = None  # the header links to the boards
# A bulk delete would go round the services, their rules and the trail.
admin.site.disable_action("delete_selected")
