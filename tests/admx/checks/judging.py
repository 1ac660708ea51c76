"""Templates without a flaw, to be given one, and what the checks say of them."""

from typing import Any

from operations.admx import Finding, Template, ValidationContext, check
from operations.admx.model.controls import TextBox
from operations.admx.model.definitions import Element, Policy, Reference, TextElement
from operations.admx.model.findings import FileFindings, by_severity
from operations.admx.model.validation_context import Declared
from tests.admx import by_hand
from tests.admx.samples import STRINGS

OWN = "Example.Policies"
WINDOWS = "Microsoft.Policies.Windows"


def a_policy(name: str = "Proxy", *elements: Element, **changed: Any) -> Policy:
    """A policy with one text setting unless told otherwise."""
    shown = elements or (by_hand.element(TextElement),)
    return by_hand.policy(*shown, **{"name": name, **changed})


def a_template(*policies: Policy, **changed: Any) -> Template:
    """A template in English with a category, a policy, and nothing to complain about."""
    given = {"categories": (by_hand.category(),), "policies": policies or (a_policy(),), **changed}
    languages = given.pop("languages", (english(),))
    return by_hand.template(*languages, **given)


def english(*controls: Any, **strings: str) -> Any:
    """The texts and the presentation that the template needs."""
    return by_hand.language("en-US", STRINGS | strings, *(controls or (by_hand.control(TextBox),)))


def without(template: Template, code: str = "de-DE", *missing: str) -> Template:
    """The same with a second language that lacks some texts."""
    strings = {key: text for key, text in STRINGS.items() if key not in missing}
    second = by_hand.language(code, strings, by_hand.control(TextBox))
    return Template(template.definitions, (*template.resources, second))


def refer(name: str, namespace: str | None = OWN, prefix: str = "") -> Reference:
    return Reference(namespace, name, f"{prefix}:{name}" if prefix else name)


def declared(namespace: str = WINDOWS, file_name: str = "Windows.admx", **names: set[str]) -> dict[str, Declared]:
    """Another file in force."""
    categories, supported_on = names.get("categories", set()), names.get("supported_on", set())
    return {namespace: Declared(namespace, file_name, frozenset(categories), frozenset(supported_on))}


def judged(template: Template, context: ValidationContext | None = None) -> list[Finding]:
    """All findings, the first language being the default one."""
    definitions = template.definitions
    findings = FileFindings(definitions.file_name)
    languages = [
        check.Language(one, FileFindings(one.file_name, one.language_code), position == 0)
        for position, one in enumerate(template.resources)
    ]
    check.check(definitions, findings, languages, context)
    return list(by_severity([findings, *(language.findings for language in languages)]))


def codes(template: Template, context: ValidationContext | None = None) -> list[str]:
    return [finding.code for finding in judged(template, context)]


def the(code: str, template: Template, context: ValidationContext | None = None) -> Finding:
    """The one finding of this code."""
    found = [finding for finding in judged(template, context) if finding.code == code]
    assert len(found) == 1, [finding.sentence for finding in judged(template, context)]
    return found[0]
