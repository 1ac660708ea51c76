"""What a version declares besides policies, as tables: the files as a whole, products and categories."""

from collections.abc import Hashable

from operations.admx.compare.change import Subject
from operations.admx.compare.parts import ITSELF, Part, Parts, stated
from operations.admx.compare.side import Side, by_code
from operations.admx.compare.text_facts import descriptions, shown_names
from operations.admx.model.definitions import Product, ProductVersion, SupportedProduct
from operations.languages import DEFAULT_LANGUAGE_CODE


def file(side: Side) -> Parts:
    """What concerns the files as a whole."""
    if side.template is None:
        return {}
    definitions = side.definitions
    default = side.template.resources[0].language_code if side.template.resources else None
    parts: Parts = {
        Part(Subject.REVISION): {ITSELF: definitions.revision},
        Part(Subject.TEMPLATE): {
            "targetNamespace": definitions.target_namespace,
            "minRequiredRevision": definitions.minimum_revision,
            "schemaVersion": definitions.schema_version,
            "fallbackCulture": definitions.fallback_culture or DEFAULT_LANGUAGE_CODE,
            "supersededAdm": ", ".join(sorted(set(definitions.superseded_adm))) or None,
            "defaultLanguage": default and default.lower(),
        },
    }
    parts |= {Part(Subject.NAMESPACE, using.namespace): {} for using in definitions.using}
    return parts | _languages(side)


def _languages(side: Side) -> Parts:
    shown = {resources.language_code.lower(): code for code, resources in side.languages if code}
    parts: Parts = {}
    for key, resources in by_code(side.template).items():
        code = shown.get(key)
        parts[Part(Subject.LANGUAGE, code or resources.language_code)] = {}
        if code:
            parts[Part(Subject.REVISION, "", code)] = {ITSELF: resources.revision}
            parts[Part(Subject.TEXT, "", code)] = {
                "template.displayName": resources.display_name or None,
                "template.description": resources.description or None,
            }
    return parts


def products(side: Side) -> Parts:
    """The products and their versions; a version is named by its path."""
    parts: Parts = {}
    for product in side.definitions.products:
        _add_product(parts, side, product.name, product)
        for major in product.major_versions:
            _add_product(parts, side, f"{product.name}/{major.name}", major)
            for minor in major.minor_versions:
                _add_product(parts, side, f"{product.name}/{major.name}/{minor.name}", minor)
    return parts


def _add_product(parts: Parts, side: Side, path: str, one: Product | ProductVersion) -> None:
    index = str(one.version_index) if isinstance(one, ProductVersion) else None
    parts.setdefault(Part(Subject.PRODUCT, path), {"versionIndex": index})
    for part, facts in shown_names(side, Subject.PRODUCT, path, one.display_name).items():
        parts.setdefault(part, facts)


def supported_on(side: Side) -> Parts:
    """The named conditions on products."""
    parts: Parts = {}
    for definition in side.definitions.supported_on:
        part = Part(Subject.SUPPORTED_ON, definition.name)
        if part not in parts:
            products = sorted(_supported_product(side, one) for one in definition.products)
            parts[part] = {"operator": definition.operator or None, "products": ", ".join(products) or None}
            parts |= shown_names(side, Subject.SUPPORTED_ON, definition.name, definition.display_name)
    return parts


def _supported_product(side: Side, one: SupportedProduct) -> str:
    name = side.named(one.reference) or ""
    if not one.is_range:
        return name
    lowest, highest = ("" if index is None else index for index in (one.min_version_index, one.max_version_index))
    return f"{name} [{lowest}..{highest}]"


def categories(side: Side) -> Parts:
    """The categories; of two alike the first counts."""
    parts: Parts = {}
    for category in side.definitions.categories:
        part = Part(Subject.CATEGORY, category.name)
        if part not in parts:
            parts[part] = {"parentCategory": side.named(category.parent_category)}
            parts |= descriptions(side, category, category.name)
    return parts


def category_looks(parts: Parts) -> dict[str, Hashable]:
    """What identifies a category but its name: its parent and what it is called in every language."""
    looks: dict[str, Hashable] = {}
    for part, facts in parts.items():
        if part.subject is Subject.CATEGORY:
            looks[part.item] = (stated(facts["parentCategory"]),)
        elif name := facts["category.displayName"]:
            looks[part.item] = (looks[part.item], part.language_code, name)
    return {name: look for name, look in looks.items() if isinstance(look, tuple) and len(look) > 1}
