"""Rules about Intune's own limits. Intune refuses some files outright and lets others fail on the device."""

from functools import partial

from operations.admx.rules.rule import Group, Rule, Severity

_ignored = partial(Rule, Group.INTUNE, Severity.WARNING)
_refused = partial(Rule, Group.INTUNE, Severity.WARNING, intune_refuses=True)

RULES: dict[str, Rule] = {
    "FileTooLargeForIntune": _refused(
        "The file is {size} bytes; Intune takes up to {limit}.",
        "ask the vendor for a smaller template, or set these policies with Windows' own group policy.",
        "Intune's documentation says 1 MB for each file.",
    ),
    "TooManyFiles": _refused(
        "With this one there are {count} templates; Intune takes up to {limit}.",
        "remove templates that are no longer used.",
        "Intune's documentation limits how many templates an organisation can import.",
    ),
    "TooManyLanguages": _refused(
        "The template has {count} languages; Intune takes exactly one.",
        "in Intune, import the template with its en-US language only.",
        "Intune's documentation allows one language file for each template.",
    ),
    "LanguageNotEnglish": _refused(
        "The template does not have the language en-US, the only one that Intune takes.",
        "add the .adml file for en-US.",
        "Intune's documentation names en-US as the only language.",
    ),
    "ComboBoxUnsupported": _refused(
        "Settings are shown as text boxes with suggestions, which Intune does not support ({count}): {names}.",
        "replace each <comboBox> by a <textBox>.",
        "A single one makes Intune refuse the whole template.",
    ),
    "ExplainTextMissing": _refused(
        "Policies have no explanation ({count}): {names}.",
        'add explainText="$(string.…)" to each, even if the text is short.',
        "Intune then only says “Object reference not set to an instance of an object.”",
    ),
    "ParentCategoryMissing": _refused(
        "Policies have no category ({count}): {names}.",
        'add <parentCategory ref="…"/> to each.',
        "Windows shows them at the top; Intune refuses the template.",
    ),
    "MaxLengthTooLarge": _refused(
        "Text settings allow more than {limit} characters ({count}): {names}.",
        'set maxLength="{limit}" or less.',
        "Intune has answered such templates with an internal error.",
    ),
    "NamespaceUnusedMissing": _refused(
        "No file in force declares {namespace}. {hint}The template says that it uses it, but needs nothing of it.",
        "remove this <using> from the template.",
        "Intune insists on every namespace a template declares, needed or not.",
    ),
    "RegistryAreaBlocked": _ignored(
        "Policies write to {area}, where devices managed by Intune refuse imported ones ({count}): {names}.",
        "set these policies with Windows' own group policy, or look for them in Intune's settings catalogue.",
        "The import succeeds, but the device reports an error. A few places there are open, such as Office's.",
    ),
}
