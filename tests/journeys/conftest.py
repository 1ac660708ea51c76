"""One portal and one set of people for all journeys, one with a past beside it; a browser for each module."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.admx import samples
from tests.journeys import history
from tests.journeys.browsing import Visitor, a_browser
from tests.journeys.portal import FILES, OPERATIONS, TRUSTED_PROXY, Portal
from tests.rows import BROKEN_ADMX, an_upload_body, in_base64

LIST = "/admin/operations/grouppolicyoperation/"
LOOKS = samples.admx(target=samples.target("Journey.Looks")).encode()


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A running portal; at the end it must stop cleanly and leave no process behind."""
    portal = Portal(Path(tmp_path_factory.mktemp("portal")) / "data", PORTAL_TRUSTED_PROXIES=TRUSTED_PROXY)
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


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[history.Past]:
    """A portal with two months behind it. It is for reading: whoever changes anything there changes every count."""
    portal = Portal(Path(tmp_path_factory.mktemp("past")) / "data")
    try:
        yield history.begin(portal)
        assert " ERROR " not in portal.log(), portal.log()
        assert portal.stop() == 0, portal.log()
        assert portal.left_over == {}
    finally:
        portal.kill()


@pytest.fixture(scope="session")
def pages(portal: Portal) -> dict[str, str]:
    """Every kind of page, with long words on it."""
    long = "Very" * 40 + "LongWordWithoutAnySpace"
    recorded = portal.call(
        "POST", OPERATIONS, {"operationType": "remove", "operationStatus": "failed", "statusDetails": long}
    ).json["id"]
    good = portal.call("POST", FILES, an_upload_body(fileName="looks.admx", content=in_base64(LOOKS))).json["id"]
    bad = portal.call("POST", FILES, an_upload_body(fileName=f"{long[:200]}.admx", content=in_base64(BROKEN_ADMX)))
    failed = portal.finished(bad.json["id"])["id"]
    portal.finished(good)
    return {
        "board": "/dashboards/",
        "board of operations": "/dashboards/operations/",
        "board of people": "/dashboards/people/",
        "board of templates": "/dashboards/templates/",
        "board of the trail": "/dashboards/trail/",
        "time zone": "/dashboards/time-zone/",
        "operations": LIST,
        "recorded": f"{LIST}{recorded}/change/",
        "failed": f"{LIST}{failed}/change/",
        "create": f"{LIST}add/",
        "import": f"{LIST}import/",
        "policies": "/admin/operations/policy/",
        "categories": "/admin/operations/grouppolicycategory/",
        "files": "/admin/operations/definitionfile/",
        "file": f"/admin/operations/definitionfile/{good}/change/",
        "trail": "/admin/operations/auditevent/",
        "event": "/admin/operations/auditevent/1/change/",
        "proof": "/admin/operations/auditevent/1/proof/",
        "checkpoints": "/admin/operations/auditevent/checkpoints/",
        "account": "/admin/operations/user/1/change/",
        "clients": "/admin/operations/apiclient/",
        "client": "/admin/operations/apiclient/1/change/",
        "index": "/admin/",
    }


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture
def visitor(browser: Browser, portal: Portal) -> Iterator[Callable[..., Visitor]]:
    """Somebody at a browser; the test fails if any page had something to complain about."""
    visitors: list[Visitor] = []

    def arrive(at: Portal = portal, **options: Any) -> Visitor:
        visitors.append(Visitor(browser, at, **options))
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


@pytest.fixture
def at_past(visitor: Callable[..., Visitor], past: history.Past) -> Callable[..., Visitor]:
    """Somebody at the portal with a past, on the overview; each person signs in there once only."""

    def arrive(name: str = "anders", **options: Any) -> Visitor:
        if name not in past.sessions:
            past.sessions[name] = visitor(at=past.portal).sign_in(name).context.storage_state()
        person = visitor(at=past.portal, storage_state=past.sessions[name], **options)
        person.page.goto("/dashboards/")
        return person

    return arrive
