"""How long probes and a list take beside two hundred slow clients of each kind, and beside none.

Run with `make bench`. The slow ones are those of tests/journeys/test_slow_clients.py, at a portal of its own.
"""

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.journeys.portal import OPERATIONS, Portal
from tests.journeys.test_slow_clients import KINDS, MANY, connect

ROUNDS = 20


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        portal = Portal(Path(folder) / "data").start()
        try:
            for kind, sent in {"none": "", **KINDS}.items():
                with ExitStack() as stack:
                    for _ in range(MANY if kind != "none" else 0):
                        connect(portal, stack).sendall(sent.replace("{token}", portal.token).encode())
                    worst = {path: slowest(portal, path) for path in ("/healthz", "/readyz", OPERATIONS)}
                print(f"{kind:26}", ", ".join(f"{path} {seconds:.2f} s" for path, seconds in worst.items()))
        finally:
            portal.stop()


def slowest(portal: Portal, path: str) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        portal.call("GET", path)
        times.append(time.perf_counter() - began)
    return max(times)


if __name__ == "__main__":
    main()
