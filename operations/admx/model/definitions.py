"""What an ADMX and its ADMLs say, as frozen values.

Attributes keep ADMX's names in snake_case and its defaults (MS-GPREG 2.2). A text is kept as written,
`$(string.X)` or a literal; Resources and Template look it up. `line` is 1-based, 0 where unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from operations.admx.model.controls import Presentation

CLASSES = frozenset({"User", "Machine", "Both"})
STRING_REFERENCE, PRESENTATION_REFERENCE = "$(string.", "$(presentation."


@dataclass(frozen=True, slots=True)
class Reference:
    """The name of something in this or another file. `namespace` is None where its prefix is not declared."""

    namespace: str | None
    name: str
    written: str


@dataclass(frozen=True, slots=True)
class Using:
    """A namespace that the file says it uses."""

    prefix: str
    namespace: str
    line: int


@dataclass(frozen=True, slots=True)
class Value:
    """What is written to the registry: type `delete` (data None), `decimal`, `longDecimal` (int) or `string`.

    A number that is none is kept as the text it was.
    """

    type: str
    data: int | str | None


@dataclass(frozen=True, slots=True)
class ValueListItem:
    """One of several values written together; `key` None means the list's or the policy's."""

    key: str | None
    value_name: str
    value: Value | None
    line: int


@dataclass(frozen=True, slots=True)
class ValueList:
    """Several values written together."""

    default_key: str | None
    items: tuple[ValueListItem, ...]


@dataclass(frozen=True, slots=True)
class EnumItem:
    """One choice of a drop-down list."""

    display_name: str
    value: Value | None
    value_list: ValueList | None
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One setting of a policy besides on and off; `key` None means the policy's."""

    id: str
    key: str | None
    value_name: str | None
    required: bool
    client_extension: str | None
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BooleanElement(Element):
    """Shown as a check box."""

    true_value: Value | None = None
    false_value: Value | None = None
    true_list: ValueList | None = None
    false_list: ValueList | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecimalElement(Element):
    """A DWORD, or REG_SZ if `store_as_text`."""

    min_value: int = 0
    max_value: int = 9999
    store_as_text: bool = False
    soft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LongDecimalElement(DecimalElement):
    """A QWORD, or REG_SZ if `store_as_text`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextElement(Element):
    """REG_SZ, or REG_EXPAND_SZ if `expandable`."""

    max_length: int = 1023
    expandable: bool = False
    soft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiTextElement(Element):
    """REG_MULTI_SZ; `max_strings` 0 is any number."""

    max_length: int = 1023
    max_strings: int = 0
    soft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumElement(Element):
    """One of several choices."""

    items: tuple[EnumItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListElement(Element):
    """Many values under one key. A `value_prefix` of "" and none at all differ."""

    value_prefix: str | None = None
    additive: bool = False
    expandable: bool = False
    explicit_value: bool = False


# The element names of the file, and what they are read as.
ELEMENT_NAMES: dict[type[Element], str] = {
    BooleanElement: "boolean",
    DecimalElement: "decimal",
    LongDecimalElement: "longDecimal",
    TextElement: "text",
    MultiTextElement: "multiText",
    EnumElement: "enum",
    ListElement: "list",
}


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy. `class_` is as written; blank attributes are "" where ADMX requires them."""

    name: str
    class_: str
    display_name: str
    explain_text: str | None
    presentation: str | None
    key: str
    value_name: str | None
    client_extension: str | None
    parent_category: Reference | None
    supported_on: Reference | None
    see_also: tuple[str, ...]
    keywords: str
    enabled_value: Value | None
    disabled_value: Value | None
    enabled_list: ValueList | None
    disabled_list: ValueList | None
    elements: tuple[Element, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Category:
    """One category; no parent means a root."""

    name: str
    display_name: str
    explain_text: str | None
    parent_category: Reference | None
    see_also: tuple[str, ...]
    keywords: str
    line: int


@dataclass(frozen=True, slots=True)
class ProductVersion:
    """A major or minor version of a product; a minor one has none below."""

    name: str
    display_name: str
    version_index: int
    minor_versions: tuple["ProductVersion", ...]


@dataclass(frozen=True, slots=True)
class Product:
    """A product that policies are supported on."""

    name: str
    display_name: str
    major_versions: tuple[ProductVersion, ...]
    line: int


@dataclass(frozen=True, slots=True)
class SupportedProduct:
    """A product or definition that counts; as a range, versions from minimum to maximum index."""

    reference: Reference
    is_range: bool = False
    min_version_index: int | None = None
    max_version_index: int | None = None


@dataclass(frozen=True, slots=True)
class SupportedOnDefinition:
    """A named condition on products: all (`and`) or any (`or`) of them; operator "" is a text only."""

    name: str
    display_name: str
    operator: str
    products: tuple[SupportedProduct, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Definitions:
    """One ADMX. Blank where the file lacks something required; the findings say so."""

    file_name: str
    size: int
    target_prefix: str
    target_namespace: str
    revision: str
    schema_version: str
    minimum_revision: str
    fallback_culture: str | None
    using: tuple[Using, ...]
    superseded_adm: tuple[str, ...]
    products: tuple[Product, ...]
    supported_on: tuple[SupportedOnDefinition, ...]
    categories: tuple[Category, ...]
    policies: tuple[Policy, ...]


@dataclass(frozen=True, slots=True)
class Resources:
    """One ADML. Of things defined twice the first counts."""

    file_name: str
    size: int
    language_code: str
    revision: str
    schema_version: str
    display_name: str
    description: str
    strings: Mapping[str, str]
    presentations: Mapping[str, Presentation]

    def text(self, written: str | None) -> str | None:
        """The text that is meant; a literal is itself. None where this language lacks it."""
        string_id = string_id_of(written)
        return (written or "") if string_id is None else self.strings.get(string_id)

    def presentation(self, written: str | None) -> Presentation | None:
        """The presentation that is meant, or None."""
        return self.presentations.get(presentation_id_of(written) or "")


@dataclass(frozen=True, slots=True)
class Template:
    """An ADMX with its ADMLs, the default language first."""

    definitions: Definitions
    resources: tuple[Resources, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """The language codes, the default one first."""
        return tuple(resources.language_code for resources in self.resources)

    @property
    def target_prefix(self) -> str:
        """The prefix that other files most often give its namespace."""
        return self.definitions.target_prefix

    @property
    def target_namespace(self) -> str:
        """What the template is called."""
        return self.definitions.target_namespace

    @property
    def revision(self) -> str:
        """As written; most vendors never change it."""
        return self.definitions.revision

    @property
    def policy_count(self) -> int:
        """How many policies there are."""
        return len(self.definitions.policies)

    @property
    def category_count(self) -> int:
        """How many categories there are."""
        return len(self.definitions.categories)

    def in_language(self, language_code: str) -> Resources | None:
        """The ADML of a language, whatever the letter case of its code."""
        return next((one for one in self.resources if one.language_code.lower() == language_code.lower()), None)

    def text(self, written: str | None, language_code: str = "") -> str:
        """The text in this language, else in the default one, else as written."""
        for resources in self._preferring(language_code):
            if (found := resources.text(written)) is not None:
                return found
        return written or ""

    def presentation(self, policy: Policy, language_code: str = "") -> Presentation | None:
        """The presentation in this language, else in the default one."""
        for resources in self._preferring(language_code):
            if found := resources.presentation(policy.presentation):
                return found
        return None

    def _preferring(self, language_code: str) -> tuple[Resources, ...]:
        wanted = self.in_language(language_code) if language_code else None
        default = self.resources[:1]
        return default if wanted is None else (wanted, *default)


def string_id_of(written: str | None) -> str | None:
    """The X of `$(string.X)`; None for a literal."""
    return _referred(written, STRING_REFERENCE)


def presentation_id_of(written: str | None) -> str | None:
    """The X of `$(presentation.X)`; None for anything else."""
    return _referred(written, PRESENTATION_REFERENCE)


def _referred(written: str | None, opening: str) -> str | None:
    text = (written or "").strip()
    return text[len(opening) : -1] if text.startswith(opening) and text.endswith(")") else None
