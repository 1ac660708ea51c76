"""Checkpoints go away from this machine, by every way there is; what comes back is compared."""

import socket
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.test import Client

from operations.audit import sinks
from operations.choices import Verdict
from operations.models import AuditCheckpoint, CheckpointDelivery
from operations.services import audit_log
from tests import rows
from tests.audit.histories import an_event, everything_signed_is_deleted
from tests.journeys.portal import environment, manage

pytestmark = pytest.mark.django_db
BY = rows.everybody()


@pytest.fixture
def elsewhere(tmp_path: Path, settings: Any) -> Path:
    folder = tmp_path / "other mount"
    folder.mkdir()
    settings.PORTAL_AUDIT_SINKS = [folder.as_uri()]
    return folder


def signed() -> str:
    """The note of the checkpoint that was just signed."""
    for number in range(3):
        an_event(number)
    audit_log.sign_checkpoint(by=BY)
    return AuditCheckpoint.objects.latest("size").note


def delivery() -> CheckpointDelivery:
    return CheckpointDelivery.objects.get()


def test_a_folder_gets_every_checkpoint(elsewhere: Path) -> None:
    notes = [signed(), signed()]
    assert [path.read_text() for path in sorted(elsewhere.glob("*.txt"))] == notes
    assert (delivery().size, delivery().error) == (AuditCheckpoint.objects.latest("size").size, "")


def test_a_sink_that_was_away_gets_what_it_missed(elsewhere: Path, caplog: pytest.LogCaptureFixture) -> None:
    elsewhere.rmdir()
    notes = [signed(), signed()]
    assert "is not there" in delivery().error
    assert delivery().size == 0
    assert len([line for line in caplog.messages if "takes no checkpoint" in line]) == 1, "said once"
    elsewhere.mkdir()
    audit_log.keep_checkpoints()
    assert [path.read_text() for path in sorted(elsewhere.glob("*.txt"))] == notes
    assert delivery().error == ""


def test_one_sink_that_fails_leaves_the_others_theirs(elsewhere: Path, settings: Any) -> None:
    settings.PORTAL_AUDIT_SINKS = ["file:///no/such/mount", *settings.PORTAL_AUDIT_SINKS]
    signed()
    assert len(list(elsewhere.glob("*.txt"))) == 1


@pytest.mark.parametrize("scheme", ["syslog", "syslog+tcp"])
def test_syslog_gets_the_whole_note_in_one_line(scheme: str, settings: Any) -> None:
    kind = socket.SOCK_STREAM if scheme.endswith("tcp") else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as server:
        server.settimeout(10)
        server.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            server.listen()
        settings.PORTAL_AUDIT_SINKS = [f"{scheme}://127.0.0.1:{server.getsockname()[1]}"]
        note = signed()
        if kind == socket.SOCK_STREAM:
            connection, _ = server.accept()
            with connection:
                line = connection.recv(4096)
        else:
            line = server.recv(4096)
    assert line.startswith(b"<86>1 ")
    assert line.count(b"\n") == 1
    assert "|".join(note.splitlines()).encode() in line


def test_mail_carries_the_note(settings: Any, mailoutbox: list[EmailMessage]) -> None:
    settings.PORTAL_AUDIT_SINKS = ["mailto:auditors@example.com"]
    note = signed()
    (mail,) = mailoutbox
    assert (mail.to, note in str(mail.body)) == (["auditors@example.com"], True)


class Bucket:
    """What the portal uses of S3, with objects that stay once they are locked."""

    def __init__(self) -> None:
        self.objects: dict[str, Any] = {}

    def client(self, *_: Any, **__: Any) -> "Bucket":
        return self

    def put_object(self, **given: Any) -> None:
        assert given["ObjectLockMode"] == "COMPLIANCE"
        assert given["Key"] not in self.objects
        self.objects[given["Key"]] = given

    def get_paginator(self, _: str) -> "Bucket":
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [{"Contents": [{"Key": key} for key in sorted(self.objects)]}]

    def get_object(self, *, Key: str, **_: Any) -> dict[str, Any]:  # noqa: N803 - S3's name
        return {"Body": SimpleNamespace(read=lambda: self.objects[Key]["Body"])}


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Bucket:
    made = Bucket()
    boto3, config = ModuleType("boto3"), ModuleType("botocore.config")
    boto3.client = made.client  # type: ignore[attr-defined]
    config.Config = dict  # type: ignore[attr-defined]
    for name, module in (("boto3", boto3), ("botocore", ModuleType("botocore")), ("botocore.config", config)):
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(sinks, "find_spec", lambda name: True)
    settings.PORTAL_AUDIT_SINKS = ["s3://trail/portal?endpoint=https://s3.example&days=30"]
    return made


def test_a_bucket_gets_locked_objects(bucket: Bucket) -> None:
    note = signed()
    ((key, stored),) = bucket.objects.items()
    assert (key, stored["Body"], stored["Bucket"]) == (f"portal/{delivery().size:012}.txt", note.encode(), "trail")
    assert (stored["ObjectLockRetainUntilDate"] - delivery().delivered_date_time).days in {29, 30}


@pytest.mark.parametrize("kind", ["folder", "bucket"])
def test_a_trail_that_was_rewritten_with_every_checkpoint_here_is_found_by_those_elsewhere(
    kind: str, request: pytest.FixtureRequest, settings: Any
) -> None:
    request.getfixturevalue("elsewhere" if kind == "folder" else "bucket")
    signed()
    signed()
    everything_signed_is_deleted()
    result, _ = audit_log.verify(by=BY)
    assert result.verdict is Verdict.DAMAGED
    settings.PORTAL_AUDIT_SINKS = []
    result, _ = audit_log.verify(by=BY)
    assert result.verdict is not Verdict.INTACT


@pytest.mark.parametrize("kind", ["elsewhere", "bucket"])
def test_a_sink_that_lost_what_it_took_is_found(kind: str, request: pytest.FixtureRequest) -> None:
    there = request.getfixturevalue(kind)
    signed()
    signed()
    newest = f"{delivery().size:012}.txt"
    if kind == "elsewhere":
        (there / newest).unlink()
    else:
        del there.objects[f"portal/{newest}"]
    result, _ = audit_log.verify(by=BY)
    assert result.verdict is Verdict.DAMAGED
    assert "which is not there any more" in result.damages[0].message


def test_a_mount_that_is_not_there_is_not_taken_for_an_empty_one(
    elsewhere: Path, caplog: pytest.LogCaptureFixture
) -> None:
    signed()
    for path in elsewhere.iterdir():
        path.unlink()
    elsewhere.rmdir()
    audit_log.verify(by=BY)
    assert "cannot be read" in caplog.text


def test_of_a_bucket_only_the_newest_objects_are_read_again(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sinks, "READ_AGAIN", 1)
    signed()
    note = signed()
    assert [found.note for found in sinks.sinks().popitem()[1].notes() or ()] == [note]


def test_s3_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sinks, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match="pip install boto3"):
        sinks.sink_of("s3://bucket")


def test_a_bad_sink_stops_every_command_with_one_line(tmp_path: Path) -> None:
    done = manage("check", env=environment(tmp_path, 1, PORTAL_AUDIT_SINKS="ftp://host"))
    assert done.returncode == 1
    assert done.stderr.startswith("Setting refused: PORTAL_AUDIT_SINKS: 'ftp://host' cannot be read.")
    assert len(done.stderr.splitlines()) == 1


def test_a_sink_that_cannot_be_read_stops_no_verification(elsewhere: Path, caplog: pytest.LogCaptureFixture) -> None:
    signed()
    (elsewhere / "000000000001.txt").mkdir()
    result, _ = audit_log.verify(by=BY)
    assert result.verdict is Verdict.INTACT
    assert "cannot be read" in caplog.text


@pytest.fixture
def boto3_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sinks, "find_spec", lambda name: True)


@pytest.mark.usefixtures("boto3_is_there")
@pytest.mark.parametrize(
    "url",
    [
        "",
        "folder",
        "file://host/folder",
        "file:relative",
        "syslog://",
        "syslog://host:x",
        "syslog://host/path",
        "s3://",
        "s3://bucket?days=soon",
        "s3://bucket?acl=public",
        "mailto:nobody",
        "ftp://host",
    ],
)
def test_a_sink_that_cannot_be_read_is_refused_with_what_can(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"PORTAL_AUDIT_SINKS.*Write file:///folder"):
        sinks.sink_of(url)


def test_the_page_of_checkpoints_says_how_far_each_sink_has_come(
    client: Client, administrator: Any, settings: Any, elsewhere: Path
) -> None:
    client.force_login(administrator)
    settings.PORTAL_AUDIT_SINKS = [elsewhere.as_uri(), "file:///no/such/mount"]
    signed()
    page = client.get("/admin/operations/auditevent/checkpoints/").text
    assert elsewhere.as_uri() in page
    assert "/no/such/mount is not there" in page
    settings.PORTAL_AUDIT_SINKS = []
    assert "anyone who owns this machine can rewrite" in client.get("/admin/operations/auditevent/checkpoints/").text
