"""The web server's entry point; forwarded headers count only when they come from PORTAL_TRUSTED_PROXIES."""

import multiprocessing.process
import os
import signal
import threading

from django.core.wsgi import get_wsgi_application
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gpo_portal.settings")

wsgi = get_wsgi_application()

from django.conf import settings  # noqa: E402

from operations.web.gate import Gate  # noqa: E402


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    """A process of several that loses the one which started it would hold the port against the next start."""
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


if (starter := multiprocessing.parent_process()) is not None:
    threading.Thread(target=_end_with, args=(starter,), daemon=True).start()
application: object = Gate(wsgi, threads=settings.PORTAL_WEB_THREADS)
if settings.PORTAL_TRUSTED_PROXIES:
    application = ProxyHeadersMiddleware(application, trusted_hosts=settings.PORTAL_TRUSTED_PROXIES)  # type: ignore[arg-type]
