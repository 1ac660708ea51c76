"""The small parts of the protocol, as tables."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.http import QueryDict

from operations.odata import routing
from operations.odata.errors import ODataError
from operations.odata.fields import cannot_convert, date_time_offset
from operations.odata.names import wire_name, wire_path
from operations.odata.query.options import QueryOptions, read_options

GUID = "3aeb01de-01de-3aeb-de01-eb3ade01eb3a"


@pytest.mark.parametrize(
    ("inside", "wire"),
    [
        ("id", "id"),
        ("status_details", "statusDetails"),
        ("last_modified_date_time", "lastModifiedDateTime"),
        ("group_policy_uploaded_language_files", "groupPolicyUploadedLanguageFiles"),
    ],
)
def test_names_inside_become_names_on_the_wire(inside: str, wire: str) -> None:
    assert wire_name(inside) == wire


def test_a_path_keeps_its_indices() -> None:
    assert wire_path("language_files/0/file_name") == "languageFiles/0/fileName"


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05Z"),
        (datetime(2026, 1, 2, 3, 4, 5, 653605, tzinfo=UTC), "2026-01-02T03:04:05.653605Z"),
        (datetime(2026, 1, 2, 3, 4, 5, 500000, tzinfo=UTC), "2026-01-02T03:04:05.5Z"),
        (datetime(2026, 1, 2, 3, 4, 10, 10, tzinfo=UTC), "2026-01-02T03:04:10.00001Z"),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=-8))), "2026-01-02T11:04:05Z"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=timezone(timedelta(hours=-1))), "2027-01-01T00:30:00Z"),
    ],
)
def test_dates_are_utc_without_trailing_zeros(moment: datetime, written: str) -> None:
    assert date_time_offset(moment) == written


@pytest.mark.parametrize(
    ("path", "captured"),
    [
        (f"things/{GUID}", GUID),
        (f"things('{GUID}')", GUID),
        (f"THINGS('{GUID}')", GUID),
        (f"tHiNgS/{GUID}", GUID),
        ("things/a b", "a b"),
        ("things('a''b')", None),
        (f"things({GUID})", None),
        (f"things('{GUID}", None),
        (f"things/'{GUID}'", None),
        ("things/$count", None),
        ("things/", None),
        ("things('')", None),
        (f"thing/{GUID}", None),
        ("thingsX", None),
    ],
)
def test_a_key_is_a_segment_or_quoted_in_parentheses(path: str, captured: str | None) -> None:
    match = re.fullmatch(routing.expression("things/{thing}"), path)
    found = {name: value for name, value in match.groupdict().items() if value is not None} if match else {}
    assert routing.keys(found) == ({"thing": captured} if captured else {})


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", QueryOptions()),
        ("$top=5", QueryOptions(top=5)),
        ("top=5", QueryOptions(top=5)),
        ("$TOP=05", QueryOptions(top=5)),
        ("$skiptoken=abc&api-version=1", QueryOptions(skiptoken="abc")),
        ("%24top=7", QueryOptions(top=7)),
        ("select_=1&tops=2", QueryOptions()),
    ],
)
def test_options_are_read(query: str, options: QueryOptions) -> None:
    assert read_options(QueryDict(query), {"top", "skiptoken"}) == options


@pytest.mark.parametrize(("top", "size"), [(None, 100), (1, 1), (1000, 1000), (1001, 1000), (999999999, 1000)])
def test_a_page_is_100_rows_and_1000_at_most(top: int | None, size: int) -> None:
    assert QueryOptions(top=top).page_size == size


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("$filter=x", "$filter"),
        ("filter=x", "$filter"),
        ("$nope", "$nope"),
        ("$nope=1", "$nope"),
        ("$top=1&top=2", "$top"),
        ("$top=0", "$top"),
        ("$top=", "$top"),
        ("$count=true", "$count"),
    ],
)
def test_options_are_refused_by_name(query: str, target: str) -> None:
    with pytest.raises(ODataError) as refusal:
        read_options(QueryDict(query), {"top", "skiptoken"})
    assert refusal.value.target == target
    assert refusal.value.status_code == 400


@pytest.mark.parametrize(
    ("data", "quoted"),
    [
        (1, "'1'"),
        (None, "'null'"),
        ([], "'[]'"),
        ([[1]], "'[…]'"),
        ({}, "'{}'"),
        ({"a": 1}, "'{…}'"),
        ("x" * 99, "x…'"),
    ],
)
def test_a_refused_value_is_quoted_shortly(data: object, quoted: str) -> None:
    message = str(cannot_convert(data, "Edm.String").detail[0])  # type: ignore[index]
    assert quoted in message
    assert len(message) < 200
