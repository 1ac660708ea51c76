"""`make run`: from nothing to a running portal, in the foreground, until Ctrl-C."""

import fcntl
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection

from operations.errors import ConflictError
from operations.management import local_certificate
from operations.management.portal_command import PortalCommand
from operations.queries import exposure
from operations.secret_files import close_to_others, kept_secret
from operations.services import demonstration
from operations.services.access import accounts, api_clients

READY_WITHIN_SECONDS = 60
# Below the data folder: what the web processes measured, for whichever of them is asked for it.
LATENCIES = "latencies"
ANY_ADDRESS = {"127.0.0.1", "0.0.0.0", "::", "::1"}  # noqa: S104

SUPERVISOR = """\
[supervisord]
nodaemon=true
silent=true
loglevel=warn
logfile={folder}/supervisord.log
umask=077
pidfile={folder}/supervisord.pid
{user}
[program:web]
command={python} -m gpo_portal.server
directory={base}
environment=PROMETHEUS_MULTIPROC_DIR={quote}%(here)s/{latencies}{quote}
autorestart=true
startretries=1000000
stopasgroup=true
killasgroup=true
redirect_stderr=true
stdout_logfile=/dev/stdout
stdout_logfile_maxbytes=0

[program:worker]
command={python} {base}/manage.py run_huey
directory={base}
autorestart=true
startretries=1000000
stopsignal=INT
stopwaitsecs=30
killasgroup=true
redirect_stderr=true
stdout_logfile=/dev/stdout
stdout_logfile_maxbytes=0
"""


class Command(PortalCommand):
    help = "Migrate, make first-run secrets and account, then run web server and worker until Ctrl-C."

    def run(self, **options: Any) -> None:
        folder: Path = settings.PORTAL_DATA_DIR
        close_to_others(folder)
        _hold(folder)
        _refuse_busy_port()
        if settings.LOCAL_TLS is not None:
            local_certificate.ensure(settings.LOCAL_TLS)
        _refuse_tls_without_certificate()
        _forget_latencies(folder / LATENCIES)
        self.stdout.write("Preparing the portal ...")
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise CommandError(f"The database cannot be reached: {str(error).splitlines()[0]}") from error
        call_command("migrate", verbosity=0, interactive=False)
        # Of the API's page the other half of its package is not used.
        call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=["redoc"])
        password = accounts.create_first_admin(by=self.actor)
        password_file = folder / "admin-password"
        if password is not None:
            password_file.unlink(missing_ok=True)
            kept_secret(password_file, password)
        self._demonstrate()
        for sentence in exposure.warnings():
            self.stderr.write(f"Warning: {sentence}")
        token_file = self._quick_start_token(folder)
        connection.close()
        if os.fork() == 0:
            _announce(password, password_file, token_file)
        config = _supervisor_config(folder)
        os.execv(sys.executable, [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(config)])  # noqa: S606

    def _demonstrate(self) -> None:
        if settings.DEMO and not settings.DEMONSTRATION_MARK.exists():
            demonstration.load(by=self.actor)
            settings.DEMONSTRATION_MARK.touch()

    def _quick_start_token(self, folder: Path) -> Path | None:
        """A day's token for the curl on the screen; each start replaces the one before.

        None where an administrator disabled its client: the start is no reason to enable it again.
        """
        path = folder / "quick-start-token"
        name = f"Quick start on {socket.gethostname()}"
        api_clients.revoke_tokens_of_name(by=self.actor, name=name)
        path.unlink(missing_ok=True)
        try:
            token = api_clients.issue_token_for_name(by=self.actor, name=name, lifetime=timedelta(days=1))
        except ConflictError as error:
            self.stderr.write(f"No quick-start token was made. {error}")
            return None
        kept_secret(path, token)
        return path


def _hold(folder: Path) -> None:
    """Lock the data folder for as long as this process and what it becomes live."""
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise CommandError(
            f"A portal is already running on {folder}. Stop it, or choose another PORTAL_DATA_DIR."
        ) from None
    os.set_inheritable(handle, True)


def _refuse_busy_port() -> None:
    family = socket.AF_INET6 if ":" in settings.PORTAL_HOST else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.PORTAL_HOST, settings.PORT))
        except OSError as error:
            raise CommandError(
                f"{settings.PORTAL_HOST}:{settings.PORT} cannot be listened on: {error.strerror}. "
                "Choose another with PORT=8001 make run."
            ) from error


def _refuse_tls_without_certificate() -> None:
    certificate, key = settings.PORTAL_TLS_CERTIFICATE, settings.PORTAL_TLS_KEY
    if bool(certificate) != bool(key):
        raise CommandError("PORTAL_TLS_CERTIFICATE and PORTAL_TLS_KEY belong together: set both or neither.")
    for name, path in (("PORTAL_TLS_CERTIFICATE", certificate), ("PORTAL_TLS_KEY", key)):
        if path and not os.access(path, os.R_OK):
            raise CommandError(f"{name}={path} cannot be read.")
    if settings.PORTAL_TLS and not certificate and not settings.PORTAL_TRUSTED_PROXIES:
        raise CommandError(
            "PORTAL_TLS=1 needs PORTAL_TLS_CERTIFICATE and PORTAL_TLS_KEY, "
            "or PORTAL_TRUSTED_PROXIES with the address of the proxy that speaks TLS."
        )


def _forget_latencies(folder: Path) -> None:
    """Those of the start before: counting begins anew with the processes."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for left in folder.glob("*.db"):
        left.unlink()


def _supervisor_config(folder: Path) -> Path:
    # Supervisor expands %: a path may hold one.
    text = SUPERVISOR.format(
        folder=str(folder).replace("%", "%%"),
        user="user=root\n" if os.geteuid() == 0 else "",
        python=sys.executable.replace("%", "%%"),
        base=str(settings.BASE_DIR).replace("%", "%%"),
        latencies=LATENCIES,
        # Commas and spaces are safe between quotation marks; the marks themselves cannot be escaped.
        quote="'" if '"' in str(folder) else '"',
    )
    path = folder / "supervisord.conf"
    path.write_text(text)
    return path


def _announce(password: str | None, password_file: Path, token_file: Path | None) -> None:
    """In a process of its own: wait until the portal answers, then print where to go."""
    root = _root()
    probe = "localhost" if settings.PORTAL_HOST in ANY_ADDRESS else settings.PORTAL_HOST
    if not settings.PORTAL_TLS_CERTIFICATE and not _answers(f"http://{probe}:{settings.PORT}/healthz"):
        print("The portal does not answer. Look above for the reason.", file=sys.stderr)  # noqa: T201
        os._exit(1)
    sign_in = (
        f"Sign in as admin with the password {password}\n"
        f"           (shown once; kept in {password_file}, readable by you only)"
        if password
        else f"Sign in as before; the first administrator's password was kept in {password_file}"
        if password_file.exists()
        else "Sign in as before"
    )
    authority = settings.LOCAL_TLS / "authority.pem" if settings.LOCAL_TLS else None
    trust = f"  Clients must trust the certificate in {authority}\n\n" if authority else ""
    with_trust = f"--cacert '{authority}' " if authority else ""
    first_operation = f"""  Create an operation by REST:

curl -i {with_trust}{root}/beta/deviceManagement/groupPolicyOperations \\
  -H "Authorization: Bearer $(cat '{token_file}')" \\
  -H 'Content-Type: application/json' \\
  -d '{{"operationType": "upload", "operationStatus": "success", "statusDetails": "Done by hand."}}'
"""
    print(  # noqa: T201
        f"""
GPO Portal is running. Stop it with Ctrl-C.

  Boards   {root}/
  Admin    {root}/admin/
  API      {root}/beta/deviceManagement/groupPolicyOperations

  {sign_in}

{trust}{first_operation if token_file else ""}""",
        flush=True,
    )
    os._exit(0)


def _root() -> str:
    """Where people reach the portal."""
    allowed = settings.ALLOWED_HOSTS
    host = "localhost" if "localhost" in allowed or not allowed else allowed[0]
    if settings.PORTAL_TLS and not settings.PORTAL_TLS_CERTIFICATE:
        return f"https://{host}"
    scheme = "https" if settings.PORTAL_TLS_CERTIFICATE else "http"
    return f"{scheme}://{host}:{settings.PORT}"


def _answers(url: str) -> bool:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except urllib.error.HTTPError:
            return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False
