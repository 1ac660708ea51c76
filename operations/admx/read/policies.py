"""Policies, and the categories they are filed under."""

from collections.abc import Mapping

from lxml import etree

from operations.admx.model.definitions import CLASSES, Category, Policy, Reference
from operations.admx.model.findings import FileFindings, quoted
from operations.admx.read.elements import read_elements
from operations.admx.read.identity import missing
from operations.admx.read.markup import children, first_children, text_of
from operations.admx.read.prefixes import Prefixes
from operations.admx.read.values import read_value, read_value_list


def read_policy(element: etree._Element, prefixes: Prefixes, findings: FileFindings) -> Policy:
    """One policy with everything in it; what it must have and lacks is "" and found."""
    class_ = _required(element, "class", findings)
    if class_ not in CLASSES and class_.strip():
        _class_invalid(element, class_, findings)
    parts = first_children(element)
    return Policy(
        name=element.get("name", ""),
        class_=class_,
        display_name=_required(element, "displayName", findings),
        explain_text=element.get("explainText"),
        presentation=element.get("presentation"),
        key=_required(element, "key", findings),
        value_name=element.get("valueName"),
        client_extension=element.get("clientExtension"),
        parent_category=_reference(parts.get("parentCategory"), prefixes),
        supported_on=_reference(parts.get("supportedOn"), prefixes),
        see_also=_see_also(element, parts),
        keywords=text_of(parts.get("keywords")).strip(),
        enabled_value=read_value(parts.get("enabledValue"), findings),
        disabled_value=read_value(parts.get("disabledValue"), findings),
        enabled_list=read_value_list(parts.get("enabledList"), findings),
        disabled_list=read_value_list(parts.get("disabledList"), findings),
        elements=read_elements(parts.get("elements"), findings),
        line=element.sourceline or 0,
    )


def read_category(element: etree._Element, prefixes: Prefixes, findings: FileFindings) -> Category:
    """One category."""
    parts = first_children(element)
    return Category(
        name=element.get("name", ""),
        display_name=_required(element, "displayName", findings),
        explain_text=element.get("explainText"),
        parent_category=_reference(parts.get("parentCategory"), prefixes),
        see_also=_see_also(element, parts),
        keywords=text_of(parts.get("keywords")).strip(),
        line=element.sourceline or 0,
    )


def _required(element: etree._Element, attribute: str, findings: FileFindings) -> str:
    written = element.get(attribute, "")
    if not written or written.isspace():
        missing(element, attribute, findings)
    return written


def _class_invalid(policy: etree._Element, written: str, findings: FileFindings) -> None:
    name = policy.get("name", "")
    findings.add("ClassInvalid", line=policy.sourceline, item=name, name=quoted(name), value=quoted(written))


def _reference(part: etree._Element | None, prefixes: Prefixes) -> Reference | None:
    return None if part is None else prefixes.resolve(part.get("ref"))


def _see_also(element: etree._Element, parts: Mapping[str, etree._Element]) -> tuple[str, ...]:
    if "seeAlso" not in parts:
        return ()
    return tuple(text_of(one).strip() for one in children(element, "seeAlso"))
