"""A status has one table of its own: a label may be renamed and a status added without a board noticing."""

import re
from enum import Enum
from importlib import import_module
from typing import Any

import pytest
from django.db import models
from django.test import Client

from operations.choices import (
    FINAL,
    TRANSITIONS,
    DefinitionFileStatus,
    Look,
    OperationStatus,
    Outcome,
    Severity,
    Tone,
)
from operations.dashboards import charts
from operations.display import LOOKS, status_badge
from operations.queries.tables import Cell, Column, ColumnKind, Table
from tests.conftest import REPOSITORY
from tests.dashboards import scene

OPERATIONS = REPOSITORY / "operations"
STYLES = (OPERATIONS / "static" / "operations" / "portal.css").read_text()
PAGES = [
    "/dashboards/",
    "/dashboards/operations/",
    "/dashboards/people/",
    "/dashboards/operations/by-status-over-time.csv",
    "/dashboards/operations/tables.zip",
    "/admin/operations/grouppolicyoperation/",
]


class WithPartly(models.TextChoices):
    """The statuses and one more."""

    UNKNOWN = "unknown", "Unknown"
    IN_PROGRESS = "inProgress", "In progress"
    SUCCESS = "success", "Success"
    FAILED = "failed", "Failed"
    PARTLY = "notInTheTable", "Partly done"


@pytest.mark.django_db
@pytest.mark.sqlite_only
class TestRenamed:
    @pytest.fixture(autouse=True)
    def renamed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        scene.everything()
        monkeypatch.setattr(OperationStatus.SUCCESS, "_label_", "Done")

    @pytest.mark.parametrize("page", PAGES)
    def test_every_page_still_answers(self, browser: Client, page: str) -> None:
        assert browser.get(page).status_code == 200

    def test_statistics_still_answer(self, reader: Client) -> None:
        assert reader.get("/api/statistics/operations").status_code == 200

    def test_charts_and_tables_show_the_new_label(self, browser: Client) -> None:
        page = browser.get("/dashboards/operations/").content.decode()
        assert "Done: " in page
        assert ">Done<" in page


@pytest.mark.django_db
@pytest.mark.sqlite_only
def test_a_status_more_is_counted_and_drawn(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.everything()
    for name in ("operations", "overview"):
        monkeypatch.setattr(import_module(f"operations.queries.boards.{name}"), "OperationStatus", WithPartly)
    for page in ("/dashboards/", "/dashboards/operations/"):
        answer = browser.get(page)
        assert answer.status_code == 200
        assert "Partly done" in answer.content.decode()


def test_a_chart_draws_a_status_that_it_does_not_know() -> None:
    table = Table(
        "by-status-over-time",
        "By status over time",
        "",
        [Column("day", "Day"), *(Column(status.value, str(status.label), ColumnKind.COUNT) for status in WithPartly)],
        [(Cell("2026-11-26"), *(Cell(number + 1) for number, _ in enumerate(WithPartly)))],
    )
    specification: Any = charts.stacked(table)
    assert specification["encoding"]["fill"]["scale"]["domain"][-2:] == ["unknown", "notInTheTable"]
    assert '"notInTheTable": "Partly done"' in specification["encoding"]["fill"]["legend"]["labelExpr"]


@pytest.mark.parametrize("choices", [OperationStatus, DefinitionFileStatus, Outcome, Severity])
def test_every_status_has_a_look_of_its_own_making(choices: type[Enum]) -> None:
    for member in choices:
        look: Look = member.look  # type: ignore[attr-defined]
        assert isinstance(look.tone, Tone)
        assert LOOKS[member.value] == look
        assert f'class="badge badge-{member.value} {look.tone}"' in status_badge(member.value, "x")


def test_statuses_of_the_same_value_look_the_same() -> None:
    for value in {"success", "failed"} & set(OperationStatus.values) & set(Outcome.values):
        assert OperationStatus(value).look == Outcome(value).look


def test_final_statuses_are_those_that_lead_nowhere() -> None:
    assert set(OperationStatus) == set(TRANSITIONS)
    assert {status for status, following in TRANSITIONS.items() if not following} == FINAL


@pytest.mark.parametrize("tone", [tone for tone in Tone if tone is not Tone.PLAIN])
def test_every_tone_has_a_colour_for_badges_and_one_for_charts(tone: Tone) -> None:
    assert f".badge.{tone} {{" in STYLES


@pytest.mark.parametrize("status", ["uploadInProgress", "removalFailed", "inProgress", "success", "failed"])
def test_no_second_table_of_looks(status: str) -> None:
    """Styles know tones; a mark or a colour beside a status's name is a second home."""
    assert not re.search(rf"\.(?:badge|tile)-{status}\b", STYLES)
    second = re.compile(rf"[\"'](?:{status}|{status.capitalize()})[\"']: *\(?[\"'](?:[✓✕●?]|var\()")
    assert [path for path in OPERATIONS.rglob("*.py") if second.search(path.read_text())] == []


def test_finished_has_one_definition() -> None:
    """Nobody adds up the final statuses by hand."""
    by_hand = re.compile(r"SUCCESS[^\n]*\+[^\n]*FAILED|succeeded \+ failed|SUCCESS, *(?:OperationStatus\.)?FAILED\}")
    assert [path for path in OPERATIONS.rglob("*.py") if by_hand.search(path.read_text())] == []
