"""Whatever somebody with the whole database in hand does to the trail is found, told by kind and first sequence."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection, transaction

from operations import audit
from operations.audit import checkpoint_store, notes, verification
from operations.audit.checkpoint_store import KeptNote
from operations.audit.entry import COLUMNS
from operations.audit.guard import TABLE, lift_guard
from operations.audit.verification import State
from operations.models import AuditCheckpoint, AuditEvent, AuditHead, AuditSubtree
from operations.services import audit_log
from tests import rows
from tests.audit.histories import (
    NAME,
    an_event,
    as_owner,
    copied,
    leaf_of,
    recomputed,
    renumbered,
    sql,
    thirty_events,
    verified,
)

pytestmark = pytest.mark.django_db
EVENTS = AuditEvent.objects


def one(sequence: int) -> Any:
    return EVENTS.filter(sequence=sequence)


def deleted(first: int, last: int) -> Callable[[], None]:
    return lambda: (EVENTS.filter(sequence__gte=first, sequence__lte=last).delete(), None)[1]


def forged_in_the_middle() -> None:
    renumbered(first=15, by=1)
    copied(14, 15)


def forged_in_the_middle_with_its_leaf() -> None:
    renumbered(first=15, by=1)
    event = copied(14, 15)
    one(15).update(leaf_hash=leaf_of(event))


def forged_at_the_end_with_head() -> None:
    event = copied(30, 31)
    one(31).update(leaf_hash=leaf_of(event))
    AuditHead.objects.update(sequence=31)


def swapped() -> None:
    first, second = (one(sequence).values().get() for sequence in (14, 17))
    AuditEvent.objects.filter(sequence__in=(14, 17)).delete()
    EVENTS.create(**{**second, "sequence": 14})
    EVENTS.create(**{**first, "sequence": 17})


def rewritten(sequence: int) -> Callable[[], None]:
    def tamper() -> None:
        one(sequence).update(actor_name="Somebody else")
        recomputed()

    return tamper


def ends_at(last: int) -> Callable[[], None]:
    def tamper() -> None:
        EVENTS.filter(sequence__gt=last).delete()
        recomputed()

    return tamper


def restored_to(last: int) -> Callable[[], None]:
    def tamper() -> None:
        ends_at(last)()
        AuditCheckpoint.objects.filter(size__gte=last).delete()

    return tamper


def without_first() -> None:
    one(1).delete()
    renumbered(first=2, by=-1)


def in_sink(size: int) -> Path:
    return Path(settings.PORTAL_CHECKPOINTS) / f"{size:012}.txt"


def replaced(path: Path, note: str) -> None:
    path.unlink()
    path.write_text(note)


def signed_by_another_key() -> None:
    rewritten(5)()
    key = Ed25519PrivateKey.generate()
    for size in (10, 20):
        note = notes.sign(name="gpo-portal", size=size, root=b"x" * 32, at=datetime.now(UTC), key=key).note
        replaced(in_sink(size), note)
        AuditCheckpoint.objects.filter(size=size).update(note=note)


def rolled_back() -> None:
    replaced(in_sink(20), in_sink(10).read_text())


def checkpoint_gone(*, from_sink: bool, from_database: bool) -> Callable[[], None]:
    def tamper() -> None:
        if from_sink:
            in_sink(20).unlink()
        if from_database:
            AuditCheckpoint.objects.filter(size=20).delete()

    return tamper


def of_another_trail() -> None:
    note = notes.sign(
        name="other", size=20, root=b"x" * 32, at=datetime.now(UTC), key=checkpoint_store.signing_key()
    ).note
    replaced(in_sink(20), note)


TAMPERS: dict[str, tuple[Callable[[], Any], str, int | None]] = {
    "forge an event at the end": (lambda: copied(30, 31), "unaccounted", 31),
    "forge an event at the end, with the head": (forged_at_the_end_with_head, "head", 21),
    "forge an event before the first": (lambda: copied(1, 0), "unaccounted", 0),
    "forge an event in the middle": (forged_in_the_middle, "altered", 15),
    "forge an event in the middle, with its leaf": (forged_in_the_middle_with_its_leaf, "altered", 16),
    "delete the first": (deleted(1, 1), "gap", 1),
    "delete the first and close the gap": (without_first, "altered", 1),
    "delete one in the middle": (deleted(15, 15), "gap", 15),
    "delete several in the middle": (deleted(13, 17), "gap", 13),
    "delete the last": (deleted(30, 30), "truncated", 30),
    "delete the last ten": (deleted(21, 30), "truncated", 21),
    "delete all": (deleted(1, 30), "truncated", 1),
    "delete the end, with the head": (ends_at(15), "truncated", 16),
    "delete all, with the head": (lambda: (deleted(1, 30)(), AuditHead.objects.all().delete()), "truncated", 1),
    "edit a nested detail": (lambda: one(15).update(after={"findings": ["one", "2"]}), "altered", 15),
    "null for missing": (
        lambda: one(15).update(after={"findings": ["one", "15"], "attempt": 15}),
        "altered",
        15,
    ),
    "a number for its text": (
        lambda: one(15).update(after={"status_details": None, "findings": ["one", 15], "attempt": 15}),
        "altered",
        15,
    ),
    "swap the Unicode form": (lambda: one(15).update(actor_name="Ju\u0308rgen"), "altered", 15),
    "forget the leaf": (lambda: one(15).update(leaf_hash=None), "altered", 15),
    "shorten the leaf": (lambda: one(15).update(leaf_hash=b"short"), "altered", 15),
    "swap two": (swapped, "altered", 14),
    "renumber one": (lambda: one(15).update(sequence=99), "gap", 15),
    "replay one": (lambda: copied(15, 31), "unaccounted", 31),
    "rewrite everything consistently": (rewritten(5), "rewritten", 1),
    "rewrite the second half consistently": (rewritten(15), "rewritten", 11),
    "restore an older copy of the database": (restored_to(12), "truncated", 13),
    "tell that more is from before the tree": (lambda: AuditHead.objects.update(pre_chain=5), "rewritten", 6),
    "forge the head": (lambda: AuditHead.objects.update(peaks=b"x" * 128), "head", 21),
    "delete the head": (lambda: AuditHead.objects.all().delete(), "head", 1),
    "wind the head back": (lambda: AuditHead.objects.update(sequence=25), "unaccounted", 26),
    "wind the head forward": (lambda: AuditHead.objects.update(sequence=33), "truncated", 31),
    "sign a rewritten trail with another key": (signed_by_another_key, "checkpoint", 10),
    "a checkpoint that is no note": (lambda: replaced(in_sink(10), "nothing"), "checkpoint", 10),
    "a checkpoint of another trail": (of_another_trail, "checkpoint", 20),
    "roll a checkpoint back": (rolled_back, "checkpoint", 20),
    "delete a checkpoint from the sink": (checkpoint_gone(from_sink=True, from_database=False), "checkpoint", 20),
    "delete a checkpoint from the database": (checkpoint_gone(from_sink=False, from_database=True), "checkpoint", 20),
    "delete a checkpoint everywhere": (checkpoint_gone(from_sink=True, from_database=True), "checkpoint", 20),
    "forge the database's copy of a checkpoint": (
        lambda: AuditCheckpoint.objects.filter(size=20).update(note=in_sink(10).read_text()),
        "checkpoint",
        20,
    ),
}


@pytest.mark.parametrize("name", TAMPERS)
def test_what_was_done_is_found(name: str) -> None:
    tamper, kind, first = TAMPERS[name]
    thirty_events()
    assert verified().is_intact
    with as_owner():
        tamper()
    found = verified().first
    assert found is not None
    assert (found.kind, found.first_sequence) == (kind, first), verified().damages


OTHER_VALUES: dict[str, Any] = {
    "event_id": rows.an_unknown_id(),
    "occurred_date_time": datetime(2020, 1, 1, tzinfo=UTC),
    "recorded_date_time": datetime(2020, 1, 1, tzinfo=UTC),
    "permissions": ["*", "more"],
    "address": "198.51.100.1",
    "before": {"status_details": "forged"},
    "after": {},
    "schema": 0,
}


@pytest.mark.parametrize("column", COLUMNS[1:])
def test_an_edit_of_any_column_is_found(column: str) -> None:
    thirty_events()
    with as_owner():
        one(15).update(**{column: OTHER_VALUES.get(column, "forged")})
    found = verified()
    assert [(damage.kind, damage.first_sequence, damage.last_sequence) for damage in found.damages] == [
        ("altered", 15, 15)
    ]
    assert found.checkpoints == 2


@pytest.mark.parametrize("column", ["occurred_date_time", "recorded_date_time", "event_id", "before", "after"])
def test_a_value_that_cannot_even_be_read_is_an_altered_event(column: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's types refuse it")
    thirty_events()
    with as_owner():
        sql("PRAGMA ignore_check_constraints = ON")
        sql(f"UPDATE {TABLE} SET {column} = %s WHERE sequence = 15", "no such thing")
        sql("PRAGMA ignore_check_constraints = OFF")
    assert [(damage.kind, damage.first_sequence) for damage in verified().damages] == [("altered", 15)]


@pytest.mark.parametrize("how", ["dropped", "switched off"])
def test_a_dropped_guard_is_found(how: str) -> None:
    thirty_events()
    if how == "dropped":
        lift_guard(connection)
    elif connection.vendor == "postgresql":
        sql(f"ALTER TABLE {TABLE} DISABLE TRIGGER ALL")
    else:
        pytest.skip("SQLite cannot switch triggers off")
    assert {(damage.kind, damage.first_sequence) for damage in verified().damages} == {("guard", None)}


def test_the_roots_kept_for_proofs_are_compared_too() -> None:
    for number in range(300):
        an_event(number)
    assert not verified().damages
    AuditSubtree.objects.update(root=b"x" * 32)
    (damage,) = verified().damages
    assert (damage.kind, damage.first_sequence, damage.last_sequence) == ("tree", 1, 256)


def test_what_was_rewritten_is_told_before_a_guard_that_is_still_down() -> None:
    thirty_events()
    lift_guard(connection)
    rewritten(15)()
    in_sink(10).unlink()
    found = verified()
    assert [damage.kind for damage in found.damages if damage.kind != "guard"] == ["rewritten", "checkpoint"]
    assert found.first is not None
    assert (found.first.kind, found.first.first_sequence) == ("rewritten", 11)


def test_a_checkpoint_signed_between_two_looks_is_no_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    thirty_events()
    read = verification._read_bounds

    def meanwhile() -> Any:
        audit_log.sign_checkpoint(by=rows.everybody())
        return read()

    monkeypatch.setattr(verification, "_read_bounds", meanwhile)
    assert verified().damages == []


def test_every_damage_is_told_and_neighbours_as_one() -> None:
    thirty_events()
    with as_owner():
        EVENTS.filter(sequence__in=(3, 4, 5, 18)).update(reason="forged")
        one(28).delete()
    found = [(damage.kind, damage.first_sequence, damage.last_sequence) for damage in verified().damages]
    assert found == [("altered", 3, 5), ("altered", 18, 18), ("gap", 28, 28)]


def test_a_checkpoint_kept_by_an_auditor_finds_what_was_rewritten_with_all_of_ours() -> None:
    thirty_events()
    kept = KeptNote("mine", None, in_sink(20).read_text())
    with as_owner():
        rewritten(15)()
        in_sink(20).unlink()
        AuditCheckpoint.objects.all().delete()
        in_sink(10).unlink()
    (found,) = [damage for damage in verified(more_notes=[kept]).damages if damage.kind == "rewritten"]
    assert (found.first_sequence, found.last_sequence) == (1, 20)


def test_what_no_checkpoint_covers_yet_is_not_promised() -> None:
    """Whoever owns the database can rewrite the newest events; docs/audit.md says so."""
    thirty_events()
    with as_owner():
        rewritten(25)()
    assert verified().is_intact
    assert NAME not in one(25).values_list("actor_name", flat=True)


@pytest.mark.parametrize("seed", range(100))
def test_a_clean_history_is_never_called_damaged(seed: int) -> None:
    chance = random.Random(seed)
    for number in range(chance.randrange(40)):
        with transaction.atomic():
            an_event(number)
            transaction.set_rollback(chance.random() < 0.3)
        if chance.random() < 0.1:
            audit_log.sign_checkpoint(by=rows.everybody())
    found = verified()
    assert found.damages == []
    assert found.events == EVENTS.count() == AuditHead.objects.get().sequence if found.events else not EVENTS.exists()


def test_events_from_before_the_tree_are_counted_and_not_proved() -> None:
    thirty_events()
    with as_owner():
        EVENTS.update(leaf_hash=None)
        AuditCheckpoint.objects.all().delete()
        AuditSubtree.objects.all().delete()
        AuditHead.objects.update(pre_chain=30, peaks=b"")
        for size in (10, 20):
            in_sink(size).unlink()
    an_event()
    audit_log.sign_checkpoint(by=rows.everybody())
    found = verified()
    assert (found.is_intact, found.events, found.pre_chain, found.size, found.checkpoints) == (True, 32, 30, 2, 1)


def test_an_interrupted_verification_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.audit.verification.ROWS_AT_ONCE", 7)
    thirty_events()
    with as_owner():
        one(3).update(reason="forged")
        one(29).update(reason="forged")
    states: list[str] = []
    whole = verified(progress=lambda state, end: states.append(state.dump()))
    assert len(states) == 5
    for state in states:
        assert verified(state=State.load(state)) == whole


def test_events_recorded_meanwhile_are_no_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.audit.verification.ROWS_AT_ONCE", 7)
    thirty_events()

    def meanwhile(state: State, end: int) -> None:
        an_event()
        audit_log.sign_checkpoint(by=rows.everybody())

    assert verified(progress=meanwhile).damages == []


def test_a_verification_is_an_event() -> None:
    thirty_events()
    result, event = audit_log.verify(by=rows.everybody())
    assert result.is_intact
    assert event is not None
    assert (event.action, event.outcome) == (audit.AuditAction.TRAIL_VERIFIED, "success")
    assert (event.after["events"], event.after["checkpoints"], event.after["damages"]) == (30, 2, 0)
    with as_owner():
        one(15).update(reason="forged")
    result, event = audit_log.verify(by=rows.everybody())
    assert event is not None
    assert (event.outcome, event.after["kind"], event.after["first_sequence"]) == ("failure", "altered", 15)


def test_a_trail_too_damaged_to_record_in_is_told_all_the_same() -> None:
    thirty_events()
    with as_owner():
        AuditHead.objects.all().delete()
    with transaction.atomic():
        result, event = audit_log.verify(by=rows.everybody())
    assert event is None
    assert not result.is_intact
