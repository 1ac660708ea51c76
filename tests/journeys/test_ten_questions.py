"""Ten questions that an auditor answers from the boards, each against what really happened."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import expect

from operations.choices import OperationType
from tests.journeys.browsing import Visitor
from tests.journeys.history import DENIED, FAILURES, GONE, LABELS, MANY, NIGHTLY, REASON, TICKET, Done, Past, told
from tests.journeys.portal import LOOKING

pytestmark = LOOKING


@pytest.fixture
def auditor(at_past: Callable[..., Visitor]) -> Visitor:
    """Where something has happened already."""
    return at_past("anders")


def open_board(auditor: Visitor, name: str) -> None:
    auditor.page.get_by_role("navigation", name="Boards").get_by_role("link", name=name).click()
    expect(auditor.page.get_by_role("heading", level=1)).to_have_text(name)


def choose(auditor: Visitor, **values: str) -> None:
    """Filters of the board, by their labels."""
    for label, value in values.items():
        field = auditor.field(label.replace("_", " "))
        if field.evaluate("(field) => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    auditor.page.get_by_role("button", name="Show", exact=True).click()


def choose_days(auditor: Visitor, first: date, last: date, **more: str) -> None:
    choose(auditor, From=f"{first}", To=f"{last}", **more)
    expect(auditor.page.get_by_role("list", name="Active filters")).to_contain_text(f"From: {first}")


def shown(operations: list[Done]) -> list[tuple[str, str, str]]:
    """Type, status and moment, as the table of the latest operations has them."""
    return [(LABELS[one.type], LABELS[one.status], told(one.created)) for one in operations]


def latest(auditor: Visitor) -> list[tuple[str, str, str]]:
    return [(kind, status, created) for kind, _, status, created, *_ in auditor.rows("Latest operations")]


def test_how_many_operations_were_there_last_month(auditor: Visitor, past: Past) -> None:
    open_board(auditor, "Operations")
    choose_days(auditor, *past.last_month)
    count = len(past.between(*past.last_month))
    expect(auditor.tile("Operations")).to_have_text(str(count))
    auditor.tile("Operations").click()
    expect(auditor.page.locator(".portal-pages")).to_contain_text(re.compile(rf"(^|\D){count} operations"))


def test_how_often_did_each_type_succeed(auditor: Visitor, past: Past) -> None:
    open_board(auditor, "Operations")
    choose_days(auditor, *past.last_month)
    counts = Counter((one.type, one.status) for one in past.between(*past.last_month))
    expected = []
    for kind in OperationType.values:
        well, badly = counts[kind, "success"], counts[kind, "failed"]
        rate = f"{round(100 * well / (well + badly), 1):g} %" if well + badly else "–"
        expected.append([LABELS[kind], str(well), str(badly), rate])
    assert auditor.rows("Success rate by type") == expected
    assert len({rate for *_, rate in expected}) > 2, "a past in which every type fared alike tells nothing"


def test_what_were_the_five_commonest_failures(auditor: Visitor, past: Past) -> None:
    open_board(auditor, "Operations")
    commonest = sorted(FAILURES, key=lambda code: -FAILURES[code])[:5]
    found = [(code, int(count)) for code, count, *_ in auditor.rows("Failures by finding")[:5]]
    assert found == [(code or "No finding", FAILURES[code]) for code in commonest]


def test_who_removed_a_file_and_when(auditor: Visitor, past: Past) -> None:
    open_board(auditor, "Templates")
    choose(auditor, Definition_file=GONE)
    expect(auditor.page.get_by_role("list", name="Active filters")).to_contain_text(GONE)
    assert auditor.rows("Removed") == [[told(past.removed), GONE, "ada", f"{REASON} · {TICKET}", "Open"]]


def test_what_did_one_client_do_yesterday(auditor: Visitor, past: Past) -> None:
    open_board(auditor, "People and clients")
    choose_days(auditor, past.yesterday, past.yesterday)
    auditor.unfold("By requester").get_by_role("link", name=NIGHTLY).click()
    expect(auditor.page.get_by_role("list", name="Active filters")).to_contain_text(f"Requested by: {NIGHTLY}")
    did = [one for one in past.between(past.yesterday, past.yesterday) if one.by == NIGHTLY]
    assert latest(auditor) == shown(did)
    assert len(did) >= 5


def test_what_happened_out_of_hours(auditor: Visitor, past: Past) -> None:
    open_board(auditor, "People and clients")
    choose_days(auditor, *past.last_month, Working_hours="Outside")
    happened = [one for one in past.between(*past.last_month) if one.is_outside]
    expect(auditor.tile("Outside working hours")).to_have_text(str(len(happened)))
    assert latest(auditor) == shown(happened[:25])
    assert 25 < len(happened) < len(past.between(*past.last_month))


def test_is_anything_stuck(auditor: Visitor, past: Past) -> None:
    waiting = auditor.rows("In progress, oldest first")
    assert [by for *_, by in waiting] == [NIGHTLY] * 3
    for (_, _, age, _), expected in zip(waiting, ("9 d", "1 d 6 h", "3 h"), strict=True):
        assert age.startswith(expected)
    counts = dict(auditor.rows("In progress, by age"))
    assert list(counts.values()) == ["0", "1", "1", "1"]
    oldest = min((one for one in past.done if one.status == "inProgress"), key=lambda one: one.created)
    auditor.unfold("In progress, oldest first").get_by_role("link").first.click()
    expect(auditor.page).to_have_url(re.compile(oldest.id))


def test_which_versions_of_a_file_were_there(auditor: Visitor, past: Past) -> None:
    open_board(auditor, "Templates")
    choose(auditor, Definition_file=MANY)
    expect(auditor.page.get_by_role("list", name="Active filters")).to_contain_text(MANY)
    found = [(number, created, by, state) for _, number, _, _, created, by, state in auditor.rows("Versions")]
    states = ("in force", "kept", "kept")
    assert found == [
        (str(number), told(created), "olga", state)
        for (number, created), state in zip(past.versions, states, strict=True)
    ]


def test_was_anybody_denied_access(auditor: Visitor, past: Past) -> None:
    open_board(auditor, "People and clients")
    expect(auditor.tile("Denied access")).to_have_text("1")
    ((_, when, who, origin, _, action, what),) = auditor.rows("Denied access")
    assert (when, who, origin, action, what) == (
        told(past.denied), "olga", "192.0.2.7", "Access denied", f"GET {DENIED}",
    )  # fmt: skip


def test_is_the_trail_intact(auditor: Visitor, past: Past) -> None:
    expect(auditor.page.locator("#board .verification")).to_contain_text("Trail intact")
    open_board(auditor, "Trail")
    verified = [(result, events) for _, _, result, events, *_ in auditor.rows("Verifications")]
    assert ("✓ Intact", str(past.verified)) in verified
    assert {result for result, _ in verified} == {"✓ Intact"}
