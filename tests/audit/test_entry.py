"""Canonical bytes: RFC 8785, the same from both databases, pinned by vectors."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from operations import audit
from operations.actor import Actor
from operations.audit.entry import COLUMNS, canonical, moment, plain_text
from operations.audit.merkle import CompactRange, leaf_hash
from operations.audit.record import entry_of
from operations.choices import ActorType, Authentication, Channel
from operations.models import AuditEvent, AuditHead, AuditSubtree
from tests import rows

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner),
)
# https://www.rfc-editor.org/rfc/rfc8785 sections 3.2.2 and 3.2.3, without floats and keys beyond ASCII,
# which entries do not have.
VECTORS = [
    (
        {"string": '€$\x0f\nA\'B"\\\\"/', "literals": [None, True, False]},
        rb'{"literals":[null,true,false],"string":"' + "€$".encode() + rb"\u000f\nA'B\"\\\\\"/" + b'"}',
    ),
    ({"b": 1, "a": 2, "B": 3, "1": 4, "\r": 5}, b'{"\\r":5,"1":4,"B":3,"a":2,"b":1}'),
    (
        {"x": "\x00\x01\x08\x09\x0a\x0c\x0d\x1f\x7f\x80/<\u2028"},
        '{"x":"\\u0000\\u0001\\b\\t\\n\\f\\r\\u001f\x7f\x80/<\u2028"}'.encode(),
    ),
    ({"max": 2**53 - 1, "min": -(2**53) + 1, "zero": 0}, b'{"max":9007199254740991,"min":-9007199254740991,"zero":0}'),
    ({"nested": {"z": [], "a": {}}}, b'{"nested":{"a":{},"z":[]}}'),
]


@pytest.mark.parametrize(("value", "expected"), VECTORS)
def test_the_published_rules_hold(value: dict[str, object], expected: bytes) -> None:
    assert canonical(value) == expected == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(st.dictionaries(st.text(st.characters(max_codepoint=127)), VALUES))
def test_an_independent_implementation_agrees(value: dict[str, object]) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(st.dictionaries(st.text(st.characters(max_codepoint=127)), VALUES))
def test_the_standard_library_makes_the_same_bytes(value: dict[str, object]) -> None:
    """What the stand-alone verifier has."""
    made = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert made.encode() == canonical(value)


def test_moments_are_utc_and_always_as_long() -> None:
    whole = datetime(2026, 1, 2, 3, 4, 5, 0, UTC)
    assert moment(whole) == "2026-01-02T03:04:05.000000Z"
    assert moment(whole.astimezone(timezone(timedelta(hours=5)))) == moment(whole)


def test_texts_are_such_as_both_databases_keep() -> None:
    assert plain_text("a\x00\ud800bc", 4) == "a\ufffd?b"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::1"),
        ("unix:", None),
        (None, None),
    ],
)
def test_what_the_database_gives_back_has_the_bytes_that_were_hashed(address: str | None, kept: str | None) -> None:
    actor = audit_actor(address=address)
    event = audit.record(
        audit.AuditAction.OPERATION_CORRECTED,
        rows.a_recorded_operation(),
        by=actor,
        before={"status_details": None},
        after={"status_details": 'é e\u0301 "\\ \u2028 😀'},
        reason="Why\r\n",
    )
    stored = AuditEvent.objects.get(pk=event.pk)
    assert entry_of(stored) == entry_of(event)
    assert bytes(stored.leaf_hash or b"") == leaf_hash(entry_of(stored))
    assert stored.address == kept


@pytest.mark.django_db
def test_an_entry_is_exactly_this() -> None:
    event = AuditEvent(
        sequence=7,
        event_id="00000000-0000-7000-8000-000000000007",
        occurred_date_time=datetime(2026, 1, 2, 3, 4, 5, 6, UTC),
        recorded_date_time=datetime(2026, 1, 2, 3, 4, 5, 7, UTC),
        actor_type=ActorType.USER,
        actor_id="1",
        actor_name="olga",
        authentication=Authentication.SESSION,
        permissions=["operations.add_grouppolicyoperation"],
        channel=Channel.ADMIN,
        address="192.0.2.7",
        user_agent="Firefox",
        request_id="r",
        client_request_id="c",
        action="operation.corrected",
        object_type="GroupPolicyOperation",
        object_id="o",
        object_name="Upload",
        outcome="success",
        before={"status_details": None},
        after={"status_details": ""},
        portal_version="0.1.0",
        node="portal-1",
        schema=1,
    )
    assert entry_of(event) == (
        b'{"action":"operation.corrected","actor_id":"1","actor_name":"olga","actor_type":"user",'
        b'"address":"192.0.2.7","after":{"status_details":""},"authentication":"session",'
        b'"before":{"status_details":null},"channel":"admin","client_request_id":"c","content_sha256":"",'
        b'"error_code":"","event_id":"00000000-0000-7000-8000-000000000007","forwarded_for":"","node":"portal-1",'
        b'"object_id":"o","object_name":"Upload","object_type":"GroupPolicyOperation",'
        b'"occurred_date_time":"2026-01-02T03:04:05.000006Z","on_behalf_of":"","outcome":"success",'
        b'"permissions":["operations.add_grouppolicyoperation"],"portal_version":"0.1.0","reason":"",'
        b'"recorded_date_time":"2026-01-02T03:04:05.000007Z","request_id":"r","schema":1,"sequence":7,"ticket":"",'
        b'"token_id":"","user_agent":"Firefox"}'
    )


def test_every_column_but_the_hash_is_in_the_entry() -> None:
    assert {field.name for field in AuditEvent._meta.fields} == {*COLUMNS, "leaf_hash"}


@pytest.mark.django_db
def test_the_head_holds_the_tree_over_all_events() -> None:
    for number in range(260):
        audit.record(
            audit.AuditAction.OPERATION_STARTED,
            rows.a_recorded_operation() if number == 0 else None,
            by=rows.everybody(),
            after={"attempt": number},
        )
    tree = CompactRange()
    kept = {}
    for event in AuditEvent.objects.order_by("sequence"):
        for level, index, root in tree.append(bytes(event.leaf_hash or b"")):
            kept[level, index] = root
    head = AuditHead.objects.get()
    assert (head.size, bytes(head.peaks)) == (tree.size, tree.dump())
    (subtree,) = AuditSubtree.objects.all()
    assert (subtree.level, subtree.index, bytes(subtree.root)) == (8, 0, kept[8, 0])


def audit_actor(**values: Any) -> Actor:
    from dataclasses import replace

    return replace(rows.an_actor(), **values)
