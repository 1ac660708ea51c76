"""Microsoft's own client against the running portal, where somebody asked for it (`make interop`)."""

from collections.abc import Iterator
from pathlib import Path

# Now: pytest imports it at its very end, where CPython 3.11.7 trips over the SDK's garbage (gh-106905).
import hypothesis  # noqa: F401
import pytest

from tests.journeys.portal import Portal


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    portal = Portal(Path(tmp_path_factory.mktemp("interop")) / "data")
    try:
        yield portal.start()
        assert portal.stop() == 0
    finally:
        portal.kill()
