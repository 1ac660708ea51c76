"""Boards stand whatever stands in the database, in the cache, or in a name."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from operations.models import AuditCheckpoint, AuditEvent, AuditHead
from operations.services import audit_log
from operations.services.access import access_events
from operations.services.operations import rollups
from tests import rows
from tests.audit.histories import as_owner
from tests.dashboards import scene

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

BOARDS = ("", "operations/", "people/", "templates/", "trail/")


def statuses(browser: Client) -> set[int]:
    pages = [*(f"/dashboards/{board}" for board in BOARDS), "/dashboards/trail/tables.zip", "/admin/"]
    return {browser.get(page).status_code for page in pages}


@pytest.mark.parametrize(
    "name",
    [
        "a\uffff.admx",
        "a\x0bb.admx",
        "\ufffe",
        "😀" * 24 + ".admx",
        "Weekly template deployment for all 🚀the branch offices in Europe",
        "<svg onload=alert(1)>'\\\"{{7*7}}",
        "x" * 255,
        " ",
        "y ",
    ],
)
def test_any_name_can_be_drawn_and_asked_for(browser: Client, name: str) -> None:
    file = rows.a_definition_file(file_name=name)
    failed = rows.a_recorded_operation(
        definition_file=file, requested_by_name=name, operation_type="remove", operation_status="failed"
    )
    scene.a_finding(failed, name[:64])
    rollups.rebuild()
    assert statuses(browser) == {200}
    people = browser.get("/dashboards/people/")
    (actors,) = [one for one in people.context["panels"] if one.table.name == "by-actor"]
    assert actors.drawing
    assert browser.get(actors.rows[0][2].url).context["cl"].result_count == 1


def test_a_chart_that_cannot_be_drawn_leaves_its_table(
    browser: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    scene.everything()

    def fail(*args: Any, **kwargs: Any) -> str:
        raise ValueError("no font")

    monkeypatch.setattr("vl_convert.vegalite_to_svg", fail)
    monkeypatch.setattr("operations.dashboards.svg.EDITION", "never drawn")
    assert statuses(browser) == {200}
    page = browser.get("/dashboards/operations/").text
    assert '<div class="chart"' not in page
    assert '<table class="figures" aria-labelledby="failures-by-finding">' in page
    assert "A chart could not be drawn: Failures by finding" in caplog.text


def test_without_a_place_to_keep_drawings_they_are_drawn_again(browser: Client, settings: Any, tmp_path: Path) -> None:
    place = tmp_path / "drawings"
    place.write_text("in the way")
    drawings = {**settings.CACHES["drawings"], "LOCATION": str(place)}
    settings.CACHES = {**settings.CACHES, "drawings": drawings}
    scene.everything()
    assert statuses(browser) == {200}
    assert '<div class="chart"' in browser.get("/dashboards/operations/").text


FORGERIES: dict[str, tuple[str, dict[str, Any]]] = {
    "a channel": ("access.denied", {"channel": "window"}),
    "a list": ("access.denied", {"after": []}),
    "numbers for names": ("access.denied", {"after": {"accounts": [1, None], "count": "many"}}),
    "no duration": ("trail.verified", {"after": {"milliseconds": None, "events": "many"}}),
    "nothing at all": ("trail.verified", {"after": []}),
    "an export of nothing": ("trail.exported", {"after": []}),
    "an action": ("trail.exported", {"action": "evil.code"}),
}


@pytest.mark.parametrize(("action", "changes"), FORGERIES.values(), ids=FORGERIES)
def test_a_forged_event_is_shown(browser: Client, action: str, changes: dict[str, Any]) -> None:
    scene.everything()
    with as_owner():
        assert AuditEvent.objects.filter(action=action).update(**changes)
    assert statuses(browser) == {200}


def test_an_unknown_action_is_counted_and_leads_nowhere(browser: Client) -> None:
    audit_log.export(by=rows.everybody())
    with as_owner():
        AuditEvent.objects.filter(action="trail.exported").update(action="evil.code")
    (panel,) = [one for one in browser.get("/dashboards/trail/").context["panels"] if one.table.name == "by-action"]
    forged = next(row for row in panel.rows if row[0].words == "evil.code")
    assert (forged[1].words, forged[1].url) == ("1", "")


def test_a_damaged_head_or_checkpoint_is_told_and_no_failure(browser: Client) -> None:
    scene.everything()
    AuditCheckpoint.objects.update(note="x")
    assert "not readable" in browser.get("/dashboards/trail/").text
    # Nothing can be recorded on such a head, so of the boards only those can be opened that record no reading.
    AuditHead.objects.update(peaks=b"x" * 32 * 9)
    assert "root not readable" in browser.get("/dashboards/").text


def test_who_was_denied_is_shown_with_what_they_asked_for(browser: Client) -> None:
    access_events.denied(by=rows.an_actor(name="Mallory"), method="GET", path="/admin/secrets/")
    rows.the_minute_is_over()
    page = browser.get("/dashboards/people/").text
    assert "GET /admin/secrets/" in page
    assert "Mallory" in page
