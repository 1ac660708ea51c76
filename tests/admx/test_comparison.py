"""What changed between two versions: exactly what was changed, whatever the bytes look like."""

import json
from pathlib import Path
from typing import Any

import pytest

from operations.admx import (
    Change,
    Difference,
    SourceFile,
    Template,
    as_json,
    as_text,
    compare,
    from_json,
    read,
    summary,
)
from operations.admx.difference import Kind, Subject
from tests.admx import samples
from tests.conftest import CORPUS

EXPECTATIONS = CORPUS / "expect.json"
PAIRS: dict[str, Any] = json.loads(EXPECTATIONS.read_text())["diffs"] if EXPECTATIONS.is_file() else {"corpus": {}}
# A policy's explainText attribute, which the expectation counts as its definition, is a text here.
ONLY_THE_TEXT = {"lithnet-idlelogoff__2022/lithnet.idlelogoff.admx -> lithnet-idlelogoff/lithnet.idlelogoff.admx"}


def template(definition: str = "", *languages: tuple[str, str]) -> Template:
    sources = [samples.language(text, code) for code, text in languages or (("en-US", samples.adml()),)]
    reading = read(samples.template(definition or None), sources, default_language="en-US")
    assert reading.template, [finding.sentence for finding in reading.errors]
    return reading.template


def corpus_template(path: Path) -> Template:
    files = [file for file in sorted(path.parent.glob("*/*.adml")) if file.stem.lower() == path.stem.lower()]
    sources = [SourceFile(file.name, file.read_bytes(), file.parent.name) for file in files]
    codes = [file.parent.name for file in files]
    default = next((code for code in codes if code.lower() == "en-us"), codes[0])
    reading = read(SourceFile(path.name, path.read_bytes()), sources, default_language=default)
    assert reading.definitions
    return Template(reading.definitions, reading.resources)


def names(difference: Difference, subject: Subject, kind: Kind) -> list[str]:
    return sorted(change.name for change in difference.of(subject, kind) if not change.attribute)


@pytest.mark.parametrize("pair", PAIRS)
def test_real_versions_differ_as_an_independent_reader_says(corpus: Path, pair: str) -> None:
    old, new = (corpus_template(corpus / name) for name in pair.split(" -> "))
    expected = PAIRS[pair]
    difference = compare(old, new)
    assert names(difference, Subject.POLICY, Kind.ADDED) == sorted(expected["added"])
    assert names(difference, Subject.POLICY, Kind.REMOVED) == sorted(expected["removed"])
    assert names(difference, Subject.CATEGORY, Kind.ADDED) == sorted(expected["categories_added"])
    assert names(difference, Subject.CATEGORY, Kind.REMOVED) == sorted(expected["categories_removed"])
    assert [c.lower() for c in names(difference, Subject.LANGUAGE, Kind.ADDED)] == expected["languages_added"]
    assert [c.lower() for c in names(difference, Subject.LANGUAGE, Kind.REMOVED)] == expected["languages_removed"]
    defined = {
        change.name
        for change in difference.changes
        if change.subject is Subject.ELEMENT or (change.subject is Subject.POLICY and change.attribute)
    }
    if pair not in ONLY_THE_TEXT:
        assert defined == set(expected["changed_definition"])
    said = {
        change.name
        for change in difference.changes
        if change.subject in {Subject.TEXT, Subject.PRESENTATION}
        and change.language_code.lower() == "en-us"
        and "[" in change.name
    }
    assert said == set(expected["changed_text_en"])
    revisions = [(c.old, c.new) for c in difference.of(Subject.TEMPLATE) if c.attribute == "revision"]
    was, now = expected["revision"]
    assert revisions == ([] if was == now else [(was, now)])
    assert difference == from_json(json.loads(json.dumps(as_json(difference))))


POLICY = samples.POLICY
ENUM = (
    '<policy name="Choice" class="Machine" displayName="$(string.Proxy)" explainText="$(string.Proxy_Help)" '
    'key="Software\\Example" presentation="$(presentation.Choice)"><parentCategory ref="Main"/><elements>'
    '<enum id="Pick" valueName="Pick" required="true">'
    '<item displayName="$(string.Main)"><value><decimal value="1"/></value></item>'
    '<item displayName="$(string.Proxy)"><value><decimal value="2"/></value></item></enum>'
    '<text id="Say" valueName="Say" maxLength="20"/></elements></policy>'
)
SHOWN = (
    '<presentationTable><presentation id="Choice"><dropdownList refId="Pick" defaultItem="0">Pick</dropdownList>'
    '<textBox refId="Say"><label>Say</label></textBox></presentation></presentationTable>'
)
ADML = samples.adml().replace("</stringTable>", f"</stringTable>{SHOWN}")
CHANGED = "changed"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Software\\Example", "Software\\Else", [("policy", "key", True), ("element", "key", True),
                                                 ("element", "key", True)]),
        ('<decimal value="2"/>', '<decimal value="3"/>', [("element", "items", True)]),
        ('class="Machine"', 'class="User"', [("policy", "", True), ("policy", "", False)]),
        ('valueName="Pick"', 'valueName="Other"', [("element", "valueName", True)]),
        ('required="true"', 'required="false"', [("element", "required", False)]),
        ('maxLength="20"', 'maxLength="30"', [("element", "maxLength", False)]),
        ('<text id="Say" valueName="Say" maxLength="20"/>', '<multiText id="Say" valueName="Say" maxLength="20"/>',
         [("element", "type", True), ("element", "expandable", False), ("element", "maxStrings", False)]),
        ('<text id="Say" valueName="Say" maxLength="20"/>', "", [("element", "", True)]),
    ],
)  # fmt: skip
def test_each_change_of_a_policy_is_told_and_breaking_ones_marked(
    old: str, new: str, told: list[tuple[str, str, bool]]
) -> None:
    before = template(samples.admx(ENUM), ("en-US", ADML))
    reading = read(samples.template(samples.admx(ENUM.replace(old, new))), [samples.english(ADML)],
                   default_language="en-US")  # fmt: skip
    assert reading.definitions
    difference = compare(before, Template(reading.definitions, reading.resources))
    assert [(c.subject.value, c.attribute, c.is_breaking) for c in difference.changes] == told


def test_a_choice_more_breaks_nothing() -> None:
    more = '<item displayName="$(string.Main)"><value><decimal value="9"/></value></item></enum>'
    difference = compare(
        template(samples.admx(ENUM), ("en-US", ADML)),
        template(samples.admx(ENUM.replace("</enum>", more)), ("en-US", ADML)),
    )
    assert [(c.attribute, c.is_breaking) for c in difference.changes] == [("items", False), ("Pick, item 2", False)]


def test_a_policy_that_only_got_another_name_is_told_as_renamed() -> None:
    difference = compare(template(), template(samples.admx(POLICY.replace('name="Proxy"', 'name="ProxyServer"'))))
    removed, added = difference.changes
    assert (removed.name, removed.renamed) == ("Proxy [Machine]", "ProxyServer [Machine]")
    assert (added.name, added.renamed) == ("ProxyServer [Machine]", "Proxy [Machine]")


def test_moved_policies_and_categories_are_told_with_both_places() -> None:
    two = samples.CATEGORY + '<category name="Other" displayName="$(string.Main)"/>'
    nested = 'name="Other" displayName="$(string.Main)"><parentCategory ref="Main"/></category>'
    below = two.replace('name="Other" displayName="$(string.Main)"/>', nested)
    difference = compare(
        template(samples.admx(POLICY, categories=two)),
        template(samples.admx(POLICY.replace('ref="Main"', 'ref="Other"'), categories=below)),
    )
    assert [(c.kind, c.subject, c.old, c.new) for c in difference.changes] == [
        ("moved", "policy", "Example.Policies:Main", "Example.Policies:Other"),
        ("moved", "category", "", "Example.Policies:Main"),
    ]


def test_texts_are_told_for_each_language() -> None:
    german = samples.adml(samples.STRINGS | {"Proxy": "Proxy verwenden"})
    newer = samples.adml(samples.STRINGS | {"Proxy": "Einen Proxy verwenden"})
    difference = compare(
        template("", ("en-US", samples.adml()), ("de-DE", german)),
        template("", ("en-US", samples.adml()), ("de-de", newer)),
    )
    (change,) = difference.changes
    assert (change.language_code, change.attribute, change.old, change.new) == (
        "de-de", "displayName", "Proxy verwenden", "Einen Proxy verwenden",
    )  # fmt: skip


def test_a_first_version_adds_everything_and_a_removal_takes_everything() -> None:
    kinds = [(c.kind.value, c.subject.value) for c in compare(None, template()).changes]
    assert kinds == [("added", "policy"), ("added", "category"), ("added", "language")]
    assert {c.kind for c in compare(template(), None).changes} == {Kind.REMOVED}
    assert compare(None, None).is_empty


def test_the_summary_is_a_sentence_and_the_text_one_line_a_change() -> None:
    difference = compare(template(), template(samples.admx(POLICY.replace("Software\\Example", "Software\\New"))))
    assert summary(difference) == "1 policy changed, 1 change is breaking."
    assert as_text(difference) == "~ policy Proxy [Machine]: key: “Software\\Example” → “Software\\New” (breaking)"
    assert summary(compare(template(), template())) == "nothing changed but the bytes."
    many = Difference(tuple(Change(Kind.ADDED, Subject.POLICY, str(number)) for number in range(5)))
    assert as_text(many, limit=2).endswith("… and 3 more")
