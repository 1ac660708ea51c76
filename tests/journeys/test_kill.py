"""A worker that is killed again and again: every operation ends, none twice, none lost.

`make torture` (PORTAL_TORTURE=1) runs more rounds with shorter lives.
"""

import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from tests.admx import samples
from tests.journeys.portal import (
    FILES,
    JOURNEY,
    REPOSITORY,
    call,
    environment,
    free_port,
    manage,
    processes_of,
    reachable,
)
from tests.rows import an_upload_body, in_base64
from tests.waiting import until

pytestmark = JOURNEY

TORTURE = os.environ.get("PORTAL_TORTURE") == "1"
POLICIES = 600
# How long a worker lives, in seconds from when it is ready to work.
ROUNDS = [(1, 0.05, 0.9)] if not TORTURE else [(seed, 0.02, 0.3 + seed % 4 * 0.3) for seed in range(1, 9)]
LANGUAGE_FILES = "groupPolicyUploadedLanguageFiles"
IMPORTED = ("upload", "success")
WITHIN_SECONDS = 600 if TORTURE else 240
# Every table with rows of what is in force, and how one finds the file there.
DECLARED = {
    "grouppolicycategory": "definition_file_id",
    "policy": "definition_file_id",
    "grouppolicydefinition": "definition_file_id",
    "namespaceuse": "definition_file_id",
    "supportedondefinition": "definition_file_id",
}


class Step(NamedTuple):
    """Something asked of a file, and what is to come of it."""

    action: str
    body: dict[str, Any]
    languages: tuple[str, ...] = ("en-US",)  # of the version that it makes
    succeeds: bool = True

    @property
    def end(self) -> str:
        return "success" if self.succeeds else "failed"


def template(number: int, *, key: str = "Software\\Example", broken: bool = False) -> str:
    """Large enough that a kill finds the worker in the middle of it; no two files alike."""
    policies = [samples.policy(f"Policy{index}", key=key) for index in range(POLICIES)]
    if broken:
        policies.append(samples.policy("Broken", without="key"))
    target = f'<target prefix="example{number}" namespace="Example.Policies.Number{number}"/>'
    return in_base64(samples.admx(*policies, target=target).encode())


def german(main: str) -> dict[str, Any]:
    text = samples.adml(samples.STRINGS | {"Main": main}).encode()
    return {LANGUAGE_FILES: [{"fileName": "kill.adml", "languageCode": "de-DE", "content": in_base64(text)}]}


def upload(number: int, *, broken: bool = False) -> Step:
    body = an_upload_body(fileName=f"kill{number}.admx", content=template(number, broken=broken))
    return Step("upload", body, succeeds=not broken)


def new_version(number: int, *, broken: bool = False) -> Step:
    body = {"content": template(number, key="Software\\Elsewhere", broken=broken), LANGUAGE_FILES: []}
    return Step("uploadNewVersion", body, succeeds=not broken)


def life(number: int) -> list[Step]:
    """All six types in their order."""
    return [
        upload(number),
        new_version(number),
        Step("addLanguageFiles", german("Beispiel"), ("de-DE", "en-US")),
        Step("updateLanguageFiles", german("Muster"), ("de-DE", "en-US")),
        Step("removeLanguageFiles", {LANGUAGE_FILES: [{"languageCode": "de-DE"}]}),
        Step("remove", {}, ()),
    ]


def lives() -> list[list[Step]]:
    """Of the files: whole ones, one with a new version that fails first, one that stays, one that never came in."""
    whole = [life(number) for number in range(8)]
    whole[7].insert(1, new_version(7, broken=True))
    return [*whole, life(8)[:-1], [upload(9, broken=True)]]


class Web:
    """A real web server without a worker."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = environment(
            folder, self.port, PORTAL_LEASE_SECONDS="1", PORTAL_MAX_ATTEMPTS="1000", PORTAL_WEB_PROCESSES="1"
        )
        self.root = f"http://127.0.0.1:{self.port}"
        self.log = folder.parent / "log"
        for command in (["migrate", "--verbosity", "0"], ["create_api_client", "Kill test"]):
            assert manage(*command, env=self.environment).returncode == 0
        self.token = manage("issue_token", "Kill test", env=self.environment).stdout.strip()
        self.process = self.run("-m", "gpo_portal.server")
        until(lambda: reachable(f"{self.root}/healthz"), what="the web server to answer")

    def run(self, *arguments: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments], cwd=REPOSITORY, env=self.environment, stdout=log, stderr=log
            )

    def worker(self) -> subprocess.Popen[bytes]:
        return self.run("manage.py", "run_huey")

    def rows(self, query: str) -> list[Any]:
        """Read past all of our code."""
        with closing(sqlite3.connect(f"file:{self.folder}/portal.sqlite3?mode=ro", uri=True, timeout=20)) as database:
            return database.execute(query).fetchall()

    def busy(self) -> set[str]:
        """The files with an operation in progress."""
        query = "SELECT definition_file_id FROM operations_grouppolicyoperation WHERE operation_status = 'inProgress'"
        return {row[0] for row in self.rows(query)}

    def heartbeat(self) -> list[Any]:
        """Changes as soon as a worker that was started begins to work."""
        with closing(sqlite3.connect(self.folder / "queue.sqlite3", timeout=20)) as database:
            return database.execute("SELECT value FROM kv WHERE key = 'worker-heartbeat'").fetchall()


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    folder = tmp_path / "kill"
    try:
        server = Web(folder)
        yield server
        server.process.terminate()
        server.process.wait(timeout=30)
    finally:
        for process_id in processes_of(folder):
            os.kill(process_id, signal.SIGKILL)


@pytest.mark.parametrize(("seed", "shortest", "longest"), ROUNDS)
def test_no_kill_loses_or_doubles_an_operation(web: Web, seed: int, shortest: float, longest: float) -> None:
    chance = random.Random(seed)
    script = Script(web, lives())
    kills = kill_until_done(web, script, lambda: chance.uniform(shortest, longest))
    assert kills >= 5, "The work was over before it was disturbed"

    operations = [
        Operation(*row)
        for row in web.rows(
            "SELECT id, definition_file_id, operation_type, operation_status, attempt, lease_until, status_details "
            "FROM operations_grouppolicyoperation ORDER BY created_date_time"
        )
    ]
    by_file: dict[str, list[Operation]] = {}
    for operation in operations:
        by_file.setdefault(operation.file, []).append(operation)
    assert by_file.keys() == script.lives.keys()
    for file, steps in script.lives.items():
        found = [(operation.type, operation.status) for operation in by_file[file]]
        assert found == [(step.action, step.end) for step in steps], "none lost, none added"
    assert {operation.lease for operation in operations} == {None}
    told = {operation.details for operation in operations if (operation.type, operation.status) == IMPORTED}
    assert told == {f"Imported {POLICIES} policies in 1 category, 1 language."}
    assert max(operation.attempt for operation in operations) > 1, "no kill ever hit the work"

    expect_one_end_each(web, operations)
    expect_versions(web, script.lives, by_file)
    expect_files(web, script.lives)
    assert not [line for line in web.log.read_text().splitlines() if " ERROR " in line]


class Operation(NamedTuple):
    id: str
    file: str
    type: str
    status: str
    attempt: int
    lease: str | None
    details: str


class Script:
    """Asks for the next step of every file as soon as that is not busy."""

    def __init__(self, web: Web, lives: list[list[Step]]) -> None:
        self.web = web
        self.lives = {self._upload(steps[0]): steps for steps in lives}
        self.asked = dict.fromkeys(self.lives, 1)

    @property
    def waiting(self) -> list[str]:
        """The files of which more is to be asked."""
        return [file for file, steps in self.lives.items() if self.asked[file] < len(steps)]

    @property
    def is_done(self) -> bool:
        """Everything was asked for and has ended."""
        return not self.waiting and not self.web.busy()

    def go_on(self) -> bool:
        """Ask for what can be asked for now; true once everything is done."""
        busy = self.web.busy()
        for file in self.waiting:
            if file not in busy:
                self._ask(file, self.lives[file][self.asked[file]])
                self.asked[file] += 1
        return self.is_done

    def _upload(self, step: Step) -> str:
        answer = call("POST", self.web.root + FILES, step.body, token=self.web.token)
        assert answer.status == 201, answer.text
        return str(answer.json["id"]).replace("-", "")

    def _ask(self, file: str, step: Step) -> None:
        address = f"{self.web.root}{FILES}/{UUID(file)}/microsoft.graph.{step.action}"
        answer = call("POST", address, step.body, token=self.web.token)
        assert answer.status == 204, (step.action, answer.text)


def _has_beaten(web: Web, before: Any) -> bool:
    return web.heartbeat() != before


def _is_over(script: Script, death: float) -> bool:
    return script.go_on() or time.monotonic() > death


def kill_until_done(web: Web, script: Script, life: Callable[[], float]) -> int:
    """Returns how many workers were killed in the middle."""
    deadline = time.monotonic() + WITHIN_SECONDS
    kills = 0
    while time.monotonic() < deadline:
        before = web.heartbeat()
        worker = web.worker()
        try:
            until(partial(_has_beaten, web, before), what="the worker to begin")
            death = time.monotonic() + life()
            until(partial(_is_over, script, death), what="the end", within=60)
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait(timeout=30)
        if script.is_done:
            return kills
        kills += 1
    raise AssertionError(
        f"After {kills} kills {len(web.busy())} operations had not ended:\n{web.log.read_text()[-4000:]}"
    )


def expect_one_end_each(web: Web, operations: list[Operation]) -> None:
    """One event for each operation, and one for what it did to its file."""
    events = web.rows("SELECT action, object_id FROM operations_auditevent")
    happened = Counter((action, subject.replace("-", "")) for action, subject in events)
    findings = dict(
        web.rows("SELECT operation_id, count(*) FROM operations_finding WHERE severity = 'error' GROUP BY 1")
    )
    of_files: Counter[tuple[str, str]] = Counter()
    for operation in operations:
        succeeded = operation.status == "success"
        assert happened["operation.requested", operation.id] == 1
        assert happened["operation.started", operation.id] == operation.attempt
        assert happened["operation.succeeded", operation.id] == (1 if succeeded else 0), operation
        assert happened["operation.failed", operation.id] == (0 if succeeded else 1), operation
        assert findings.get(operation.id, 0) == (0 if succeeded else 1)
        if succeeded:
            action = "definitionFile.removed" if operation.type == "remove" else "definitionFile.available"
        else:
            action = "definitionFile.uploadFailed" if operation.type == "upload" else "definitionFile.changeFailed"
        of_files[action, operation.file] += 1
    files = {operation.file for operation in operations}
    created = Counter({("definitionFile.created", file): 1 for file in files})
    assert Counter({event: count for event, count in happened.items() if event[1] in files}) == of_files + created
    sequence = [row[0] for row in web.rows("SELECT sequence FROM operations_auditevent ORDER BY sequence")]
    assert sequence == list(range(1, len(sequence) + 1)), "the trail has no gap"


def expect_versions(web: Web, lives: dict[str, list[Step]], by_file: dict[str, list[Operation]]) -> None:
    """One for each operation that put something in force, numbered without gaps, with its bytes and languages."""
    languages: dict[str, list[str]] = {}
    for version, code in web.rows("SELECT version_id, language_code FROM operations_versionlanguagefile ORDER BY 2"):
        languages.setdefault(version, []).append(code)
    found = web.rows(
        "SELECT definition_file_id, id, number, operation_id, content_id FROM operations_version ORDER BY 1, 3"
    )
    for file, steps in lives.items():
        made = [row[1:] for row in found if row[0] == file]
        making = [
            (step, operation)
            for step, operation in zip(steps, by_file[file], strict=True)
            if step.succeeds and step.action != "remove"
        ]
        assert [number for _, number, *_ in made] == list(range(1, len(making) + 1))
        assert [operation for _, _, operation, _ in made] == [operation.id for _, operation in making]
        assert [tuple(languages[version]) for version, *_ in made] == [step.languages for step, _ in making]
        contents = [content for *_, content in made]
        sent = [
            hashlib.sha256(b64decode(step.body["content"])).hexdigest() for step, _ in making if "content" in step.body
        ]
        assert contents == [*sent[:1], *sent[1:] * (len(contents) - 1)]


def expect_files(web: Web, lives: dict[str, list[Step]]) -> None:
    """As their last operation says: in force with all their rows, or without any."""
    states = {
        file: (status, removed is not None, number)
        for file, status, removed, number in web.rows(
            "SELECT file.id, file.status, file.removed_date_time, version.number FROM operations_definitionfile file "
            "LEFT JOIN operations_version version ON version.id = file.version_id"
        )
    }
    counts = {
        table: dict(web.rows(f"SELECT {file}, count(*) FROM operations_{table} GROUP BY 1"))
        for table, file in DECLARED.items()
    }
    for file, steps in lives.items():
        versions = [step for step in steps if step.succeeds and step.action != "remove"]
        is_removed = steps[-1].action == "remove"
        assert states[file] == ("available" if versions else "uploadFailed", is_removed, len(versions) or None)
        policies = POLICIES if versions and not is_removed else 0
        stored = {table: of_files.get(file, 0) for table, of_files in counts.items()}
        assert stored == {
            "policy": policies,
            "grouppolicydefinition": policies,
            "grouppolicycategory": 1 if policies else 0,
            "namespaceuse": 0,
            "supportedondefinition": 0,
        }
