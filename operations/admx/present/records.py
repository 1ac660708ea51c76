"""What people browse of a template, ready to be stored as rows."""

from dataclasses import dataclass
from typing import Any

from operations.admx.model.definitions import Reference

# By language code, then by field.
Texts = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class CategoryRecord:
    """One category. `texts` holds what each language says; the fields beside it are the default language's."""

    name: str
    position: int
    parent: Reference | None
    display_name: str
    explain_text: str
    texts: Texts


@dataclass(frozen=True, slots=True)
class SupportedOnRecord:
    """What a policy may say it is supported on: a definition, a product or a version of one."""

    name: str
    position: int
    display_name: str
    texts: dict[str, str]


@dataclass(frozen=True, slots=True)
class PresentationRecord:
    """One control in the default language. `identity` is the same in later versions of the template."""

    identity: str
    position: int
    type: str
    label: str
    properties: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PolicyRecord:
    """One policy. `details` can be stored as JSON; `searchable` is casefolded."""

    name: str
    class_: str
    class_types: tuple[str, ...]
    position: int
    category: Reference | None
    supported_on: Reference | None
    key: str
    value_name: str
    display_name: str
    explain_text: str
    texts: Texts
    details: dict[str, Any]
    searchable: str
    presentations: tuple[PresentationRecord, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything of a template that can be browsed."""

    categories: tuple[CategoryRecord, ...]
    supported_on: tuple[SupportedOnRecord, ...]
    policies: tuple[PolicyRecord, ...]
