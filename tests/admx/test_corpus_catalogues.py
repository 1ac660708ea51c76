"""What people browse of real templates."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
import pytest

from operations.admx import SourceFile, read
from operations.admx.present.catalogue import catalogue
from operations.admx.present.records import Catalogue


def read_upload(definition: Path) -> Catalogue | None:
    """What a real template shows; None of one that fails."""
    found = sorted(path for path in definition.parent.glob("*/*.adml") if path.stem.lower() == definition.stem.lower())
    languages = [SourceFile(path.name, path.read_bytes(), path.parent.name) for path in found]
    source = SourceFile(definition.name, definition.read_bytes())
    reading = read(source, languages, default_language="en-US")
    return catalogue(reading.template) if reading.template else None


@pytest.fixture(scope="module")
def expected(corpus: Path) -> dict[str, Any]:
    files: dict[str, Any] = json.loads((corpus / "expect.json").read_text())["files"]
    return files


@pytest.fixture(scope="module")
def catalogues(corpus: Path, expected: dict[str, Any]) -> dict[str, Catalogue]:
    read_ones = {name: read_upload(corpus / name) for name in expected}
    return {name: shown for name, shown in read_ones.items() if shown}


def test_every_real_template_can_be_stored(catalogues: dict[str, Catalogue]) -> None:
    assert len(catalogues) > 80
    for name, shown in catalogues.items():
        assert b"\\u0000" not in orjson.dumps(asdict(shown)), name
        for one in shown.policies:
            repeated = Counter(control.identity for control in one.presentations)
            assert set(repeated.values()) <= {1}, (name, one.name)
        supported_on = [one.name for one in shown.supported_on]
        assert len(supported_on) == len(set(supported_on)), name


def test_all_that_real_templates_declare_is_shown(catalogues: dict[str, Catalogue], expected: dict[str, Any]) -> None:
    for name, shown in catalogues.items():
        figures = expected[name]
        assert len(shown.policies) == figures["policies"], name
        assert len(shown.categories) == figures["categories"], name
        both = sum(one.class_ == "Both" for one in shown.policies)
        assert sum(len(one.class_types) for one in shown.policies) == figures["policies"] + both, name
        elements = Counter(element["type"] for one in shown.policies for element in one.details["elements"])
        assert elements == figures["elements_by_type"], name
        items = sum(len(element.get("items", ())) for one in shown.policies for element in one.details["elements"])
        assert items == figures["enum_items"], name


def test_real_texts_are_told(catalogues: dict[str, Catalogue], expected: dict[str, Any]) -> None:
    for name, shown in catalogues.items():
        if shown.policies:
            first = expected[name]["first_policy"]
            assert (shown.policies[0].name, shown.policies[0].key) == (first["name"], first["key"]), name
            assert shown.policies[0].display_name == first["displayName_en"], name
