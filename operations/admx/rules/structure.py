"""Rules about policies, categories and the settings of policies, each by itself."""

from functools import partial

from operations.admx.rules.rule import Group, Rule, Severity

_error = partial(Rule, Group.STRUCTURE, Severity.ERROR)
_warning = partial(Rule, Group.STRUCTURE, Severity.WARNING)
_note = partial(Rule, Group.STRUCTURE, Severity.NOTE)

RULES: dict[str, Rule] = {
    "TargetMissing": _error(
        "The template does not say what it is called: {reason}.",
        'add <target prefix="…" namespace="…"/> in <policyNamespaces>, or ask the vendor for a repaired one.',
        "The namespace is the template's identity: other files refer to it, and no two files may share one.",
    ),
    "AttributeMissing": _error(
        "The {element} {name} has no {attribute}.",
        'add {attribute}="…" to this <{element}>, or ask the vendor for a repaired file.',
        "Without it the portal cannot tell what is meant or where in the registry it belongs.",
    ),
    "ClassInvalid": _error(
        "The policy {name} has the class {value}; it must be User, Machine or Both.",
        "correct the class of this policy.",
        "The class says whether a policy is written for people or for computers.",
    ),
    "DuplicateId": _error(
        "The {element} {name} is defined more than once (first on line {first}).",
        "remove or rename one of the two, so that each {element} is defined once.",
        "What refers to this name could mean either.",
    ),
    "DuplicateElementId": _warning(
        "The policy {policy} has more than one setting with the id {name}.",
        "give each setting of a policy an id of its own.",
        "A presentation names a setting by its id, so only the first can be shown.",
    ),
    "NameCharacters": _note(
        "Some names have characters other than letters, digits, _, - and . in them ({count}): {names}.",
        "rename them if you maintain this template; otherwise there is nothing to do.",
        "Windows' editor has refused files for a space in a name.",
    ),
    "KeyWithHive": _warning(
        "The key {key} of the policy {policy} begins with the name of a registry hive.",
        "remove the hive from the key: the class of the policy says which one it is.",
        "Windows would look for a key of that name inside the hive.",
    ),
    "NothingToSet": _warning(
        "The policy {name} has nothing to set: no value name, no lists and no settings.",
        'add valueName="…" or settings to the policy, or ask the vendor for a repaired file.',
        "Switching such a policy on or off writes nothing to the registry.",
    ),
    "ValueNameMissing": _warning(
        "{owner} has no value name, so nothing says which registry value it writes.",
        'add valueName="…", or ask the vendor for a repaired file.',
        "Every kind of setting but a list writes one registry value, which needs a name.",
    ),
    "ValueMissing": _warning(
        "{owner} has no value to write.",
        "add one of <decimal>, <string>, <longDecimal> or <delete/>.",
        "Choosing it would write nothing.",
    ),
    "NumberInvalid": _error(
        "The {element} {name} has the {attribute} {value}, which is not a whole number from 0 to {largest}.",
        "correct this number, or ask the vendor for a repaired file.",
        "The registry holds such values as whole numbers of a fixed size. Where the number only limits or presets "
        "what people enter, it is a warning.",
    ),
    "StringTooLong": _warning(
        "{owner} has a text of {length} characters as its value; more than {limit} are not allowed.",
        "shorten the text, or let people type it in a text setting.",
        "The definition of the format sets this limit, and Windows may refuse the file.",
    ),
    "EnumWithoutItems": _warning(
        "The drop-down list {name} of the policy {policy} has nothing to choose from.",
        "add <item> elements to it, or remove it.",
        "The policy cannot be switched on where a choice is required.",
    ),
    "ValueOutOfRange": _warning(
        "The numbers of the setting {name} of the policy {policy} do not fit: {reason}.",
        "correct the smallest, the largest or the preset number.",
        "No number, or not the preset one, could ever be accepted.",
    ),
}
