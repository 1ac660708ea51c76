"""What makes an installation less safe is said at the start, and to administrators on the boards."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from operations.models import User
from operations.queries import exposure
from operations.secret_files import close_to_others


@pytest.fixture
def safe(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    settings.PORTAL_HOST = "127.0.0.1"
    settings.PORTAL_TLS_CERTIFICATE, settings.PORTAL_TLS = "", False
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["portal.example", "testserver"]
    settings.PORTAL_AUDIT_SINKS = ["file:///mnt/other"]
    return settings


def test_a_safe_installation_is_told_nothing(safe: Any) -> None:
    assert exposure.warnings() == []


UNSAFE: dict[str, tuple[dict[str, Any], str]] = {
    "plain http for everybody": ({"PORTAL_HOST": "0.0.0.0"}, "without TLS"),
    "plain http on an address": ({"PORTAL_HOST": "192.0.2.1"}, "without TLS"),
    "plain http on a name": ({"PORTAL_HOST": "portal.example"}, "without TLS"),
    "plain http on IPv6": ({"PORTAL_HOST": "::"}, "without TLS"),
    "debug": ({"DEBUG": True}, "PORTAL_DEBUG=1"),
    "any host name": ({"ALLOWED_HOSTS": ["*"]}, "PORTAL_ALLOWED_HOSTS=*"),
    "no sink": ({"PORTAL_AUDIT_SINKS": []}, "No checkpoint leaves this machine"),
}


@pytest.mark.parametrize("what", UNSAFE)
def test_each_is_one_sentence_with_what_to_do(what: str, safe: Any) -> None:
    values, said = UNSAFE[what]
    for name, value in values.items():
        setattr(safe, name, value)
    (sentence,) = exposure.warnings()
    assert said in sentence
    assert "\n" not in sentence


def test_running_as_root_is_one(safe: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (sentence,) = exposure.warnings()
    assert "runs as root" in sentence


@pytest.mark.parametrize("values", [{"PORTAL_HOST": "localhost"}, {"PORTAL_HOST": "::1"}, {"PORTAL_TLS": True}])
def test_what_nobody_can_listen_to_is_none(safe: Any, values: dict[str, Any]) -> None:
    if "PORTAL_TLS" in values:
        safe.PORTAL_HOST = "0.0.0.0"
    for name, value in values.items():
        setattr(safe, name, value)
    assert exposure.warnings() == []


@pytest.mark.django_db
def test_the_boards_say_it_to_administrators_alone(
    client: Client, administrator: User, auditor: User, safe: Any
) -> None:
    safe.PORTAL_AUDIT_SINKS = []
    for user, is_told in ((administrator, True), (auditor, False)):
        client.force_login(user)
        for board in ("", "trail/"):
            assert ("No checkpoint leaves this machine" in client.get(f"/dashboards/{board}").text) is is_told


def test_what_others_may_do_with_files_is_taken_from_them(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir(mode=0o777)
    for path, mode in ((tmp_path / "a", 0o666), (tmp_path / "below" / "b", 0o444), (tmp_path / "c", 0o600)):
        path.touch()
        path.chmod(mode)
    outside = tmp_path.parent / "outside"
    outside.touch()
    outside.chmod(0o644)
    (tmp_path / "link").symlink_to(outside)
    close_to_others(tmp_path)
    modes = {path.name: stat.S_IMODE(path.lstat().st_mode) for path in tmp_path.rglob("*") if not path.is_symlink()}
    assert modes == {"a": 0o600, "b": 0o400, "c": 0o600, "below": 0o700}
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644, "what a link leads to is not in the folder"
