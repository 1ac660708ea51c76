"""What a template is judged against: the files in force around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from operations.admx.model.definitions import Definitions
from operations.admx.model.rules import RULES, Severity


@dataclass(frozen=True, slots=True)
class Declared:
    """What another file in force declares under its namespace."""

    namespace: str
    file_name: str
    categories: frozenset[str]
    supported_on: frozenset[str]


@dataclass(frozen=True, slots=True)
class Dependent:
    """Another file in force that refers into this one: the names it uses."""

    file_name: str
    categories: frozenset[str]
    supported_on: frozenset[str]


@dataclass(frozen=True, slots=True)
class ValidationContext:
    """Other files by namespace; what replaces what; and how strict Intune's own limits are taken.

    `previous_namespace` and `kept_languages` (codes whose ADML stays as it was) are of a new version.
    `file_count` counts this file too.
    """

    declared: Mapping[str, Declared] = field(default_factory=dict)
    dependents: tuple[Dependent, ...] = ()
    previous_namespace: str | None = None
    kept_languages: frozenset[str] = frozenset()
    file_count: int = 1
    intune_fails: bool = False


def declared_by(definitions: Definitions) -> Declared:
    """What a template would declare once it is in force."""
    supported_on = {definition.name for definition in definitions.supported_on}
    for product in definitions.products:
        supported_on.add(product.name)
        for major in product.major_versions:
            supported_on.add(major.name)
            supported_on.update(minor.name for minor in major.minor_versions)
    return Declared(
        namespace=definitions.target_namespace,
        file_name=definitions.file_name,
        categories=frozenset(category.name for category in definitions.categories),
        supported_on=frozenset(supported_on),
    )


def severity_of(code: str, context: ValidationContext | None) -> Severity:
    """A rule's usual severity; an error if Intune would refuse the file and its limits are to be kept."""
    rule = RULES[code]
    is_strict = context is not None and context.intune_fails
    return Severity.ERROR if is_strict and rule.intune_refuses else rule.severity
