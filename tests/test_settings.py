"""Values from the environment: typed, and refused with the variable's name if they cannot be right."""

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from gpo_portal import environment
from operations import secret_files

NAME = "PORTAL_SOMETHING"


def a_number(name: str) -> int:
    return environment.number(name, 5, least=1, most=10)


def a_zone(name: str) -> str:
    return environment.time_zone(name, "UTC")


def a_database(name: str) -> dict[str, Any]:
    return environment.database(name, "sqlite:///portal.sqlite3")


def a_mail_server(name: str) -> dict[str, Any]:
    return environment.mail(name, "smtp://localhost:25")


def a_folder(name: str) -> Path:
    return environment.folder(name, Path("/nowhere"))


def a_secret(name: str) -> str:
    return environment.secret(name, Path("/nowhere/secret"))


@pytest.mark.parametrize(
    ("read", "value"),
    [
        *((environment.flag, value) for value in ("2", "maybe", "truee", "-1", "ja")),
        *((a_number, value) for value in ("", "0", "11", "-1", "1.5", "five", "0x5", "١", "1e1", "²", "1_0", "5 6")),
        *((a_zone, value) for value in ("Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe", "UTC+1")),
        *((a_database, value) for value in ("nonsense", "mystery://host/name", "postgres://host:port/name")),
        *((a_mail_server, value) for value in ("nonsense", "mystery://host", "smtp://host:port")),
        *((a_folder, value) for value in ("/dev/null/data", "/proc/nowhere/data")),
        *((a_secret, value) for value in ("short", "x" * 49)),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_variable(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[str], Any], value: str
) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=NAME) as refused:
        read(NAME)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (environment.flag, "1", True),
        (environment.flag, "TRUE", True),
        (environment.flag, " on ", True),
        (environment.flag, "0", False),
        (environment.flag, "", False),
        (environment.flag, "No", False),
        (a_number, "1", 1),
        (a_number, " 10 ", 10),
        (a_zone, "Europe/Berlin", "Europe/Berlin"),
        (environment.text, "  a b ", "a b"),
        (lambda name: environment.words(name, []), " a, b ,,c", ["a", "b", "c"]),
        (lambda name: environment.words(name, ["x"]), "", []),
        (a_secret, "x" * 50, "x" * 50),
    ],
)
def test_a_good_value_is_read(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[str], Any], value: str, expected: Any
) -> None:
    monkeypatch.setenv(NAME, value)
    assert read(NAME) == expected


def test_what_is_not_set_takes_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    assert environment.flag(NAME) is False
    assert environment.flag(NAME, default=True) is True
    assert a_number(NAME) == 5
    assert a_zone(NAME) == "UTC"
    assert environment.words(NAME, ["x"]) == ["x"]
    assert a_database(NAME)["ENGINE"] == "django.db.backends.sqlite3"


def test_a_bad_database_url_is_refused_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "postgres://portal:hidden@host:port/name")
    with pytest.raises(ImproperlyConfigured) as refused:
        a_database(NAME)
    assert "hidden" not in str(refused.value)


def test_the_data_folder_is_made_for_its_owner_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(NAME, str(tmp_path / "data"))
    assert a_folder(NAME) == tmp_path / "data"
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_a_kept_secret_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    assert secret_files.kept_secret(path, "first") == "first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_first_writer_of_a_kept_secret_wins(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    values = [f"{number}" * 1000 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        read = set(pool.map(lambda value: secret_files.kept_secret(path, value), values))
    assert len(read) == 1
    assert read < set(values)
    assert secret_files.kept_secret(path, "late") in read
    assert list(tmp_path.iterdir()) == [path]


def test_a_secret_is_generated_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(NAME, raising=False)
    first = environment.secret(NAME, tmp_path / "secret")
    assert len(first) >= 50
    assert environment.secret(NAME, tmp_path / "secret") == first


def test_a_secret_that_cannot_be_kept_names_its_file(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="secret cannot be written: No such file or directory"):
        secret_files.kept_secret(tmp_path / "missing" / "secret", "value")
