"""Template values built without reading any file."""

from dataclasses import replace
from typing import Any, TypeVar

from operations.admx.model.controls import CONTROL_NAMES, Control, Presentation
from operations.admx.model.definitions import (
    Category,
    Definitions,
    Element,
    EnumItem,
    Policy,
    Reference,
    Resources,
    SupportedOnDefinition,
    Template,
    Value,
    ValueList,
    ValueListItem,
)

KEY = "Software\\Example"
AnElement = TypeVar("AnElement", bound=Element)
AControl = TypeVar("AControl", bound=Control)

_POLICY = Policy(
    name="Proxy",
    class_="Machine",
    display_name="$(string.Proxy)",
    explain_text="$(string.Proxy_Help)",
    presentation="$(presentation.Proxy)",
    key=KEY,
    value_name=None,
    client_extension=None,
    parent_category=Reference("Example.Policies", "Main", "Main"),
    supported_on=None,
    see_also=(),
    keywords="",
    enabled_value=None,
    disabled_value=None,
    enabled_list=None,
    disabled_list=None,
    elements=(),
    line=7,
)
_COMMON = {"key": None, "value_name": "Setting", "required": False, "client_extension": None, "line": 9}


def policy(*elements: Element, **changed: Any) -> Policy:
    return replace(_POLICY, elements=elements, **changed)


def element(kind: type[AnElement], id: str = "Setting", **changed: Any) -> AnElement:
    return kind(**{**_COMMON, "id": id, **changed})


def control(kind: type[AControl], ref_id: str = "Setting", label: str = "", **changed: Any) -> AControl:
    return kind(ref_id=ref_id, label=label or CONTROL_NAMES[kind], line=3, **changed)


def number(data: int) -> Value:
    return Value("decimal", data)


def text(data: str) -> Value:
    return Value("string", data)


def several(*items: tuple[str | None, str, Value | None], default_key: str | None = None) -> ValueList:
    return ValueList(default_key, tuple(ValueListItem(key, name, value, 11) for key, name, value in items))


def choice(display_name: str, value: Value | None, value_list: ValueList | None = None) -> EnumItem:
    return EnumItem(display_name, value, value_list, 12)


def category(name: str = "Main", **changed: Any) -> Category:
    plain = Category(name, f"$(string.{name})", None, None, (), "", 4)
    return replace(plain, **changed)


def supported(name: str, display_name: str) -> SupportedOnDefinition:
    return SupportedOnDefinition(name, display_name, "", (), 5)


def language(code: str, strings: dict[str, str], *controls: Control, presentation: str = "Proxy") -> Resources:
    shown = {presentation: Presentation(presentation, controls, 2)} if controls else {}
    return Resources("example.adml", 100, code, "1.0", "1.0", "", "", strings, shown)


def template(*languages: Resources, **changed: Any) -> Template:
    empty: dict[str, Any] = dict.fromkeys(
        ("using", "superseded_adm", "products", "supported_on", "categories", "policies"), ()
    )
    return Template(
        Definitions(
            **{
                **empty,
                "file_name": "example.admx",
                "size": 100,
                "target_prefix": "example",
                "target_namespace": "Example.Policies",
                "revision": "1.0",
                "schema_version": "1.0",
                "minimum_revision": "1.0",
                "fallback_culture": None,
                **changed,
            }
        ),
        languages,
    )
