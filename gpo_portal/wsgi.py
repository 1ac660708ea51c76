"""The WSGI entry point; forwarded headers count only when they come from PORTAL_TRUSTED_PROXIES."""

import os

from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gpo_portal.settings")

application = get_wsgi_application()

from django.conf import settings  # noqa: E402

if settings.PORTAL_TRUSTED_PROXIES:
    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts=settings.PORTAL_TRUSTED_PROXIES)
