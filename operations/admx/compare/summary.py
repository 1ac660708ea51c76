"""A difference in one sentence."""

from collections import Counter
from collections.abc import Iterable, Iterator

from operations.admx.compare.change import Change, ChangeKind, Subject
from operations.admx.compare.difference import Changes, Difference

_NOUNS = {
    Subject.POLICY: ("policy", "policies"),
    Subject.CATEGORY: ("category", "categories"),
    Subject.SUPPORTED_ON: ("supportedOn definition", "supportedOn definitions"),
    Subject.PRODUCT: ("product", "products"),
    Subject.LANGUAGE: ("language", "languages"),
    Subject.NAMESPACE: ("namespace used", "namespaces used"),
}
_VERBS = ("added", "removed", "renamed", "given another class", "changed", "moved", "reworded")
_BECAME = {"name": "renamed", "class": "given another class"}


def summary(difference: Difference) -> str:
    """How many policies, categories and so on; each counts once, by the most that happened to it."""
    told = [phrase for subject, groups in _by_subject(difference).items() for phrase in _phrases(subject, groups)]
    file_wide = "; ".join(_file_wide(difference))
    return f"{'; '.join(filter(None, (', '.join(told), file_wide))) or 'nothing changed but the bytes'}."


def _by_subject(difference: Difference) -> dict[Subject, list[Changes]]:
    grouped: dict[Subject, dict[str, list[Change]]] = {subject: {} for subject in _NOUNS}
    for change in difference.changes:
        subject, item = _about(change)
        if subject in grouped:
            grouped[subject].setdefault(item, []).append(change)
    return {subject: [tuple(changes) for changes in items.values()] for subject, items in grouped.items()}


def _about(change: Change) -> tuple[Subject, str]:
    """What the change counts for: a text for its owner, what a language file says of itself for the language."""
    if change.name:
        return Subject.POLICY, change.name
    if change.language_code and not change.item:
        return Subject.LANGUAGE, change.language_code
    if change.subject is Subject.TEXT:
        return Subject(change.attribute.partition(".")[0]), change.item
    return change.subject, change.item


def _phrases(subject: Subject, groups: Iterable[Changes]) -> Iterator[str]:
    all_of, breaking = Counter[str](), Counter[str]()
    for changes in groups:
        if verb := _verb(changes, subject):
            all_of[verb] += 1
            breaking[verb] += any(change.is_breaking for change in changes)
    one, many = _NOUNS[subject]
    for position, verb in enumerate(verb for verb in _VERBS if all_of[verb]):
        count, losses = all_of[verb], breaking[verb]
        noun = "" if position else f" {one if count == 1 else many}"
        remark = "" if not losses else " (breaking)" if losses == count else f" ({losses} breaking)"
        yield f"{count}{noun} {verb}{remark}"


def _verb(changes: Changes, subject: Subject) -> str:
    first, kinds = changes[0], {change.kind for change in changes if change.subject is subject}
    if first.subject is subject and first.kind in (ChangeKind.ADDED, ChangeKind.REMOVED):
        if became := _BECAME.get(first.attribute):
            return became if first.kind is ChangeKind.REMOVED else ""
        return first.kind.value
    if any(change.subject is not Subject.TEXT and change.kind is not ChangeKind.MOVED for change in changes):
        return "changed"
    return "moved" if ChangeKind.MOVED in kinds else "reworded"


def _file_wide(difference: Difference) -> Iterator[str]:
    for change in difference.changes:
        if change.subject in (Subject.REVISION, Subject.TEMPLATE) and not change.language_code:
            told = change.attribute or change.subject.value
            remark = " (breaking)" if change.is_breaking else ""
            if change.kind is ChangeKind.CHANGED:
                yield f"{told} {change.old or 'none'} → {change.new or 'none'}{remark}"
            elif change.subject is Subject.REVISION:
                yield f"{told} {change.old or change.new}"
