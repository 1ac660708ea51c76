"""Rules about names that refer to categories and products."""

from functools import partial

from operations.admx.rules.rule import Group, Rule, Severity

_error = partial(Rule, Group.REFERENCES, Severity.ERROR)
_warning = partial(Rule, Group.REFERENCES, Severity.WARNING)

RULES: dict[str, Rule] = {
    "PrefixUndeclared": _error(
        "The prefix {prefix} is used by {users} but never declared with <using>.",
        'add <using prefix="…" namespace="…"/> to <policyNamespaces>, or ask the vendor for a repaired file.',
        "Without the declaration nothing says which file is meant. Where only “supported on” texts are affected "
        "it is a warning.",
    ),
    "PrefixDuplicate": _warning(
        "The prefix {prefix} stands for more than one namespace.",
        "give each namespace a prefix of its own.",
        "What uses the prefix could mean either; the first one counts.",
    ),
    "CategoryMissing": _warning(
        "The category {name} is not in {file}. It is asked for by {users}; what is in it is shown at the top instead.",
        "correct the name, or add the category.",
        "Letter case matters. Even some of Windows' own templates have such references.",
    ),
    "CategoryCycle": _error(
        "Categories contain each other in a circle: {circle}.",
        "take one of these categories out of the other.",
        "Neither these categories nor any policy in them has a place in the tree.",
    ),
    "SupportedOnMissing": _warning(
        "The “supported on” text {name} is not in {file}. It is asked for by {users}.",
        "correct the name, or add a definition with it.",
        "The policies can be used, but people are not told which systems they are for.",
    ),
}
