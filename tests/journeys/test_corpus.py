"""Every real ADMX family into an empty portal by REST, as scripts do it, performed by the portal's own worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.portal import FILES, JOURNEY, Portal
from tests.test_corpus import BROKEN, FAMILIES, as_graph_body, name_of, templates
from tests.waiting import until

pytestmark = JOURNEY
UNFINISHED = "uploadInProgress"


@pytest.fixture
def empty(corpus: Path, tmp_path: Path) -> Iterator[Portal]:
    portal = Portal(tmp_path / "corpus", PORTAL_WEB_PROCESSES="1", PORTAL_WORKER_THREADS="3")
    try:
        yield portal.start()
    finally:
        portal.kill()


def test_every_family_ends_as_it_should(corpus: Path, empty: Portal) -> None:
    for family in FAMILIES:
        sent = send(empty, templates(corpus / family))
        expect_ends(empty, sent)
        # Versions of one product share a namespace: only one of them can be in force.
        for file_id, definition in reversed(sent.items()):
            removed = empty.call("DELETE", f"{FILES}/{file_id}")
            assert removed.status == 204, (name_of(definition), removed.text)
    assert empty.file_statuses() == {}
    assert " ERROR " not in empty.log(), empty.log()
    assert empty.stop() == 0
    assert empty.left_over == {}


def send(portal: Portal, definitions: list[Path]) -> dict[str, Path]:
    """By id, in the order given and at once: the portal itself waits for what another one needs."""
    sent: dict[str, Path] = {}
    for definition in definitions:
        created = portal.call("POST", FILES, as_graph_body(definition))
        assert created.status == 201, (name_of(definition), created.text)
        assert created.json["status"] == UNFINISHED
        sent[created.json["id"]] = definition
    return sent


def expect_finished(portal: Portal, file_ids: set[str]) -> None:
    def finished() -> bool:
        statuses = portal.file_statuses()
        return all(statuses[file_id] != UNFINISHED for file_id in file_ids)

    if file_ids:
        until(finished, what=f"the uploads {file_ids} to end", within=180, every=0.2)


def expect_ends(portal: Portal, sent: dict[str, Path]) -> None:
    expect_finished(portal, set(sent))
    ended = portal.file_statuses()
    assert set(ended) == set(sent)
    for file_id, definition in sent.items():
        name = name_of(definition)
        details = portal.operation_of(file_id)["statusDetails"]
        assert ended[file_id] == ("uploadFailed" if name in BROKEN else "available"), (name, details)
        assert BROKEN.get(name, "Imported ") in details, name
        assert ("To fix: " in details) or name not in BROKEN
