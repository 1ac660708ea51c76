"""`python -m gpo_portal.server`: the web server with the settings' address, certificate and number of processes."""

import os
import resource


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gpo_portal.settings")

    import uvicorn
    from django.conf import settings

    from operations.web.connections import BoundedConnection

    # Each connection is one: as many as the system allows.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvicorn.run(
        "gpo_portal.asgi:application",
        host=settings.PORTAL_HOST,
        port=settings.PORT,
        workers=settings.PORTAL_WEB_PROCESSES,
        http=BoundedConnection,
        ws="none",
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_level="warning",
        timeout_keep_alive=15,
        timeout_graceful_shutdown=10,
        ssl_certfile=settings.PORTAL_TLS_CERTIFICATE or None,
        ssl_keyfile=settings.PORTAL_TLS_KEY or None,
    )


if __name__ == "__main__":
    main()
