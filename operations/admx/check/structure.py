"""Policies and their settings, each by itself."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from operations.admx.check.wording import named
from operations.admx.model.definitions import (
    BooleanElement,
    Category,
    DecimalElement,
    Definitions,
    Element,
    EnumElement,
    ListElement,
    Policy,
    Product,
    SupportedOnDefinition,
    Value,
    ValueList,
)
from operations.admx.model.findings import FileFindings, quoted
from operations.admx.model.rules import Group, Rule, Severity, declare

_error = partial(Rule, Group.STRUCTURE, Severity.ERROR)
_warning = partial(Rule, Group.STRUCTURE, Severity.WARNING)
_note = partial(Rule, Group.STRUCTURE, Severity.NOTE)

declare(
    {
        "TargetMissing": _error(
            "The template does not say what it is called: {reason}.",
            'add <target prefix="…" namespace="…"/> in <policyNamespaces>, or ask the vendor for a repaired one.',
            "The namespace is the template's identity: other files refer to it, and no two files may share one.",
        ),
        "AttributeMissing": _error(
            "The {element} {name} has no {attribute}.",
            'add {attribute}="…" to this <{element}>, or ask the vendor for a repaired file.',
            "Without it the portal cannot tell what is meant or where in the registry it belongs.",
        ),
        "ClassInvalid": _error(
            "The policy {name} has the class {value}; it must be User, Machine or Both.",
            "correct the class of this policy.",
            "The class says whether a policy is written for people or for computers.",
        ),
        "DuplicateId": _error(
            "The {element} {name} is defined more than once (first on line {first}).",
            "remove or rename one of the two, so that each {element} is defined once.",
            "What refers to this name could mean either.",
        ),
        "DuplicateElementId": _warning(
            "The policy {policy} has more than one setting with the id {name}.",
            "give each setting of a policy an id of its own.",
            "A presentation names a setting by its id, so only the first can be shown.",
        ),
        "NameCharacters": _note(
            "Some names have characters other than letters, digits, _, - and . in them ({count}): {names}.",
            "rename them if you maintain this template; otherwise there is nothing to do.",
            "Windows' editor has refused files for a space in a name.",
        ),
        "KeyWithHive": _warning(
            "The key {key} of the policy {policy} begins with the name of a registry hive.",
            "remove the hive from the key: the class of the policy says which one it is.",
            "Windows would look for a key of that name inside the hive.",
        ),
        "NothingToSet": _warning(
            "The policy {name} has nothing to set: no value name, no lists and no settings.",
            'add valueName="…" or settings to the policy, or ask the vendor for a repaired file.',
            "Switching such a policy on or off writes nothing to the registry.",
        ),
        "ValueNameMissing": _warning(
            "{owner} has no value name, so nothing says which registry value it writes.",
            'add valueName="…", or ask the vendor for a repaired file.',
            "Every kind of setting but a list writes one registry value, which needs a name.",
        ),
        "ValueMissing": _warning(
            "{owner} has no value to write.",
            "add one of <decimal>, <string>, <longDecimal> or <delete/>.",
            "Choosing it would write nothing.",
        ),
        "NumberInvalid": _error(
            "The {element} {name} has the {attribute} {value}, which is not a whole number from 0 to {largest}.",
            "correct this number, or ask the vendor for a repaired file.",
            "The registry holds such values as whole numbers of a fixed size. Where the number only limits or presets "
            "what people enter, it is a warning.",
        ),
        "StringTooLong": _warning(
            "{owner} has a text of {length} characters as its value; more than {limit} are not allowed.",
            "shorten the text, or let people type it in a text setting.",
            "The definition of the format sets this limit, and Windows may refuse the file.",
        ),
        "EnumWithoutItems": _warning(
            "The drop-down list {name} of the policy {policy} has nothing to choose from.",
            "add <item> elements to it, or remove it.",
            "The policy cannot be switched on where a choice is required.",
        ),
        "ValueOutOfRange": _warning(
            "The numbers of the setting {name} of the policy {policy} do not fit: {reason}.",
            "correct the smallest, the largest or the preset number.",
            "No number, or not the preset one, could ever be accepted.",
        ),
    }
)


MAX_STRING_VALUE = 255

_HIVE = re.compile(r"\\*(HKEY_\w+|HKLM|HKCU|HKU|HKCR|HKCC)(:?\\|$)", re.IGNORECASE)
_UNUSUAL = re.compile(r"[^\w.\-]")


def check_structure(definitions: Definitions, findings: FileFindings) -> None:
    """Note what is wrong inside policies and categories."""
    for policy in definitions.policies:
        _check_policy(policy, findings)
    _check_names(definitions, findings)
    _check_supported_on(definitions, findings)


def _check_policy(policy: Policy, findings: FileFindings) -> None:
    policy_name = quoted(policy.name)
    if "H" in policy.key[:2].upper() and _HIVE.match(policy.key):
        findings.add("KeyWithHive", line=policy.line, item=policy.name, key=quoted(policy.key), policy=policy_name)
    if not (policy.value_name or policy.elements or policy.enabled_list or policy.disabled_list):
        findings.add("NothingToSet", line=policy.line, item=policy.name, name=policy_name)
    if not policy.value_name and (policy.enabled_value or policy.disabled_value):
        findings.add("ValueNameMissing", line=policy.line, item=policy.name, owner=f"The policy {policy_name}")
    for value in (policy.enabled_value, policy.disabled_value):
        if value is not None:
            _check_value(value, f"The policy {policy_name}", policy.line, policy.name, findings)
    for listed in (policy.enabled_list, policy.disabled_list):
        if listed is not None:
            _check_list(listed, f"A list of the policy {policy_name}", policy.name, findings)
    if policy.elements:
        _check_elements(policy, policy_name, findings)


def _check_elements(policy: Policy, policy_name: str, findings: FileFindings) -> None:
    seen: set[str] = set()
    for element in policy.elements:
        if element.id in seen:
            words: dict[str, Any] = {"name": quoted(element.id), "policy": policy_name}
            findings.add("DuplicateElementId", line=element.line, item=element.id, **words)
        elif element.id:
            seen.add(element.id)
        if not element.value_name and _needs_value_name(element):
            owner = f"The setting {quoted(element.id)} of the policy {policy_name}"
            findings.add("ValueNameMissing", line=element.line, item=element.id, owner=owner)
        if isinstance(element, EnumElement):
            _check_enum(element, policy_name, findings)
        elif isinstance(element, DecimalElement):
            _check_range(element, policy_name, findings)
        elif isinstance(element, BooleanElement):
            _check_boolean(element, policy_name, findings)


def _needs_value_name(element: Element) -> bool:
    """A list names its values itself; an enum or a boolean may write lists of values only."""
    if isinstance(element, EnumElement):
        return any(item.value is not None for item in element.items)
    if isinstance(element, BooleanElement):
        return not (element.true_list or element.false_list)
    return not isinstance(element, ListElement)


def _check_enum(element: EnumElement, policy_name: str, findings: FileFindings) -> None:
    if not element.items:
        words: dict[str, Any] = {"name": quoted(element.id), "policy": policy_name}
        findings.add("EnumWithoutItems", line=element.line, item=element.id, **words)
    for item in element.items:
        if item.value is not None:
            if item.value.type == "string":
                owner = f"An item of the setting {quoted(element.id)} of the policy {policy_name}"
                _check_value(item.value, owner, item.line, element.id, findings)
        elif item.value_list is None:
            owner = f"An item of the setting {quoted(element.id)} of the policy {policy_name}"
            findings.add("ValueMissing", line=item.line, item=element.id, owner=owner)
        if item.value_list is not None:
            owner = f"A list of the setting {quoted(element.id)} of the policy {policy_name}"
            _check_list(item.value_list, owner, element.id, findings)


def _check_range(element: DecimalElement, policy_name: str, findings: FileFindings) -> None:
    if element.min_value > element.max_value:
        reason = f"the smallest number ({element.min_value:,}) is larger than the largest ({element.max_value:,})"
        words: dict[str, Any] = {"name": quoted(element.id), "policy": policy_name, "reason": reason}
        findings.add("ValueOutOfRange", line=element.line, item=element.id, **words)


def _check_boolean(element: BooleanElement, policy_name: str, findings: FileFindings) -> None:
    for value in (element.true_value, element.false_value):
        if value is not None and value.type == "string":
            owner = f"The setting {quoted(element.id)} of the policy {policy_name}"
            _check_value(value, owner, element.line, element.id, findings)
    for listed in (element.true_list, element.false_list):
        if listed is not None:
            owner = f"A list of the setting {quoted(element.id)} of the policy {policy_name}"
            _check_list(listed, owner, element.id, findings)


def _check_list(listed: ValueList, owner: str, name: str, findings: FileFindings) -> None:
    for item in listed.items:
        if item.value is None:
            findings.add("ValueMissing", line=item.line, item=name, owner=owner)
        else:
            _check_value(item.value, owner, item.line, name, findings)
        if not item.value_name:
            findings.add("ValueNameMissing", line=item.line, item=name, owner=owner)


def _check_value(value: Value, owner: str, line: int, name: str, findings: FileFindings) -> None:
    if value.type == "string" and isinstance(value.data, str) and len(value.data) > MAX_STRING_VALUE:
        words: dict[str, Any] = {"owner": owner, "length": f"{len(value.data):,}", "limit": MAX_STRING_VALUE}
        findings.add("StringTooLong", line=line, item=name, **words)


def _check_names(definitions: Definitions, findings: FileFindings) -> None:
    every: tuple[Category | Policy, ...] = (*definitions.categories, *definitions.policies)
    unusual = [one for one in every if _UNUSUAL.search(one.name)]
    if unusual:
        names = [one.name for one in unusual]
        findings.add("NameCharacters", line=unusual[0].line, item=names[0], count=f"{len(names):,}", names=named(names))


def _check_supported_on(definitions: Definitions, findings: FileFindings) -> None:
    """These texts only inform, so a flaw in one fails nothing."""
    groups: tuple[tuple[str, Sequence[SupportedOnDefinition | Product]], ...] = (
        ("definition", definitions.supported_on),
        ("product", definitions.products),
    )
    for kind, every in groups:
        first: dict[str, int] = {}
        for one in every:
            for attribute, value in (("name", one.name), ("displayName", one.display_name)):
                if not value.strip():
                    words: dict[str, Any] = {"element": kind, "name": quoted(one.name) if one.name else "here"}
                    severity = Severity.WARNING
                    findings.add("AttributeMissing", line=one.line, severity=severity, attribute=attribute, **words)
            if one.name in first:
                words = {"element": kind, "name": quoted(one.name), "first": first[one.name]}
                findings.add("DuplicateId", line=one.line, item=one.name, severity=Severity.WARNING, **words)
            elif one.name:
                first[one.name] = one.line
