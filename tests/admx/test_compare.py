"""What counts as a difference between two versions, what does not, and what breaks."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from operations.admx import SourceFile, Template, as_json, as_text, compare, from_json, read, summary
from operations.admx.compare import Change, ChangeKind, Difference, Subject
from operations.admx.model.controls import Control, DropdownList, TextBox, TextLine
from operations.admx.model.definitions import (
    BooleanElement,
    DecimalElement,
    EnumElement,
    ListElement,
    Policy,
    Product,
    Reference,
    TextElement,
)
from tests.admx.by_hand import (
    KEY,
    category,
    choice,
    control,
    element,
    language,
    number,
    policy,
    several,
    template,
    text,
)  # fmt: skip
from tests.conftest import CORPUS

EXPECTATIONS = CORPUS / "expect.json"
PAIRS: dict[str, Any] = json.loads(EXPECTATIONS.read_text())["diffs"] if EXPECTATIONS.is_file() else {"corpus": {}}
# Its explainText attribute is new, which the expectation counts as definition; here it is a text.
ONLY_A_TEXT = ("lithnet-idlelogoff__2022/lithnet.idlelogoff.admx -> ", "pol_enable_idle_logoff [Both]")
STRINGS = {"Proxy": "Use a proxy", "Proxy_Help": "Help", "Main": "Main", "A": "Low", "B": "High", "C": "Middle"}
LOW, HIGH, MIDDLE = (choice(f"$(string.{letter})", number(n)) for n, letter in enumerate("ABC", start=1))


def with_policies(
    *policies: Policy, controls: tuple[Control, ...] = (), strings: Any = STRINGS, **more: Any
) -> Template:
    return template(language("en-US", strings, *controls), policies=policies, categories=(category(),), **more)


def field(name: str, **more: Any) -> TextElement:
    return element(TextElement, name, value_name=name, **more)


def lines(old: Template | None, new: Template | None) -> list[str]:
    return as_text(compare(old, new)).splitlines()


def enum(*items: Any, default: int = 0) -> Template:
    chosen = control(DropdownList, default_item=default)
    return with_policies(policy(element(EnumElement, items=items)), controls=(chosen,))


def corpus_template(path: Path) -> Template:
    files = [file for file in sorted(path.parent.glob("*/*.adml")) if file.stem.lower() == path.stem.lower()]
    sources = [SourceFile(file.name, file.read_bytes(), file.parent.name) for file in files]
    codes = [file.parent.name for file in files]
    default = next((code for code in codes if code.lower() == "en-us"), codes[0])
    reading = read(SourceFile(path.name, path.read_bytes()), sources, default_language=default)
    assert reading.definitions
    return Template(reading.definitions, tuple(reading.resources))


@pytest.mark.parametrize("pair", PAIRS)
def test_real_versions_differ_as_an_independent_reader_says(corpus: Path, pair: str) -> None:
    old, new = (corpus_template(corpus / name) for name in pair.split(" -> "))
    expected, difference = PAIRS[pair], compare(old, new)

    def names(subject: Subject, kind: ChangeKind) -> list[str]:
        return sorted(difference.names(subject, kind))

    assert names(Subject.POLICY, ChangeKind.ADDED) == sorted(expected["added"])
    assert names(Subject.POLICY, ChangeKind.REMOVED) == sorted(expected["removed"])
    assert names(Subject.CATEGORY, ChangeKind.ADDED) == sorted(expected["categories_added"])
    assert names(Subject.CATEGORY, ChangeKind.REMOVED) == sorted(expected["categories_removed"])
    assert [code.lower() for code in names(Subject.LANGUAGE, ChangeKind.ADDED)] == sorted(expected["languages_added"])
    assert [code.lower() for code in names(Subject.LANGUAGE, ChangeKind.REMOVED)] == sorted(
        expected["languages_removed"]
    )
    whole = {*expected["added"], *expected["removed"]}
    inside = [change for change in difference.changes if change.name and change.name not in whole]
    defined = {change.name for change in inside if change.subject in (Subject.POLICY, Subject.ELEMENT)}
    said = {change.name for change in inside if change.language_code.lower() == "en-us"}
    assert defined == {name for name in expected["changed_definition"] if not pair.startswith(ONLY_A_TEXT[0])}
    assert said == set(expected["changed_text_en"])
    revisions = [[one.old, one.new] for one in difference.of(Subject.REVISION) if not one.language_code]
    assert revisions == ([] if len(set(expected["revision"])) == 1 else [expected["revision"]])
    assert from_json(json.loads(json.dumps(as_json(difference)))) == difference
    assert compare(old, old).is_empty
    assert compare(new, new).is_empty


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (field("x"), field("x", max_length=5), "maxLength: “1023” → “5”"),
        (field("x"), field("x", required=True), "required: “false” → “true”"),
        (field("x"), field("x", expandable=True), "expandable: “false” → “true” (breaking)"),
        (field("x"), field("x", key="Else"), "key: “Software\\Example” → “Else” (breaking)"),
        (field("x"), replace(field("x"), value_name="y"), "valueName: “x” → “y” (breaking)"),
        (field("x"), element(BooleanElement, "x", value_name="x"), "type: “text” → “boolean” (breaking)"),
        (
            element(DecimalElement, "x"),
            element(DecimalElement, "x", store_as_text=True),
            "storeAsText: “false” → “true” (breaking)",
        ),
        (
            element(ListElement, "x", value_prefix=""),
            element(ListElement, "x"),
            "valuePrefix: “” → (none) (breaking)",
        ),
        (
            element(BooleanElement, "x"),
            element(BooleanElement, "x", true_value=text("on")),
            "trueValue: “decimal 1” → “string \"on\"” (breaking)",
        ),
    ],
)  # fmt: skip
def test_one_attribute_of_an_element_is_one_change(old: Any, new: Any, told: str) -> None:
    changed = lines(with_policies(policy(old)), with_policies(policy(new)))
    assert changed == [f"~ policy Proxy [Machine]: element x: {told}"]


def test_a_new_key_of_the_policy_is_not_told_again_for_elements_that_follow_it() -> None:
    old = policy(field("x"), field("own", key="Own"), enabled_list=several((None, "a", number(1))))
    assert lines(with_policies(old), with_policies(replace(old, key="New"))) == [
        "~ policy Proxy [Machine]: key: “Software\\Example” → “New” (breaking)"
    ]


def test_a_key_that_differs_in_letter_case_breaks_nothing() -> None:
    (change,) = compare(with_policies(policy()), with_policies(policy(key=KEY.upper()))).changes
    assert (change.attribute, change.is_breaking) == ("key", False)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (policy(field("x")), policy(field("x", key=KEY))),
        (policy(value_name="V"), policy(value_name="V", enabled_value=number(1))),
        (policy(element(BooleanElement)), policy(element(BooleanElement, true_value=number(1), false_value=number(0)))),
        (policy(field("x"), field("y")), policy(field("y"), field("x"))),
        (policy(field("x")), policy(field("x"), line=99)),
        (
            policy(enabled_list=several(("Software\\Example", "a", number(1)), (None, "b", number(2)))),
            policy(enabled_list=several((None, "b", number(2)), (None, "a", number(1)))),
        ),
        (policy(), policy(display_name="Use a proxy")),
    ],
)
def test_the_same_meaning_said_differently_is_no_difference(old: Policy, new: Policy) -> None:
    assert lines(with_policies(old), with_policies(new)) == []


def test_renamed_ids_of_texts_and_presentations_are_no_difference() -> None:
    shown = control(TextBox, "x")
    old = template(language("en-US", STRINGS, shown), policies=(policy(field("x")),))
    renamed = policy(field("x"), display_name="$(string.Other)", presentation="$(presentation.Other)")
    strings = STRINGS | {"Other": "Use a proxy", "Unused": "Unused"}
    new = template(language("en-US", strings, shown, presentation="Other"), policies=(renamed,))
    assert compare(old, new).is_empty


def test_drop_down_items_are_known_by_what_they_write() -> None:
    item = "policy Proxy [Machine]: element Setting: "
    assert lines(enum(LOW, HIGH), enum(MIDDLE, LOW, HIGH, default=1)) == [f"+ {item}item decimal 3"]
    assert lines(enum(LOW, HIGH, MIDDLE), enum(LOW, MIDDLE)) == [f"- {item}item decimal 2 (breaking)"]
    assert lines(enum(LOW, HIGH), enum(HIGH, LOW, default=1)) == [
        f"~ {item}order: “decimal 1, decimal 2” → “decimal 2, decimal 1”"
    ]
    assert lines(enum(LOW, HIGH), enum(LOW, replace(HIGH, value=number(5)))) == [
        f"~ {item}item: “decimal 2” → “decimal 5” (breaking)"
    ]
    assert lines(enum(LOW, HIGH), enum(LOW, replace(HIGH, display_name="$(string.C)"))) == [
        "~ policy Proxy [Machine]: text Setting (en-US): item decimal 2: “High” → “Middle”"
    ]
    assert lines(enum(LOW, HIGH), enum(LOW, HIGH, default=1)) == [
        "~ policy Proxy [Machine]: presentation Setting (en-US): defaultItem: “decimal 1” → “decimal 2”"
    ]


def test_an_element_that_comes_with_its_control_is_one_change() -> None:
    x, y = (control(TextBox, name) for name in "xy")
    old = with_policies(policy(field("y")), controls=(y,))
    new = with_policies(policy(field("x"), field("y")), controls=(x, y))
    assert lines(old, new) == ["+ policy Proxy [Machine]: element x"]
    assert lines(new, old) == ["- policy Proxy [Machine]: element x (breaking)"]


def test_plain_text_and_order_of_a_presentation_are_told_once() -> None:
    x, y, hint = control(TextBox, "x"), control(TextBox, "y"), TextLine(ref_id="", label="Hint", line=1)
    of = policy(field("x"), field("y"))
    old = with_policies(of, controls=(x, y))
    assert lines(old, with_policies(of, controls=(hint, x, y))) == [
        "~ policy Proxy [Machine]: text (en-US): presentation.text: (none) → “Hint”"
    ]
    assert lines(old, with_policies(of, controls=(y, x))) == [
        "~ policy Proxy [Machine]: presentation (en-US): order: “x, y” → “y, x”"
    ]


def test_of_two_elements_with_one_id_both_are_compared() -> None:
    old, new = policy(field("x"), field("x")), policy(field("x", max_length=5), field("x"))
    assert len(lines(with_policies(old), with_policies(new))) == 1


def test_texts_are_told_for_each_language_whatever_the_letter_case_of_its_code() -> None:
    old = template(language("en-US", STRINGS), language("de-DE", STRINGS), policies=(policy(),))
    german = STRINGS | {"Proxy": "Einen Proxy verwenden"}
    new = template(language("en-US", STRINGS), language("de-de", german), policies=(policy(),))
    assert lines(old, new) == [
        "~ policy Proxy [Machine]: text (de-de): displayName: “Use a proxy” → “Einen Proxy verwenden”"
    ]


def test_literal_texts_are_compared_without_any_language_file() -> None:
    old, new = (template(policies=(policy(display_name=name),)) for name in ("Old", "New"))
    assert lines(old, new) == ["~ policy Proxy [Machine]: text: displayName: “Old” → “New”"]


def test_a_renamed_policy_stays_removed_and_added_and_both_say_so() -> None:
    difference = compare(with_policies(policy(value_name="V")), with_policies(policy(value_name="V", name="New")))
    assert difference.names(Subject.POLICY, ChangeKind.REMOVED) == ("Proxy [Machine]",)
    assert difference.names(Subject.POLICY, ChangeKind.ADDED) == ("New [Machine]",)
    (renamed,) = difference.renamed
    assert (renamed.kind, renamed.old, renamed.new) == (ChangeKind.RENAMED, "Proxy [Machine]", "New [Machine]")
    assert summary(difference) == "1 policy renamed (breaking)."


def test_a_rename_is_not_certain_when_a_third_policy_writes_the_same() -> None:
    third = policy(value_name="V", name="Third")
    old, new = policy(value_name="V"), policy(value_name="V", name="New")
    assert compare(with_policies(old, third), with_policies(new, third)).renamed == ()


def test_a_policy_for_another_class_is_removed_and_added_and_both_say_so() -> None:
    difference = compare(with_policies(policy()), with_policies(policy(class_="Both")))
    assert as_text(difference).splitlines() == [
        "- policy Proxy [Machine]: class Machine → Both (breaking)",
        "+ policy Proxy [Both]: class Machine → Both",
    ]
    assert summary(difference) == "1 policy given another class (breaking)."


def test_renamed_elements_and_categories_say_so() -> None:
    assert lines(with_policies(policy(field("x"))), with_policies(policy(replace(field("x"), id="z")))) == [
        "- policy Proxy [Machine]: element x: now z (breaking)",
        "+ policy Proxy [Machine]: element z: was x",
    ]
    old, new = (
        template(language("en-US", STRINGS), categories=(category(name, display_name="$(string.Main)"),))
        for name in ("Main", "Top")
    )
    assert lines(old, new) == ["- category Main: now Top", "+ category Top: was Main"]


def test_moves_are_told_with_both_places() -> None:
    old, new = policy(), policy(parent_category=Reference("Base", "Top", "b:Top"))
    assert lines(with_policies(old), with_policies(new)) == ["~ policy Proxy [Machine]: moved: “Main” → “Top (Base)”"]
    assert summary(compare(with_policies(old), with_policies(new))) == "1 policy moved."


def test_a_new_target_namespace_moves_nothing_inside() -> None:
    renamed = policy(parent_category=Reference("Example.V2", "Main", "Main"))
    assert lines(with_policies(policy()), with_policies(renamed, target_namespace="Example.V2")) == [
        "~ template: targetNamespace: “Example.Policies” → “Example.V2” (breaking)"
    ]


def test_keywords_and_products_count() -> None:
    old = with_policies(policy(), products=(Product("W", "$(string.A)", (), 1),))
    new = with_policies(policy(keywords="web"), products=(Product("W", "$(string.B)", (), 1),))
    assert lines(old, new) == [
        "~ text W (en-US): product.displayName: “Low” → “High”",
        "~ policy Proxy [Machine]: text (en-US): keywords: (none) → “web”",
    ]


def test_a_first_version_adds_everything_and_none_at_all_takes_everything() -> None:
    some = with_policies(policy())
    assert {change.kind for change in compare(None, some).changes} == {ChangeKind.ADDED}
    assert {change.kind for change in compare(some, None).changes} == {ChangeKind.REMOVED}
    assert [change.subject for change in compare(some, None).breaking] == [Subject.POLICY]
    assert summary(compare(None, some)) == "1 policy added, 1 category added, 1 language added; revision 1.0."
    assert compare(None, None).is_empty


def test_the_summary_counts_each_policy_once() -> None:
    old = with_policies(policy(field("x")), policy(name="Gone"))
    new = with_policies(policy(field("x", max_length=5), key="New"), revision="1.1")
    difference = compare(old, new)
    assert summary(difference) == "1 policy removed (breaking), 1 changed (breaking); revision 1.0 → 1.1."
    assert (difference.unchanged_policies, len(difference.breaking)) == (0, 2)
    assert summary(compare(old, old)) == "nothing changed but the bytes."


def test_text_for_a_terminal_is_limited_and_steers_nothing() -> None:
    old, new = with_policies(policy()), with_policies(policy(), strings=STRINGS | {"Proxy": "a\x9b31mb\u202ec"})
    assert "a\\u009b31mb\\u202ec" in as_text(compare(old, new))
    many = Difference(tuple(Change(ChangeKind.ADDED, Subject.POLICY, str(n)) for n in range(5)))
    assert as_text(many, limit=2) == "+ policy 0\n+ policy 1\n… and 3 more"


def test_stored_differences_come_back_the_same() -> None:
    difference = compare(with_policies(policy(value_name=None)), with_policies(policy(value_name="")))
    assert from_json(json.loads(json.dumps(as_json(difference)))) == difference
