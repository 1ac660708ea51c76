"""Rules about the other files that a template needs or clashes with."""

from functools import partial

from operations.admx.rules.rule import Group, Rule, Severity

_error = partial(Rule, Group.NAMESPACES, Severity.ERROR)
_warning = partial(Rule, Group.NAMESPACES, Severity.WARNING)
_note = partial(Rule, Group.NAMESPACES, Severity.NOTE)

RULES: dict[str, Rule] = {
    "NamespaceInUse": _error(
        "The namespace {namespace} is already in use by {file}.",
        "if this is a newer {file}, upload it there as a new version; otherwise remove {file} first.",
        "Other files refer to a template by its namespace, so there can be only one with it.",
    ),
    "NamespaceMissing": _error(
        "ADMX file referenced not found NamespaceMissing:{namespace}. Please upload it first. {hint}"
        "Its categories are needed by {users}.",
        "upload the file that declares {namespace} first, then this one again.",
        "Without that file, these policies and categories have no place in the tree.",
    ),
    "NamespaceMissingSoft": _warning(
        "No file in force declares {namespace}. {hint}The template uses it for “supported on” texts only.",
        "upload the file that declares {namespace} to see these texts.",
        "All policies can be used. Intune itself would refuse the file until that other file is there.",
        intune_refuses=True,
    ),
    "NamespaceUnused": _note(
        "The template declares that it uses {namespace}, but nothing in it does.",
        "remove this <using> if you maintain the template; otherwise there is nothing to do.",
        "Such a line is left over; Intune insists on the other file all the same.",
    ),
    "LoadOrderCircular": _error(
        "These files need each other's categories, so none of them can be the first: {files}.",
        "ask the vendor for repaired files; categories may be shared in one direction only.",
        "A file can be put in force only after the files whose categories it uses.",
    ),
    "InUseByFile": _error(
        "{name} cannot be removed, because its categories are needed by {files}.",
        "remove these first: {files}.",
        "Their policies would lose their place in the tree.",
    ),
}
