"""A worker that is killed again and again: every upload ends, none twice, none lost.

`make torture` (PORTAL_TORTURE=1) runs more rounds with shorter lives.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

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
UPLOADS = 50
EVERY_NTH_IS_BROKEN = 10
POLICIES = 8_000
# How long a worker lives, in seconds from when it was started. It needs about one to begin with the work.
ROUNDS = [(1, 0.8, 2.4)] if not TORTURE else [(seed, 0.8, 1.3 + seed % 4 * 0.3) for seed in range(1, 9)]
WITHIN_SECONDS = 300 if TORTURE else 150
END = {"operation.succeeded": "definitionFile.available", "operation.failed": "definitionFile.uploadFailed"}


def big_template(number: int) -> str:
    """Large enough that a kill finds the worker in the middle of it; no two alike."""
    policies = [samples.policy(f"Policy{index}", displayName="$(string.Proxy)") for index in range(POLICIES)]
    if number % EVERY_NTH_IS_BROKEN == 0:
        policies.append(samples.policy("Broken", without="key"))
    target = f'<target prefix="example{number}" namespace="Example.Policies.Number{number}"/>'
    return samples.admx(*policies, target=target)


class Web:
    """A real web server without a worker."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = environment(folder, self.port, PORTAL_LEASE_SECONDS="1", PORTAL_MAX_ATTEMPTS="1000")
        self.root = f"http://127.0.0.1:{self.port}"
        self.log = folder.parent / "log"
        for command in (["migrate", "--verbosity", "0"], ["create_api_client", "Kill test"]):
            assert manage(*command, env=self.environment).returncode == 0
        self.token = manage("issue_token", "Kill test", env=self.environment).stdout.strip()
        serve = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = self.run(*serve, "--log-level", "warning", "gpo_portal.wsgi:application")
        until(lambda: reachable(f"{self.root}/healthz"), what="the web server to answer")

    def run(self, *arguments: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments], cwd=REPOSITORY, env=self.environment, stdout=log, stderr=log
            )

    def worker(self) -> subprocess.Popen[bytes]:
        return self.run("manage.py", "run_huey")

    def upload(self, number: int) -> str:
        body = an_upload_body(fileName=f"kill{number}.admx", content=in_base64(big_template(number).encode()))
        answer = call("POST", self.root + FILES, body, token=self.token)
        assert answer.status == 201, answer.text
        return str(answer.json["id"])

    def rows(self, query: str) -> list[Any]:
        """Read past all of our code."""
        with closing(sqlite3.connect(f"file:{self.folder}/portal.sqlite3?mode=ro", uri=True, timeout=20)) as database:
            return database.execute(query).fetchall()

    @property
    def unfinished(self) -> int:
        query = "SELECT count(*) FROM operations_grouppolicyoperation WHERE operation_status = 'inProgress'"
        return int(self.rows(query)[0][0])


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
def test_no_kill_loses_or_doubles_an_upload(web: Web, seed: int, shortest: float, longest: float) -> None:
    chance = random.Random(seed)
    uploaded = [web.upload(number) for number in range(UPLOADS)]
    kills = kill_until_done(web, lambda: chance.uniform(shortest, longest))
    assert kills >= 3, "The work was over before it was disturbed"

    operations = web.rows(
        "SELECT id, definition_file_id, operation_status, attempt, lease_until, status_details "
        "FROM operations_grouppolicyoperation"
    )
    assert len(operations) == UPLOADS, "none lost, none added"
    assert {file for _, file, *_ in operations} == {file.replace("-", "") for file in uploaded}
    assert Counter(status for _, _, status, *_ in operations) == {
        "failed": UPLOADS // EVERY_NTH_IS_BROKEN,
        "success": UPLOADS - UPLOADS // EVERY_NTH_IS_BROKEN,
    }
    assert {lease for *_, lease, _ in operations} == {None}
    told = {details for _, _, status, _, _, details in operations if status == "success"}
    assert told == {f"Imported {POLICIES} policies in 1 category, 1 language."}
    assert max(attempt for _, _, _, attempt, *_ in operations) > 1, "no kill ever hit the work"

    expect_one_end_each(web, operations)
    assert not [line for line in web.log.read_text().splitlines() if " ERROR " in line]


def kill_until_done(web: Web, life: Callable[[], float]) -> int:
    """Returns how many workers were killed in the middle."""
    deadline = time.monotonic() + WITHIN_SECONDS
    kills = 0
    while time.monotonic() < deadline:
        worker = web.worker()
        try:
            until(lambda: not web.unfinished, what="the end", within=life(), every=0.1)
        except AssertionError:
            kills += 1
        else:
            return kills
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait(timeout=30)
    raise AssertionError(
        f"After {kills} kills {web.unfinished} operations had not ended:\n{web.log.read_text()[-4000:]}"
    )


def expect_one_end_each(web: Web, operations: list[Any]) -> None:
    events = web.rows("SELECT action, object_id FROM operations_auditevent")
    happened = Counter((action, subject.replace("-", "")) for action, subject in events)
    files = dict(web.rows("SELECT id, status FROM operations_definitionfile"))
    findings = Counter(row[0] for row in web.rows("SELECT operation_id FROM operations_finding"))
    for operation, file, status, attempt, *_ in operations:
        end = "operation.succeeded" if status == "success" else "operation.failed"
        for action, of_file in END.items():
            assert happened[action, operation] == (1 if action == end else 0), (operation, action)
            assert happened[of_file, file] == (1 if action == end else 0), (file, of_file)
        assert happened["operation.requested", operation] == 1
        assert happened["operation.started", operation] == attempt
        assert files[file] == ("available" if status == "success" else "uploadFailed")
        assert findings[operation] == (0 if status == "success" else 1)
    sequence = [row[0] for row in web.rows("SELECT sequence FROM operations_auditevent ORDER BY sequence")]
    assert sequence == list(range(1, len(sequence) + 1)), "the trail has no gap"
