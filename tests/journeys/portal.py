"""The real portal as a process of its own, on a data folder and a port of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import until

REPOSITORY = Path(__file__).resolve().parents[2]
JOURNEY = [pytest.mark.journey, pytest.mark.sqlite_only, pytest.mark.xdist_group("journeys")]
# Those that look at pages have a portal of their own, beside the one of the others.
LOOKING = [pytest.mark.journey, pytest.mark.sqlite_only, pytest.mark.xdist_group("journeys that look at pages")]
OPERATIONS = "/beta/deviceManagement/groupPolicyOperations"
FILES = "/beta/deviceManagement/groupPolicyUploadedDefinitionFiles"
# Of this machine, and nobody else's in the journeys.
TRUSTED_PROXY = "127.0.0.9"
PASSWORD = "correct horse battery"  # of the people a journey adds
_ADD_PERSON = """
from django.contrib.auth.models import Group
from operations.actor import command_line
from operations.models import User
from operations.services.access import accounts
user = User(username={name!r}, is_staff=True)
user.set_password({password!r})
accounts.save_user(by=command_line("tester"), user=user, groups=Group.objects.filter(name={group!r}))
"""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message  # names in any letter case
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, port: int, **more: str) -> dict[str, str]:
    """What a person's shell would have: nothing of this test run's own settings."""
    own = ("PORTAL_", "DATABASE_URL", "DJANGO_", "PYTEST_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(own) and name != "PORT"}
    return {**clean, "PORTAL_DATA_DIR": str(folder), "PORT": str(port), "PYTHONUNBUFFERED": "1", **more}


def manage(*arguments: str, env: dict[str, str], within: float = 60) -> subprocess.CompletedProcess[str]:
    """One manage.py command, to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=REPOSITORY,
        env=env,
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
    )


def call(method: str, url: str, body: Any = None, *, token: str = "") -> Answer:
    """One request as a script sends it; a refusal is an answer too."""
    headers = {"Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None
    if body is not None:
        headers["Content-Type"] = "application/json"
        data = json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return Answer(response.status, response.headers, response.read().decode())
    except urllib.error.HTTPError as refusal:
        with refusal:
            return Answer(refusal.code, refusal.headers, refusal.read().decode())


def reachable(url: str) -> Answer | None:
    try:
        return call("GET", url)
    except OSError:
        return None


def processes_of(folder: Path) -> dict[int, str]:
    """Every living process that was started for this data folder, told by its environment."""
    mark = f"PORTAL_DATA_DIR={folder}".encode()
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found[int(process.name)] = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # it ended meanwhile, or is not ours
    return found


class Portal:
    """`manage.py start` from its first line to Ctrl-C."""

    def __init__(self, folder: Path, port: int | None = None, **more: str) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.environment = environment(folder, self.port, **more)
        self.root = f"http://127.0.0.1:{self.port}"
        self.screen = folder.parent / f"{folder.name}.screen"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Portal":
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self.folder.mkdir(mode=0o777, exist_ok=True)
        with self.screen.open("ab") as screen:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "start"],
                cwd=REPOSITORY,
                env=self.environment,
                stdout=screen,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # The widest there is: what the portal makes is its owner's alone all the same.
                umask=0,
            )
        until(self._is_ready, what=f"the portal to be ready\n{self.log()}", within=90)
        return self

    def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"The portal ended early:\n{self.log()}"
        answer = reachable(f"{self.root}/readyz")
        return answer is not None and answer.status == 200 and answer.json["worker"] == "ok"

    def stop(self) -> int:
        """Ctrl-C: a terminal sends it to the whole foreground group. Returns the exit code."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGINT)
        try:
            return self.process.wait(timeout=60)
        finally:
            self.kill()

    def kill(self) -> None:
        """Leave nothing behind, whatever happened."""
        for process_id in self.left_over:
            os.kill(process_id, signal.SIGKILL)

    @property
    def left_over(self) -> dict[int, str]:
        return processes_of(self.folder)

    @property
    def worker_process(self) -> int | None:
        return next((number for number, line in processes_of(self.folder).items() if "run_huey" in line), None)

    @property
    def admin_password(self) -> str:
        return (self.folder / "admin-password").read_text().strip()

    @property
    def token(self) -> str:
        return (self.folder / "quick-start-token").read_text().strip()

    def log(self) -> str:
        return self.screen.read_text(errors="replace") if self.screen.exists() else ""

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        return call(method, path if path.startswith("http") else self.root + path, body, token=self.token)

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        done = manage(*arguments, env=self.environment)
        assert done.returncode == 0, done.stderr
        return done

    def add_person(self, name: str, group: str) -> None:
        self.manage("shell", "--no-imports", "-c", _ADD_PERSON.format(name=name, group=group, password=PASSWORD))

    def file_statuses(self) -> dict[str, str]:
        """Of every file that is present, by id."""
        listed = self.call("GET", f"{FILES}?$top=1000").json["value"]
        return {file["id"]: file["status"] for file in listed}

    def operation_of(self, file_id: str) -> dict[str, Any]:
        (operation,) = self.call("GET", f"{FILES}/{file_id}/groupPolicyOperations").json["value"]
        return dict(operation)

    def finished(self, file_id: str, within: float = 60) -> dict[str, Any]:
        """The operation of a file, once it has ended."""

        def ended() -> dict[str, Any]:
            operation = self.operation_of(file_id)
            return operation if operation["operationStatus"] in {"success", "failed"} else {}

        return until(ended, what=f"the operation of {file_id} to end", within=within)
