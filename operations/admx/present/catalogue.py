"""A read template as the records that people browse: categories, what is supported, policies."""

from collections.abc import Iterator
from dataclasses import asdict

from operations.admx.model.controls import CONTROL_NAMES
from operations.admx.model.definitions import (
    Category,
    Definitions,
    Element,
    ListElement,
    Policy,
    ProductVersion,
    Resources,
    Template,
    string_id_of,
)
from operations.admx.present.records import (
    Catalogue,
    CategoryRecord,
    PolicyRecord,
    PresentationRecord,
    SupportedOnRecord,
    Texts,
)
from operations.admx.present.rows import Say, described, drawn, identities, properties
from operations.admx.read.registry import Effects, effects

_CLASS_TYPES = {"User": ("user",), "Machine": ("machine",), "Both": ("user", "machine")}


def catalogue(template: Template) -> Catalogue:
    """The records of a template."""
    definitions = template.definitions
    speakers = tuple((resources, _speaker(resources, template)) for resources in template.resources)
    return Catalogue(
        tuple(_category(template, one, position) for position, one in enumerate(definitions.categories)),
        tuple(_supported_on(template)),
        tuple(_policy(template, one, position, speakers) for position, one in enumerate(definitions.policies)),
    )


def _speaker(resources: Resources, template: Template) -> Say:
    def say(written: str | None) -> str:
        found = resources.text(written)
        return template.text(written) if found is None else found

    return say


def _category(template: Template, category: Category, position: int) -> CategoryRecord:
    return CategoryRecord(
        name=category.name,
        position=position,
        parent=category.parent_category,
        display_name=template.text(category.display_name),
        explain_text=template.text(category.explain_text),
        texts=_texts(template, display_name=category.display_name, explain_text=category.explain_text),
    )


def _supported_on(template: Template) -> Iterator[SupportedOnRecord]:
    """Definitions go before products of the same name, as references to them do."""
    named: dict[str, str] = {}
    for name, display_name in _supportable(template.definitions):
        named.setdefault(name, display_name)
    for position, (name, display_name) in enumerate(named.items()):
        texts = _texts(template, display_name=display_name)
        by_language = {code: said["display_name"] for code, said in texts.items()}
        yield SupportedOnRecord(name, position, template.text(display_name), by_language)


def _supportable(definitions: Definitions) -> Iterator[tuple[str, str]]:
    for definition in definitions.supported_on:
        yield definition.name, definition.display_name
    for product in definitions.products:
        yield product.name, product.display_name
        yield from _versions(product.major_versions)


def _versions(versions: tuple[ProductVersion, ...]) -> Iterator[tuple[str, str]]:
    for version in versions:
        yield version.name, version.display_name
        yield from _versions(version.minor_versions)


def _policy(
    template: Template, policy: Policy, position: int, speakers: tuple[tuple[Resources, Say], ...]
) -> PolicyRecord:
    texts = _texts(template, display_name=policy.display_name, explain_text=policy.explain_text)
    display_name, explain_text = template.text(policy.display_name), template.text(policy.explain_text)
    changes = effects(policy)
    elements = {element.id: element for element in reversed(policy.elements)}
    return PolicyRecord(
        name=policy.name,
        class_=policy.class_,
        class_types=_CLASS_TYPES.get(policy.class_, ()),
        position=position,
        category=policy.parent_category,
        supported_on=policy.supported_on,
        key=policy.key,
        value_name=policy.value_name or "",
        display_name=display_name,
        explain_text=explain_text,
        texts=texts,
        details={
            "see_also": [template.text(one) for one in policy.see_also],
            "keywords": template.text(policy.keywords),
            "client_extension": policy.client_extension or "",
            "line": policy.line,
            "effects": [{**asdict(one), "choice": template.text(one.choice)} for one in changes],
            "elements": [described(element, policy, template.text) for element in policy.elements],
            "presentations": {
                resources.language_code: drawn(presentation, elements, say)
                for resources, say in speakers
                if (presentation := resources.presentation(policy.presentation))
            },
        },
        searchable=_searchable(policy, changes, (display_name, explain_text), texts),
        presentations=_presentations(template, policy, elements),
    )


def _presentations(template: Template, policy: Policy, elements: dict[str, Element]) -> tuple[PresentationRecord, ...]:
    presentation = template.presentation(policy)
    controls = presentation.controls if presentation else ()
    return tuple(
        PresentationRecord(
            identity=identity,
            position=position,
            type=CONTROL_NAMES[type(control)],
            label=control.label,
            properties=properties(control, elements.get(control.ref_id), template.text),
        )
        for position, (identity, control) in enumerate(zip(identities(controls), controls, strict=True))
    )


def _texts(template: Template, **written: str | None) -> Texts:
    """What each language itself says; literals belong to none."""
    ids = {field: string_id for field, text in written.items() if (string_id := string_id_of(text)) is not None}
    said = {
        resources.language_code: {
            field: resources.strings[string_id] for field, string_id in ids.items() if string_id in resources.strings
        }
        for resources in template.resources
    }
    return {code: texts for code, texts in said.items() if texts}


def _searchable(policy: Policy, changes: Effects, shown: tuple[str, str], texts: Texts) -> str:
    lists = {element.id: element for element in policy.elements if isinstance(element, ListElement)}
    words = [
        policy.name,
        policy.key,
        policy.value_name or "",
        *(element.value_name or "" for element in policy.elements),
    ]
    for change in changes:
        words += [change.key, "" if change.element_id in lists else change.value_name]
    words += [element.value_prefix or "" for element in lists.values()]
    words += [*shown, *(text for said in texts.values() for text in said.values())]
    return "\n".join(dict.fromkeys(word.casefold() for word in words if word))
