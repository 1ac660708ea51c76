"""One portal and one set of people for all journeys; a browser for each module."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys.browsing import Visitor, a_browser
from tests.journeys.portal import Portal


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A running portal; at the end it must stop cleanly and leave no process behind."""
    portal = Portal(Path(tmp_path_factory.mktemp("portal")) / "data")
    try:
        portal.start()
        portal.add_person("olga", "Operators")
        portal.add_person("anders", "Auditors")
        yield portal
        assert " ERROR " not in portal.log(), portal.log()
        assert portal.stop() == 0, portal.log()
        assert portal.left_over == {}
    finally:
        portal.kill()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture
def visitor(browser: Browser, portal: Portal) -> Iterator[Callable[..., Visitor]]:
    """Somebody at a browser; the test fails if any page had something to complain about."""
    visitors: list[Visitor] = []

    def arrive(**options: Any) -> Visitor:
        visitors.append(Visitor(browser, portal, **options))
        return visitors[-1]

    yield arrive
    for person in visitors:
        person.context.close()
    assert [complaint for person in visitors for complaint in person.complaints] == []


@pytest.fixture
def administrator(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor().sign_in()


@pytest.fixture
def operator(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor().sign_in("olga")


@pytest.fixture
def auditor(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor().sign_in("anders")
