"""What languages say: names and explanations, and how the settings of a policy are presented."""

from operations.admx.compare.change import Subject
from operations.admx.compare.parts import Facts, Part, Parts, Stated, numbered
from operations.admx.compare.registry_facts import attributes, choices, plain
from operations.admx.compare.side import Languages, Side
from operations.admx.model.controls import CONTROL_NAMES, Control, DropdownList, TextLine
from operations.admx.model.definitions import Category, EnumElement, Policy

_ATTRIBUTES = {kind: attributes(kind, frozenset({"ref_id", "line", "default_item"})) for kind in CONTROL_NAMES}


def shown_names(side: Side, subject: Subject, item: str, display_name: str) -> Parts:
    """The texts of what has only a name to show."""
    return {Part(Subject.TEXT, item, code): {f"{subject}.displayName": text} for code, text in side.texts(display_name)}


def descriptions(side: Side, owner: Policy | Category, item: str = "") -> Parts:
    """The texts of a policy or category."""
    prefix = "category." if isinstance(owner, Category) else ""
    parts: Parts = {}
    for code, resources in side.languages:
        texts: Facts = {
            f"{prefix}displayName": resources.text(owner.display_name) or None,
            f"{prefix}explainText": resources.text(owner.explain_text) or None,
            f"{prefix}keywords": resources.text(owner.keywords) or None,
            f"{prefix}seeAlso": "\n".join(resources.text(one) or one for one in owner.see_also) or None,
        }
        if isinstance(owner, Policy) and (shown := resources.presentation(owner.presentation)):
            lines = (control.label for control in shown.controls if isinstance(control, TextLine))
            texts["presentation.text"] = "\n".join(lines) or None
        parts[Part(Subject.TEXT, item, code)] = texts
    return parts


def presentations(side: Side, policy: Policy) -> Parts:
    """The presentation in each language, its controls and their texts."""
    parts: Parts = {}
    for language in side.languages:
        code, resources = language
        shown = resources.presentation(policy.presentation)
        if shown is None:
            continue
        parts[Part(Subject.PRESENTATION, "", code)] = {}
        controls = [control for control in shown.controls if not isinstance(control, TextLine)]
        names = numbered(control.ref_id or CONTROL_NAMES[type(control)] for control in controls)
        for name, control in zip(names, controls, strict=True):
            looks, texts = _control(control)
            if isinstance(control, DropdownList):
                looks["defaultItem"] = _chosen(control, policy, (language,))
            parts[Part(Subject.PRESENTATION, name, code)] = looks
            parts[Part(Subject.TEXT, name, code)] = texts
    return parts


def _control(control: Control) -> tuple[Facts, Facts]:
    """How a control looks, and what it says."""
    looks: Facts = {"type": CONTROL_NAMES[type(control)]}
    texts: Facts = {}
    for field, attribute in _ATTRIBUTES[type(control)]:
        value = getattr(control, field)
        if isinstance(value, str | tuple):
            texts[attribute] = (value if isinstance(value, str) else "\n".join(value)) or None
        else:
            looks[attribute] = plain(value)
    return looks, texts


def _chosen(control: DropdownList, policy: Policy, language: Languages) -> Stated | None:
    """What is chosen at first, by its value or its text: the index alone changes with every new item."""
    if control.default_item is None:
        return None
    for element in policy.elements:
        if isinstance(element, EnumElement) and element.id == control.ref_id:
            items = choices(element, element.key or policy.key, language).items
            if control.default_item < len(items):
                chosen = items[control.default_item]
                return Stated(chosen.value.full, chosen.texts[0][1] or chosen.value.relative)
    index = str(control.default_item)
    return Stated(index, index)
