"""Rules about revisions, and about putting a new version in the place of an old one."""

from functools import partial

from operations.admx.rules.rule import Group, Rule, Severity

_error = partial(Rule, Group.VERSIONS, Severity.ERROR)
_warning = partial(Rule, Group.VERSIONS, Severity.WARNING)

RULES: dict[str, Rule] = {
    "RevisionMissing": _error(
        "The <{root}> element has no revision.",
        'add a revision such as revision="1.0" to that element.',
        "Windows requires one. In a language file it is only a warning.",
    ),
    "RevisionOdd": _warning(
        "The revision {revision} is not two numbers with a point between them.",
        "use a revision such as 1.0; Windows and Intune may refuse the file as it is.",
        "The first number has up to four digits, the second up to five.",
    ),
    "RevisionMismatch": _warning(
        "The language file has revision {revision}; the template asks for {minimum} or a later {major}.x.",
        "use the language file that was published together with this template.",
        "Texts may be missing or describe another version. Windows' editor shows none of them.",
    ),
    "NamespaceChanged": _error(
        "The new version has the namespace {namespace}; the one before has {previous}.",
        "upload it as a template of its own, and remove the old one when nothing uses it any more.",
        "The namespace is a template's identity: with another one it is another template.",
    ),
    "BreaksDependents": _error(
        "The new version no longer has {things} that {file} uses: {names}.",
        "update {file} first, or ask the vendor for a version that keeps them.",
        "The other file's policies would lose their place in the tree. For “supported on” texts it is a warning.",
    ),
}
