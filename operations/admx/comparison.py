"""The difference in meaning between two versions of a template.

Only meaning counts: comments, order of attributes, blanks, encoding, prefixes, line numbers and the ids of
texts and presentations do not. A policy is known by its name and class.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields

from operations.admx.controls import Control
from operations.admx.difference import Change, Difference, Kind, Subject
from operations.admx.model import (
    ELEMENT_NAMES,
    Category,
    Element,
    EnumElement,
    Policy,
    Reference,
    Resources,
    Template,
    Value,
    ValueList,
)

Named = Mapping[str, str]

_ELEMENT_PARTS = frozenset({"id", "line", "items", "key", "client_extension"})
_BREAKING = frozenset({"key", "valueName", "type", "value"})


def compare(old: Template | None, new: Template | None) -> Difference:
    """What has to happen to `old` to mean the same as `new`; None means nothing was or is there."""
    return Difference(tuple(_compare(old, new)))


def _compare(old: Template | None, new: Template | None) -> Iterator[Change]:
    before, after = _policies(old), _policies(new)
    renamed = _renamed(before, after)
    for name in sorted(before.keys() - after.keys()):
        yield Change(Kind.REMOVED, Subject.POLICY, name, renamed=renamed.get(name, ""), is_breaking=True)
    back = {new_name: old_name for old_name, new_name in renamed.items()}
    for name in sorted(after.keys() - before.keys()):
        yield Change(Kind.ADDED, Subject.POLICY, name, renamed=back.get(name, ""))
    if old is None or new is None:
        yield from _whole(old, new)
        return
    both = [name for name in after if name in before]
    for name in both:
        yield from _policy(name, before[name], after[name])
    yield from _categories(old, new)
    yield from _named(Subject.SUPPORTED_ON, _supported_on(old), _supported_on(new))
    yield from _languages(old, new)
    pairs = [(name, before[name], after[name]) for name in both]
    for new_resources in new.resources:
        old_resources = old.in_language(new_resources.language_code)
        if old_resources is not None:
            yield from _texts(old, new, pairs, old_resources, new_resources)
    yield from _figures(old, new)


def _policies(template: Template | None) -> dict[str, Policy]:
    if template is None:
        return {}
    return {f"{policy.name} [{policy.class_}]": policy for policy in template.definitions.policies}


def _whole(old: Template | None, new: Template | None) -> Iterator[Change]:
    kind = Kind.ADDED if old is None else Kind.REMOVED
    template = new or old
    if template is None:
        return
    for category in template.definitions.categories:
        yield Change(kind, Subject.CATEGORY, category.name)
    for language_code in template.languages:
        yield Change(kind, Subject.LANGUAGE, language_code)


def _renamed(before: Mapping[str, Policy], after: Mapping[str, Policy]) -> dict[str, str]:
    """Old to new name of policies that write exactly the same to the registry, where only one fits."""
    gone, come = defaultdict(list), defaultdict(list)
    for name in before.keys() - after.keys():
        gone[_registry_meaning(before[name])].append(name)
    for name in after.keys() - before.keys():
        come[_registry_meaning(after[name])].append(name)
    return {
        names[0]: come[meaning][0]
        for meaning, names in gone.items()
        if len(names) == 1 and len(come.get(meaning, ())) == 1
    }


def _registry_meaning(policy: Policy) -> tuple[object, ...]:
    elements = tuple(sorted((element.id, *_element_facts(element, policy).items()) for element in policy.elements))
    return (policy.class_, *_policy_facts(policy).items(), elements)


def _policy(name: str, old: Policy, new: Policy) -> Iterator[Change]:
    yield from _attributes(Subject.POLICY, name, "", _policy_facts(old), _policy_facts(new))
    if _path(old.parent_category) != _path(new.parent_category):
        was, now = _path(old.parent_category), _path(new.parent_category)
        yield Change(Kind.MOVED, Subject.POLICY, name, attribute="category", old=was, new=now)
    if _path(old.supported_on) != _path(new.supported_on):
        was, now = _path(old.supported_on), _path(new.supported_on)
        yield Change(Kind.CHANGED, Subject.POLICY, name, attribute="supportedOn", old=was, new=now)
    elements_before = {element.id: element for element in old.elements}
    elements_after = {element.id: element for element in new.elements}
    for element_id in elements_before:
        if element_id not in elements_after:
            yield Change(Kind.REMOVED, Subject.ELEMENT, name, item=element_id, is_breaking=True)
    for element_id, element in elements_after.items():
        if element_id not in elements_before:
            yield Change(Kind.ADDED, Subject.ELEMENT, name, item=element_id)
            continue
        facts = _element_facts(elements_before[element_id], old)
        yield from _attributes(Subject.ELEMENT, name, element_id, facts, _element_facts(element, new))


def _policy_facts(policy: Policy) -> dict[str, str]:
    facts = {
        "key": policy.key,
        "valueName": policy.value_name,
        "enabledValue": _value(policy.enabled_value),
        "disabledValue": _value(policy.disabled_value),
        "enabledList": _value_list(policy.enabled_list, policy.key),
        "disabledList": _value_list(policy.disabled_list, policy.key),
        "clientExtension": policy.client_extension,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _element_facts(element: Element, policy: Policy) -> dict[str, str]:
    """What an element means, with the policy's key filled in: writing it again changes nothing."""
    key = element.key if element.key is not None else policy.key
    facts: dict[str, str | None] = {
        "type": ELEMENT_NAMES[type(element)],
        "key": key,
        "clientExtension": element.client_extension,
    }
    for field in fields(element):
        if field.name not in _ELEMENT_PARTS:
            facts[_wire(field.name)] = _fact(getattr(element, field.name), key)
    if isinstance(element, EnumElement):
        facts["items"] = "; ".join(
            f"{_value(item.value)} {_value_list(item.value_list, key) or ''}".strip() for item in element.items
        )
    return {name: fact for name, fact in facts.items() if fact is not None}


def _fact(value: object, key: str) -> str | None:
    match value:
        case Value():
            return _value(value)
        case ValueList():
            return _value_list(value, key)
        case bool():
            return "true" if value else "false"
        case None:
            return None
    return str(value)


def _attributes(subject: Subject, name: str, item: str, old: Named, new: Named) -> Iterator[Change]:
    for attribute in (*old, *(one for one in new if one not in old)):
        was, now = old.get(attribute), new.get(attribute)
        if was != now:
            # Choices that are only added break nothing that was chosen before.
            added = attribute == "items" and now is not None and set((was or "").split("; ")) <= set(now.split("; "))
            breaking = not added and (
                attribute in _BREAKING or attribute.endswith(("Value", "List")) or attribute == "items"
            )
            breaking = breaking and attribute not in {"minValue", "maxValue", "explicitValue"}
            yield Change(
                Kind.CHANGED, subject, name, item=item, attribute=attribute, old=was, new=now, is_breaking=breaking
            )


def _categories(old: Template, new: Template) -> Iterator[Change]:
    before = {category.name: category for category in old.definitions.categories}
    after = {category.name: category for category in new.definitions.categories}
    yield from _named(Subject.CATEGORY, dict.fromkeys(before, ""), dict.fromkeys(after, ""))
    for name, category in after.items():
        if name in before and _path(before[name].parent_category) != _path(category.parent_category):
            was, now = _path(before[name].parent_category), _path(category.parent_category)
            yield Change(Kind.MOVED, Subject.CATEGORY, name, attribute="parent", old=was, new=now)


def _supported_on(template: Template) -> dict[str, str]:
    meanings = {
        definition.name: f"{definition.operator} "
        + "; ".join(
            f"{_path(one.reference)} {one.is_range} {one.min_version_index} {one.max_version_index}"
            for one in definition.products
        )
        for definition in template.definitions.supported_on
    }
    for product in template.definitions.products:
        meanings[f"product {product.name}"] = "; ".join(
            f"{major.name} {major.version_index} {[(m.name, m.version_index) for m in major.minor_versions]}"
            for major in product.major_versions
        )
    return meanings


def _named(subject: Subject, old: Named, new: Named) -> Iterator[Change]:
    for name in old:
        if name not in new:
            yield Change(Kind.REMOVED, subject, name)
    for name, meaning in new.items():
        if name not in old:
            yield Change(Kind.ADDED, subject, name)
        elif old[name] != meaning:
            yield Change(Kind.CHANGED, subject, name, old=old[name], new=meaning)


def _languages(old: Template, new: Template) -> Iterator[Change]:
    before = {code.lower(): code for code in sorted(old.languages)}
    after = {code.lower(): code for code in sorted(new.languages)}
    for key, code in before.items():
        if key not in after:
            yield Change(Kind.REMOVED, Subject.LANGUAGE, code)
    for key, code in after.items():
        if key not in before:
            yield Change(Kind.ADDED, Subject.LANGUAGE, code)


def _texts(
    old: Template, new: Template, pairs: list[tuple[str, Policy, Policy]], before: Resources, after: Resources
) -> Iterator[Change]:
    code = after.language_code
    for name, was, now in pairs:
        yield from _changed_texts(Subject.TEXT, name, code, _policy_texts(was, before), _policy_texts(now, after))
        shown_before, shown_now = _shown(was, before), _shown(now, after)
        yield from _changed_texts(Subject.PRESENTATION, name, code, shown_before, shown_now)
    categories = {category.name: category for category in old.definitions.categories}
    for category in new.definitions.categories:
        if category.name in categories:
            said = _category_texts(categories[category.name], before)
            yield from _changed_texts(Subject.TEXT, category.name, code, said, _category_texts(category, after))
    systems = {definition.name: definition for definition in old.definitions.supported_on}
    for definition in new.definitions.supported_on:
        if definition.name in systems:
            said = {"displayName": before.text(systems[definition.name].display_name) or ""}
            now_said = {"displayName": after.text(definition.display_name) or ""}
            yield from _changed_texts(Subject.SUPPORTED_ON, definition.name, code, said, now_said)


def _changed_texts(subject: Subject, name: str, code: str, old: Named, new: Named) -> Iterator[Change]:
    for attribute in (*old, *(one for one in new if one not in old)):
        was, now = old.get(attribute), new.get(attribute)
        if was != now:
            yield Change(Kind.CHANGED, subject, name, language_code=code, attribute=attribute, old=was, new=now)


def _policy_texts(policy: Policy, resources: Resources) -> dict[str, str]:
    texts = {
        "displayName": resources.text(policy.display_name) or "",
        "explainText": resources.text(policy.explain_text) or "",
    }
    for element in policy.elements:
        if isinstance(element, EnumElement):
            for index, item in enumerate(element.items):
                texts[f"{element.id}, item {index}"] = resources.text(item.display_name) or ""
    return texts


def _category_texts(category: Category, resources: Resources) -> dict[str, str]:
    return {
        "displayName": resources.text(category.display_name) or "",
        "explainText": resources.text(category.explain_text) or "",
    }


def _shown(policy: Policy, resources: Resources) -> dict[str, str]:
    presentation = resources.presentation(policy.presentation)
    if presentation is None:
        return {}
    return {
        f"{index}: {control.ref_id or 'text'}": _control(control) for index, control in enumerate(presentation.controls)
    }


def _control(control: Control) -> str:
    told = [type(control).__name__]
    for field in fields(control):
        value = getattr(control, field.name)
        if field.name not in {"ref_id", "line"} and value != field.default:
            told.append(f"{_wire(field.name)}={value}")
    return " ".join(told)


def _figures(old: Template, new: Template) -> Iterator[Change]:
    was, now = old.definitions, new.definitions
    figures = (
        ("namespace", was.target_namespace, now.target_namespace),
        ("revision", was.revision, now.revision),
        ("minRequiredRevision", was.minimum_revision, now.minimum_revision),
    )
    for attribute, before, after in figures:
        if before != after:
            breaking = attribute == "namespace"
            yield Change(
                Kind.CHANGED,
                Subject.TEMPLATE,
                now.file_name,
                attribute=attribute,
                old=before,
                new=after,
                is_breaking=breaking,
            )
    used_before = {using.namespace: "" for using in was.using}
    used_now = {using.namespace: "" for using in now.using}
    yield from _named(Subject.NAMESPACE, used_before, used_now)


def _path(reference: Reference | None) -> str:
    if reference is None:
        return ""
    return f"{reference.namespace}:{reference.name}" if reference.namespace else reference.written


def _value(value: Value | None) -> str | None:
    return None if value is None else f"{value.type} {'' if value.data is None else value.data}".strip()


def _value_list(values: ValueList | None, key: str) -> str | None:
    if values is None:
        return None
    inside = values.default_key if values.default_key is not None else key
    return "; ".join(
        f"{item.key if item.key is not None else inside}\\{item.value_name} = {_value(item.value)}"
        for item in values.items
    )


def _wire(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
