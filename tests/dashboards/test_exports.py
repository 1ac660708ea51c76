"""Figures taken home: the same as on the page, safe in a spreadsheet, and told in the trail."""

import csv
import io
import zipfile
from typing import Any

import pytest
from django.test import Client

from operations.models import AuditEvent
from operations.services.operations import records, rollups
from tests import rows
from tests.dashboards import scene

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_table_is_what_the_board_shows(browser: Client) -> None:
    scene.everything()
    shown = browser.get("/dashboards/operations/", {"type": "upload"})
    taken = browser.get("/dashboards/operations/by-status-over-time.csv", {"type": "upload"})
    assert taken["Content-Type"] == "text/csv; charset=utf-8"
    assert taken["Content-Disposition"] == 'attachment; filename="operations-by-status-over-time.csv"'
    (panel,) = [one for one in shown.context["panels"] if one.table.name == "by-status-over-time"]
    told = [[cell.words.replace(",", "") for cell in row] for row in panel.rows]
    assert [list(row.values()) for row in lines(taken.content)] == told
    assert sum(int(row["all"]) for row in lines(taken.content)) == shown.context["tiles"][0].tile.value > 0


def test_values_are_written_for_programs(browser: Client) -> None:
    records.record_operation(by=rows.everybody(), operation_type="remove", operation_status="success")
    (row,) = lines(browser.get("/dashboards/operations/latest.csv").content)
    assert row["status"] == "success"
    assert row["created"].endswith("Z")
    assert float(row["seconds"]) == 0
    (rate,) = [one for one in lines(browser.get("/dashboards/operations/success-by-type.csv").content) if one["rate"]]
    assert (rate["type"], rate["rate"]) == ("remove", "1.0")


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "＝1"])
def test_no_name_becomes_a_formula(browser: Client, name: str) -> None:
    rows.a_recorded_operation(requested_by_name=name)
    rollups.rebuild()
    (row,) = lines(browser.get("/dashboards/people/by-actor.csv").content)
    assert row["actor"] == f"'{name}"
    assert row["operations"] == "1"


def test_a_zip_has_one_file_a_table_and_says_what_it_is(browser: Client) -> None:
    scene.everything()
    asked = {"since": "2026-01-01", "until": "2026-01-31", "status": "failed"}
    page = browser.get("/dashboards/operations/", asked)
    with zipfile.ZipFile(io.BytesIO(browser.get("/dashboards/operations/tables.zip", asked).content)) as files:
        about = files.read("about.txt").decode()
        assert set(files.namelist()) == {"about.txt", *(f"{one.table.name}.csv" for one in page.context["panels"])}
    assert "Period: 2026-01-01 00:00 to 2026-02-01 00:00 (UTC)" in about
    assert "Filters: From: 2026-01-01; To: 2026-01-31; Status: Failed" in about
    assert "by admin" in about
    assert f"{page.context['report'].events} events" in about
    assert "durations.csv: Durations." in about


def test_a_filter_cannot_write_lines_of_its_own(browser: Client) -> None:
    forged = "x\r\nGenerated: 2020-01-01 by the auditor"
    answer = browser.get("/dashboards/operations/tables.zip", {"requested_by": forged})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as files:
        lines_of_about = files.read("about.txt").decode().splitlines()
    assert sum(line.startswith("Generated:") for line in lines_of_about) == 1


def test_a_text_is_one_cell_however_cells_are_divided(browser: Client) -> None:
    rows.a_recorded_operation(requested_by_name="a;=1+1")
    assert b'"a;=1+1"' in browser.get("/dashboards/people/by-actor.csv").content


def test_taking_is_told_in_the_trail_and_failing_to_is_not(browser: Client) -> None:
    browser.get("/dashboards/templates/by-language.csv", {"period": "7d", "definition_file": "a.admx"})
    browser.get("/dashboards/overview/tables.zip")
    refused = browser.get("/dashboards/overview/tables.zip", {"period": "all"})
    assert refused.status_code == 302
    assert refused["Location"] == "/dashboards/?period=all"
    first, second = AuditEvent.objects.filter(action="statistics.exported").order_by("sequence")
    assert first.after == {
        "board": "templates",
        "tables": ["by-language"],
        "filters": "period=7d&definition_file=a.admx",
    }
    assert second.after["board"] == "overview"
    assert {"by-type", "failures", "trail"} <= set(second.after["tables"])
    assert first.actor_name == "admin"


def test_an_unexpected_failure_is_no_half_a_file(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> bytes:
        raise RuntimeError("no room")

    monkeypatch.setattr("operations.dashboards.exports.csv_of", fail)
    browser.raise_request_exception = False
    assert browser.get("/dashboards/overview/by-type.csv").status_code == 500
