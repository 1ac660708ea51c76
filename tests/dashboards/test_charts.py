"""Charts: drawn on the server, told mark by mark, leading to rows, in colours of the page, and nothing else."""

import os
import re
from typing import Any

import pytest
from django.core.cache import caches
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from operations.dashboards import charts, svg
from operations.dashboards.charts.vega import Specification
from operations.queries.tables import Cell, Column, ColumnKind, Link, Table, Target
from tests.dashboards import scene

pytestmark = pytest.mark.sqlite_only  # what is drawn does not depend on the database

LINK = Link(Target.OPERATIONS, {"type": "upload", "requested_by": 'a&b"<'})
HOSTILE = "</text><script>alert(1)</script>' + toString() + '\\\u2028&<\""
SVG = "{http://www.w3.org/2000/svg}"


def over_time(intervals: int, *columns: str, value: int = 1) -> Table:
    rows = [
        (Cell(f"2026-{1 + n // 28:02}-{1 + n % 28:02}"), *(Cell(value, LINK) for _ in columns))
        for n in range(intervals)
    ]
    return Table("t", "T", "About.", [Column("day", "Day"), *(Column(c, c, ColumnKind.COUNT) for c in columns)], rows)


def rates(ended: int, rate: float | None) -> Table:
    columns = [Column("day", "Day"), Column("ended", "Finished"), Column("rate", "Rate", ColumnKind.SHARE)]
    return Table("t", "T", "About.", columns, [(Cell("2026-01-01"), Cell(ended), Cell(rate, LINK))])


def the(specification: Specification | None) -> Specification:
    assert specification is not None
    return specification


def by_name(*names: str, value: Any = 3) -> Table:
    columns = [
        Column("name", "Name"),
        Column("n", "Failed operations", ColumnKind.COUNT),
        Column("s", "Share", ColumnKind.SHARE),
    ]
    return Table("t", "T", "About.", columns, [(Cell(name), Cell(value, LINK), Cell(0.5)) for name in names])


def durations(*values: tuple[str, float | None]) -> Table:
    columns = [
        Column("type", "Type"),
        Column("n", "Ended", ColumnKind.COUNT),
        Column("m", "Median", ColumnKind.SECONDS),
    ]
    columns += [Column("p", "95th percentile", ColumnKind.SECONDS)]
    rows = [(Cell(name), Cell(1), Cell(value, LINK), Cell(value and value * 3, LINK)) for name, value in values]
    return Table("t", "T", "About.", columns, rows)


def week(value: int) -> Table:
    columns = [Column("weekday", "Weekday"), *(Column(f"h{hour}", str(hour), ColumnKind.COUNT) for hour in range(24))]
    rows = [(Cell(day), *(Cell(value, LINK) for _ in range(24))) for day in ("Monday", "Tuesday", "Sunday")]
    return Table("t", "T", "About.", columns, rows)


def needs(*pairs: tuple[str, str]) -> Table:
    def cell(name: str) -> Cell:
        return Cell(name, Link(Target.FILE, {"id": "4d18865b-865b-4d18-5b86-184d5b86184d"}) if name == "base" else None)

    return Table("t", "T", "About.", [Column("a", "A"), Column("b", "B")], [tuple(map(cell, pair)) for pair in pairs])


DRAWN: dict[str, tuple[Any, Table]] = {
    "stacked": (charts.stacked, over_time(90, "Success", "Failed", "In progress", "Unknown")),
    "stacked, one row": (charts.stacked, over_time(1, "Failed")),
    "lanes": (charts.lanes, over_time(100, "Upload", "Remove")),
    "rate": (charts.rate, rates(3, 0.5)),
    "ranked": (charts.ranked("n"), by_name("one", "two", HOSTILE)),
    "ranked, all alike": (charts.ranked("n"), by_name(*["same.admx"] * 25, value=10**9)),
    "ranked shares": (charts.ranked("s"), by_name("one")),
    "pareto": (charts.pareto, by_name("one", HOSTILE)),
    "ranges": (charts.ranges, durations(("Upload", 0.001), ("Remove", 90_000.0), ("None", None))),
    "heat": (charts.heat(lambda hour: hour < 7), week(12)),
    "graph": (charts.graph, needs(("a.admx", "base"), ("b.admx", "a.admx"), ("c.admx", HOSTILE))),
    "graph, a ring": (charts.graph, needs(("a", "b"), ("b", "c"), ("c", "a"), ("a", "a"))),
    "graph, huge": (charts.graph, needs(*((f"file-{number}.admx", "base") for number in range(300)))),
}


@pytest.mark.parametrize(("draw", "table"), DRAWN.values(), ids=DRAWN)
def test_a_chart_is_told_linked_and_harmless(draw: Any, table: Table) -> None:
    specification = draw(table)
    drawn = svg.draw(specification, told=table.title)
    root = etree.fromstring(drawn)
    assert (root.get("role"), root.get("aria-label")) == ("graphics-document", "T")
    tags = {etree.QName(one).localname for one in root.iter(etree.Element)}
    assert tags <= {"svg", "g", "path", "line", "text", "a", "title", "rect"}
    for one in root.iter(etree.Element):
        assert not [name for name in one.attrib if name.startswith("on") or name in {"style", "id"}]
        for name in ("fill", "stroke"):
            assert re.fullmatch(r"var\(--chart-[a-z0-9-]+\)|none|transparent", one.get(name, "none")), one.attrib
    marks = [one for one in root.iter(f"{SVG}path") if one.get("role") == "graphics-symbol"]
    assert marks
    for mark in marks:
        assert mark.get("aria-label")
        assert mark.findtext(f"{SVG}title") == mark.get("aria-label")
    for link in root.iter(f"{SVG}a"):
        assert str(link.get("href")).startswith("/admin/operations/")
        assert link.get("tabindex") == "-1"
    assert "portal.invalid" not in drawn
    assert not re.findall(r"https?://(?!www\.w3\.org/)", drawn)


@pytest.mark.parametrize(
    ("draw", "table"),
    [
        (charts.stacked, over_time(90, "Success", value=0)),
        (charts.lanes, over_time(90, "Upload", value=0)),
        (charts.rate, rates(0, None)),
        (charts.ranked("n"), by_name("one", value=0)),
        (charts.pareto, by_name()),
        (charts.ranges, durations(("Upload", None))),
        (charts.heat(lambda hour: True), week(0)),
        (charts.graph, needs()),
    ],
    ids=["stacked", "lanes", "rate", "ranked", "pareto", "ranges", "heat", "graph"],
)
def test_where_there_is_nothing_nothing_is_drawn(draw: Any, table: Table) -> None:
    assert draw(table) is None


@settings(max_examples=1000 if os.environ.get("PORTAL_FUZZ") == "1" else 12, deadline=None)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=8))
def test_any_text_can_be_drawn(names: list[str]) -> None:
    """A character that the drawing cannot read would end the whole process."""
    for specification in (
        charts.ranked("n")(by_name(*names)),
        charts.graph(needs(*((name, "base") for name in names))),
    ):
        assert specification is None or svg.draw(specification, told="T")


def test_a_deep_or_dense_graph_is_laid_out_at_once() -> None:
    layers = [(f"{a}{n}", f"{b}{n - 1}") for n in range(1, 30) for a in "ab" for b in "ab"]
    ring = [(f"r{one}", f"r{other}") for one in range(20) for other in range(20) if one != other]
    chain = [(f"c{n}", f"c{n + 1}") for n in range(3000)]
    for pairs in (layers, ring, chain, layers + ring + chain):
        assert charts.graph(needs(*pairs)) is not None


def test_nobody_and_nothing_is_left_out_for_having_no_success() -> None:
    columns = [Column("type", "Type"), Column("rate", "Success rate", ColumnKind.SHARE)]
    table = Table("t", "T", "", columns, [(Cell("Remove"), Cell(0.0, LINK)), (Cell("Upload"), Cell(None))])
    drawn = svg.draw(the(charts.ranked("rate")(table)), told="T")
    assert 'aria-label="Remove, success rate: 0 %"' in drawn
    assert "Upload" not in drawn


def test_only_the_best_connected_of_very_many_are_drawn_and_that_is_said() -> None:
    specification = charts.graph(DRAWN["graph, huge"][1])
    assert specification is not None
    assert "Drawn are the 60" in svg.note_of(specification)
    assert svg.draw(specification, told="T").count("graphics-symbol") < 70


def test_the_same_data_is_drawn_once_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    caches["drawings"].clear()
    specification = the(charts.ranked("n")(by_name("one")))
    first = svg.draw(specification, told="T")
    monkeypatch.setattr("vl_convert.vegalite_to_svg", lambda *_, **__: pytest.fail("drawn again"))
    assert svg.draw(the(charts.ranked("n")(by_name("one"))), told="T") == first


def test_a_chart_that_leads_away_is_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    specification = the(charts.ranked("n")(by_name("one")))
    for layer in specification["data"]["values"]:
        layer["href"] = "https://elsewhere.example/"
    assert svg.draw(specification, told="T") == ""
    assert "leads away from the portal: https://elsewhere.example/" in caplog.text


def test_a_mark_says_the_number_that_its_link_opens() -> None:
    drawn = etree.fromstring(svg.draw(the(charts.stacked(over_time(1, "Failed", value=7))), told="T"))
    (mark,) = [one for one in drawn.iter(f"{SVG}path") if one.get("aria-label") == "2026-01-01, Failed: 7"]
    link = mark.getparent()
    assert link is not None
    assert link.get("href") == ("/admin/operations/grouppolicyoperation/?type=upload&requested_by=a%26b%22%3C")


@pytest.mark.django_db
def test_every_chart_of_a_board_has_its_table_beside_it(browser: Any) -> None:
    scene.everything()
    drawn = 0
    for name in ("", "operations/", "people/", "templates/", "trail/"):
        page = browser.get(f"/dashboards/{name}")
        for panel in page.context["panels"]:
            drawn += bool(panel.drawing)
            assert not panel.drawing or panel.rows
        assert page.text.count('<div class="chart"') == page.text.count('<details class="table-of-chart"')
    assert drawn > 10
