"""Rules about texts, and the languages they come in."""

from functools import partial

from operations.admx.rules.rule import Group, Rule, Severity

_error = partial(Rule, Group.TEXTS, Severity.ERROR)
_warning = partial(Rule, Group.TEXTS, Severity.WARNING)
_note = partial(Rule, Group.TEXTS, Severity.NOTE)

RULES: dict[str, Rule] = {
    "LanguageMissing": _error(
        "The template takes its texts from language files, but the one for {language} is not there.",
        "add the .adml file for {language}, which is the default language.",
        "Where a language lacks a text, the default language's is shown; so that one must be there.",
    ),
    "LanguageCodeInvalid": _error(
        "The language code {language} is not valid.",
        "give the language of this file as a code such as en-US, de-DE or zh-Hans.",
        "A language file does not say itself which language it is in.",
    ),
    "LanguageDuplicate": _error(
        "There is already a file for the language {language}.",
        "keep one file for each language.",
        "Letter case makes no difference: en-us and en-US are one language.",
    ),
    "LanguageExists": _error(
        "{name} already has the language {language}.",
        "update this language instead of adding it.",
        "Adding never replaces what is there.",
    ),
    "LanguageNotFound": _error(
        "{name} does not have the language {language}.",
        "add this language instead, or choose one that the template has.",
        "Only what is there can be updated or removed.",
    ),
    "DefaultLanguageRequired": _error(
        "The language {language} is the default of {name} and cannot be removed.",
        "keep this language, or remove the whole template.",
        "Where another language lacks a text, this one's is shown.",
    ),
    "StringMissing": _error(
        "The text {name} is missing in {language}; {template} needs it on line {line_used} for the {owner}.",
        'add <string id="…"> with this id, or use the language file that belongs to this template.',
        "The default language must have the names of all policies and categories. Any other text that is missing "
        "is a warning.",
    ),
    "MarkupInText": _error(
        "The text {name} contains the element <{markup}>, but a text must not contain any.",
        "write < as &lt; in this text, or ask the vendor for a repaired file.",
        "Part of the text would be lost. In other languages than the default one it is a warning.",
    ),
    "TextMissingInLanguage": _warning(
        "Texts are missing in {language} ({count}): {names}. The default language's are shown instead.",
        "use the language file that was published together with this template.",
        "A translation is often one version behind the template.",
    ),
    "LanguageStale": _warning(
        "The language {language} was kept from the version before and lacks texts of this one ({count}): {names}.",
        "update this language with the file that belongs to the new version.",
        "The default language's texts are shown in their place.",
    ),
    "LiteralText": _warning(
        "Texts are written into the template itself instead of its language files ({count}): {names}.",
        "move the text to the .adml files and write $(string.…) with its id here.",
        "It is shown as it stands, in every language. Windows refuses such a template.",
    ),
    "StemMismatch": _note(
        "The language file is called {name}, the template {template}.",
        "make sure that the two belong together; on Windows they must be called alike.",
        "Nothing but the name says which template a language file belongs to.",
    ),
}
