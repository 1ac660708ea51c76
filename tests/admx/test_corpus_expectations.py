"""Everything that can be said of real templates, against figures worked out independently of this code.

expect.json has them for every file; each test here looks at one figure of all files, so a difference says which.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from operations.admx import Definitions, Reading, Resources, SourceFile, read
from operations.admx.model.controls import CONTROL_NAMES
from operations.admx.model.definitions import (
    ELEMENT_NAMES,
    Element,
    EnumElement,
    Policy,
    Reference,
    presentation_id_of,
    string_id_of,
)
from operations.admx.read.decoding import decode

Figures = dict[str, Any]

# Two of this file's texts belong to an enum inside an item of a list, which ADMX does not have.
OUTSIDE_THE_SCHEMA = {("string_refs", "thunderbird-broken-esr140/thunderbird.admx"): 2}


@pytest.fixture(scope="module")
def expected(corpus: Path) -> Figures:
    files: Figures = json.loads((corpus / "expect.json").read_text())["files"]
    return files


def adml_files(definition: Path) -> list[Path]:
    found = definition.parent.glob("*/*.adml")
    return sorted(path for path in found if path.stem.lower() == definition.stem.lower())


@pytest.fixture(scope="module")
def readings(corpus: Path, expected: Figures) -> dict[str, Reading]:
    """What is read of each, by name."""

    def reading(definition: Path) -> Reading:
        languages = [SourceFile(path.name, path.read_bytes(), path.parent.name) for path in adml_files(definition)]
        return read(SourceFile(definition.name, definition.read_bytes()), languages, default_language="en-US")

    return {name: reading(corpus / name) for name in expected}


def definitions_of(reading: Reading) -> Definitions:
    assert reading.definitions is not None
    return reading.definitions


def elements(definitions: Definitions) -> list[Element]:
    return [element for policy in definitions.policies for element in policy.elements]


def parents(definitions: Definitions) -> list[Reference]:
    found = [policy.parent_category for policy in definitions.policies]
    found += [category.parent_category for category in definitions.categories]
    return [reference for reference in found if reference]


def support(definitions: Definitions) -> list[Reference]:
    return [policy.supported_on for policy in definitions.policies if policy.supported_on]


def products_referred_to(definitions: Definitions) -> list[Reference]:
    return [product.reference for definition in definitions.supported_on for product in definition.products]


def texts(definitions: Definitions) -> Iterator[str]:
    """Every text of the ADMX, as written."""
    for policy in definitions.policies:
        yield from (policy.display_name, policy.explain_text or "")
        for element in policy.elements:
            if isinstance(element, EnumElement):
                yield from (item.display_name for item in element.items)
    for category in definitions.categories:
        yield from (category.display_name, category.explain_text or "")
    for definition in definitions.supported_on:
        yield definition.display_name
    for product in definitions.products:
        yield product.display_name
        for major in product.major_versions:
            yield from (major.display_name, *(minor.display_name for minor in major.minor_versions))


def string_ids(definitions: Definitions) -> set[str]:
    return {string_id for text in texts(definitions) if (string_id := string_id_of(text))}


def presentation_ids(definitions: Definitions) -> set[str]:
    found = (presentation_id_of(policy.presentation) for policy in definitions.policies)
    return {presentation_id for presentation_id in found if presentation_id}


def uses(definitions: Definitions) -> dict[str, list[str]]:
    """What each namespace in use is used for."""
    kinds = {"category": parents(definitions), "supportedOn": support(definitions)}
    kinds["supportedOn"] = [*kinds["supportedOn"], *products_referred_to(definitions)]
    found: dict[str, set[str]] = {one.namespace: set() for one in definitions.using}
    for kind, references in kinds.items():
        for reference in references:
            if reference.namespace in found and reference.namespace != definitions.target_namespace:
                found[reference.namespace].add(kind)
    return {namespace: sorted(names) for namespace, names in found.items()}


def undeclared_prefixes(definitions: Definitions) -> list[str]:
    references = [*parents(definitions), *support(definitions), *products_referred_to(definitions)]
    return sorted({reference.written.partition(":")[0] for reference in references if reference.namespace is None})


def not_here(references: list[Reference], names: set[str], definitions: Definitions) -> list[str]:
    own = {reference.name for reference in references if reference.namespace == definitions.target_namespace}
    return sorted(own - names)


def supported_names(definitions: Definitions) -> set[str]:
    return {one.name for one in definitions.supported_on} | {one.name for one in definitions.products}


def repeated(names: list[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)


def product_versions(definitions: Definitions) -> int:
    majors = [major for product in definitions.products for major in product.major_versions]
    return len(majors) + sum(len(major.minor_versions) for major in majors)


FIGURES: dict[str, Callable[[Definitions], Any]] = {
    "bytes": lambda admx: admx.size,
    "target": lambda admx: {"prefix": admx.target_prefix, "namespace": admx.target_namespace},
    "using": lambda admx: [{"prefix": one.prefix, "namespace": one.namespace} for one in admx.using],
    "using_for": uses,
    "using_unreferenced": lambda admx: [one.namespace for one in admx.using if not uses(admx)[one.namespace]],
    "undeclared_prefixes": undeclared_prefixes,
    "revision": lambda admx: admx.revision,
    "schemaVersion": lambda admx: admx.schema_version,
    "minRequiredRevision": lambda admx: admx.minimum_revision,
    "fallbackCulture": lambda admx: admx.fallback_culture,
    "supersededAdm": lambda admx: list(admx.superseded_adm),
    "policies": lambda admx: len(admx.policies),
    "distinct_policies": lambda admx: len({(policy.name, policy.class_) for policy in admx.policies}),
    "duplicate_policy_names": lambda admx: repeated([policy.name for policy in admx.policies]),
    "policies_by_class": lambda admx: Counter(policy.class_ for policy in admx.policies),
    "policies_with_enabledList": lambda admx: sum(policy.enabled_list is not None for policy in admx.policies),
    "policies_with_disabledList": lambda admx: sum(policy.disabled_list is not None for policy in admx.policies),
    "categories": lambda admx: len(admx.categories),
    "duplicate_categories": lambda admx: repeated([category.name for category in admx.categories]),
    "missing_local_categories": lambda admx: not_here(parents(admx), {one.name for one in admx.categories}, admx),
    "missing_local_supportedOn": lambda admx: not_here(support(admx), supported_names(admx), admx),
    "products": lambda admx: len(admx.products),
    "product_versions": product_versions,
    "supportedOn_definitions": lambda admx: len(admx.supported_on),
    "elements": lambda admx: len(elements(admx)),
    "elements_by_type": lambda admx: Counter(ELEMENT_NAMES[type(element)] for element in elements(admx)),
    "enum_items": lambda admx: sum(len(one.items) for one in elements(admx) if isinstance(one, EnumElement)),
    "string_refs": lambda admx: len(string_ids(admx)),
    "presentation_refs": lambda admx: len(presentation_ids(admx)),
    "literal_display_attributes": lambda admx: sum(text != "" and string_id_of(text) is None for text in texts(admx)),
}


@pytest.mark.parametrize("figure", FIGURES)
def test_what_the_admx_says_agrees(figure: str, readings: dict[str, Reading], expected: Figures) -> None:
    found = {name: FIGURES[figure](definitions_of(reading)) for name, reading in readings.items()}
    for (affected, name), count in OUTSIDE_THE_SCHEMA.items():
        if affected == figure:
            found[name] += count
    assert found == {name: figures[figure] for name, figures in expected.items()}


def element_in_short(element: Element) -> Figures:
    return {
        "id": element.id,
        "items": len(element.items) if isinstance(element, EnumElement) else None,
        "key": element.key,
        "type": ELEMENT_NAMES[type(element)],
        "valueName": element.value_name,
    }


def policy_in_short(policy: Policy | None, english: Resources | None) -> Figures | None:
    if policy is None:
        return None
    explain_text = english.text(policy.explain_text) if english and policy.explain_text is not None else None
    return {
        "name": policy.name,
        "class": policy.class_,
        "key": policy.key,
        "valueName": policy.value_name,
        "parentCategory": policy.parent_category and policy.parent_category.written,
        "supportedOn": policy.supported_on and policy.supported_on.written,
        "presentation": presentation_id_of(policy.presentation),
        "elements": [element_in_short(element) for element in policy.elements],
        "displayName_en": english.text(policy.display_name) if english else None,
        "explainText_en_chars": None if explain_text is None else len(explain_text),
        "explainText_en_sha256": None if explain_text is None else hashlib.sha256(explain_text.encode()).hexdigest(),
    }


def english_of(reading: Reading) -> Resources | None:
    return next((one for one in reading.resources if one.language_code.lower() == "en-us"), None)


@pytest.mark.parametrize(("figure", "position"), [("first_policy", 0), ("last_policy", -1)])
def test_the_first_and_the_last_policy_agree(
    figure: str, position: int, readings: dict[str, Reading], expected: Figures
) -> None:
    for name, reading in readings.items():
        policies = definitions_of(reading).policies
        policy = policies[position] if policies else None
        assert policy_in_short(policy, english_of(reading)) == expected[name][figure], name


def test_the_first_category_agrees(readings: dict[str, Reading], expected: Figures) -> None:
    for name, reading in readings.items():
        english = english_of(reading)
        categories = definitions_of(reading).categories[:1]
        found = [
            {"name": one.name, "displayName_en": english.text(one.display_name) if english else None}
            for one in categories
        ]
        assert (found[0] if found else None) == expected[name]["first_category"], name


LANGUAGE_FIGURES: dict[str, Callable[[Resources, Definitions], object]] = {
    "bytes": lambda adml, admx: adml.size,
    "revision": lambda adml, admx: adml.revision,
    "schemaVersion": lambda adml, admx: adml.schema_version,
    "displayName": lambda adml, admx: adml.display_name,
    "description": lambda adml, admx: adml.description,
    # No real file has an id twice, so what is kept is what there is.
    "strings": lambda adml, admx: len(adml.strings),
    "distinct_strings": lambda adml, admx: len(adml.strings),
    "unused_strings": lambda adml, admx: len(adml.strings.keys() - string_ids(admx)),
    "missing_strings": lambda adml, admx: sorted(string_ids(admx) - adml.strings.keys()),
    "presentations": lambda adml, admx: len(adml.presentations),
    "missing_presentations": lambda adml, admx: sorted(presentation_ids(admx) - adml.presentations.keys()),
    "controls": lambda adml, admx: Counter(
        CONTROL_NAMES[type(control)]
        for presentation in adml.presentations.values()
        for control in presentation.controls
    ),
}


@pytest.mark.parametrize("figure", LANGUAGE_FIGURES)
def test_what_each_language_says_agrees(figure: str, readings: dict[str, Reading], expected: Figures) -> None:
    found = {
        (name, adml.language_code): LANGUAGE_FIGURES[figure](adml, definitions_of(reading))
        for name, reading in readings.items()
        for adml in reading.resources
    }
    assert found == {
        (name, code): figures[figure] or ("" if figure in {"displayName", "description"} else figures[figure])
        for name, whole in expected.items()
        for code, figures in whole["languages"].items()
    }


@pytest.mark.parametrize("figure", ["duplicate_string_ids", "duplicate_presentation_ids"])
def test_no_real_language_file_has_an_id_twice(figure: str, readings: dict[str, Reading], expected: Figures) -> None:
    assert not any(adml[figure] for whole in expected.values() for adml in whole["languages"].values())
    assert not any(finding.code == "DuplicateId" for reading in readings.values() for finding in reading.findings)


def test_encodings_agree(corpus: Path, expected: Figures) -> None:
    for name, whole in expected.items():
        figures = {corpus / name: whole["encoding"]}
        for path in adml_files(corpus / name):
            figures[path] = whole["languages"][path.parent.name]["encoding"]
        for path, figure in figures.items():
            decoded = decode(path.read_bytes())
            assert decoded.used == figure["used"].removesuffix("-le"), path
            assert decoded.declared == figure["declared"], path


def test_the_default_language_comes_first_and_the_others_as_given(readings: dict[str, Reading]) -> None:
    languages = [adml.language_code for adml in readings["mozilla/firefox.admx"].resources]
    assert languages == ["en-US", *sorted(set(languages) - {"en-US"})]
