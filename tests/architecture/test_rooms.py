"""Rules about the code as a whole that no single test of behaviour would notice."""

import re
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

CODE = sorted(path for room in ("operations", "gpo_portal") for path in (REPOSITORY / room).rglob("*.py"))
TESTS = sorted((REPOSITORY / "tests").rglob("*.py"))
TEMPLATES = sorted((REPOSITORY / "templates").rglob("*.html"))
COMMANDS = sorted(
    path.stem for path in (REPOSITORY / "operations/management/commands").glob("*.py") if path.stem != "__init__"
)
LONGEST = 400
VARIABLE = re.compile(r"`([A-Z_]+)`")


def test_there_is_something_to_look_at() -> None:
    assert len(CODE) > 50
    assert len(TEMPLATES) > 10
    assert {"start", "create_api_client", "issue_token", "raise_audit_guard"} <= set(COMMANDS)


@pytest.mark.parametrize("name", ["utils", "helpers", "misc", "common"])
def test_no_room_is_named_for_nothing(name: str) -> None:
    assert [path for path in CODE if path.stem == name or path.parent.name == name] == []


def test_no_file_is_too_long_to_read() -> None:
    """Generated migrations aside; tests are as long as what they describe."""
    written = [path for path in (*CODE, *TEMPLATES) if "migrations" not in path.parts]
    lengths = {path: len(path.read_text().splitlines()) for path in written}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_named_in_some_test(command: str) -> None:
    called = re.compile(rf'"{command}"')
    others = [path for path in TESTS if path != Path(__file__)]
    assert [path for path in others if called.search(path.read_text())]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(REPOSITORY / "templates")))
def test_a_template_holds_nothing_that_the_content_security_policy_blocks(template: Path) -> None:
    text = template.read_text()
    assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", text) == []
    assert re.findall(r"<script[^>]*>\s*[^<\s]", text) == []
    assert re.findall(r"<style\b", text) == []
    assert re.findall(r"\s(?:style|on[a-z]+|hx-on[:\w-]*)\s*=", text) == []
    assert re.findall(r"javascript:", text) == []
    assert re.findall(r"\|safe\b|autoescape off", text) == []


def test_the_readme_names_exactly_the_variables_that_the_settings_read() -> None:
    readme = (REPOSITORY / "README.md").read_text()
    table = readme.partition("## Configuration")[2].partition("\n## ")[0]
    first_cells = "\n".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    settings = (REPOSITORY / "gpo_portal/settings.py").read_text()
    read = re.findall(r'environment\.\w+\(\s*"([A-Z_]+)"', settings)
    assert len(read) > 15
    assert set(VARIABLE.findall(first_cells)) == set(read)


def test_only_the_settings_read_the_environment() -> None:
    allowed = {"gpo_portal/environment.py", "gpo_portal/asgi.py", "gpo_portal/server.py"}
    readers = {
        str(path.relative_to(REPOSITORY)) for path in CODE if re.search(r"os\.(environ|getenv)", path.read_text())
    }
    assert readers <= allowed


def test_the_makefile_runs_files_that_are_there() -> None:
    named = re.findall(r"\b(?:tests|docs|benchmarks)/[\w./-]+", (REPOSITORY / "Makefile").read_text())
    assert len(named) > 5
    assert [path for path in named if not (REPOSITORY / path).exists()] == []
