"""Rules about presentations: how a language shows the settings of a policy."""

from functools import partial

from operations.admx.rules.rule import Group, Rule, Severity

_error = partial(Rule, Group.PRESENTATION, Severity.ERROR)
_warning = partial(Rule, Group.PRESENTATION, Severity.WARNING)

RULES: dict[str, Rule] = {
    "PresentationMissing": _error(
        "The presentation {name} is missing in {language}; {template} needs it on line {line_used} for the policy "
        "{policy}.",
        'add <presentation id="…"> with this id, or use the language file that belongs to this template.',
        "It says how the policy's settings are shown. For a policy without settings it is a warning.",
    ),
    "PresentationMissingInLanguage": _warning(
        "Presentations are missing in {language} ({count}): {names}. The default language's are shown instead.",
        "use the language file that was published together with this template.",
        "A translation is often one version behind the template.",
    ),
    "PresentationNotNamed": _warning(
        "The policy {policy} has {settings}, but names no presentation to show them with.",
        'add presentation="$(presentation.…)" to the policy, or ask the vendor for a repaired file.',
        "People could switch the policy on, but not enter anything.",
    ),
    "RefIdMissing": _warning(
        "A {control} in the presentation {presentation} does not say which setting it is for.",
        'add refId="…" with the id of the setting.',
        "It can be shown, but what is entered goes nowhere.",
    ),
    "ControlWithoutElement": _error(
        "The {control} in the presentation {presentation} is for the setting {name}, which the policy {policy} does "
        "not have.",
        "correct the refId or remove the {control}; letter case matters.",
        "Windows' editor refuses to open such a policy.",
    ),
    "ElementWithoutControl": _warning(
        "The setting {name} of the policy {policy} is not shown by the presentation {presentation}.",
        'add a part with refId="…" for this setting to the presentation.',
        "People cannot enter this setting, even if it is required.",
    ),
    "ControlMismatch": _warning(
        "The setting {name} of the policy {policy} is a kind of {element}, but shown as {control}, not {expected}.",
        "replace the <{control}> by a <{expected}>.",
        "What people would enter there does not fit what is written to the registry.",
    ),
    "DefaultItemInvalid": _warning(
        "The drop-down list {name} of the policy {policy} presets item {index}, but its items are {items}.",
        "correct the defaultItem; the first item is 0.",
        "Nothing is preset instead.",
    ),
}
