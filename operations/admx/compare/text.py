"""A difference as lines for a terminal."""

from collections.abc import Iterator
from itertools import takewhile

from operations.admx.compare.change import Change, ChangeKind, Subject
from operations.admx.compare.difference import Difference

_SIGNS = {ChangeKind.ADDED: "+", ChangeKind.REMOVED: "-"}
_BEFORE, _SHOWN_OF_TEXTS, _SHOWN_OF_OTHERS = 12, 60, 300


def as_text(difference: Difference, limit: int | None = None) -> str:
    """One line for each change, at most `limit` of them and a line that says how many more there are."""
    shown = difference.changes if limit is None else difference.changes[:limit]
    lines = [_safe(_line(change)) for change in shown]
    if more := len(difference.changes) - len(shown):
        lines.append(f"… and {more} more")
    return "\n".join(lines)


def _line(change: Change) -> str:
    told = ": ".join((*_what(change), *_how(change)))
    return f"{_SIGNS.get(change.kind, '~')} {told}{' (breaking)' if change.is_breaking else ''}"


def _what(change: Change) -> Iterator[str]:
    """The policy, then what of it; or what else it is about."""
    code = f" ({change.language_code})" if change.language_code else ""
    if change.name:
        yield f"policy {change.name}"
    if change.subject is not Subject.POLICY:
        yield f"{' '.join(filter(None, (change.subject.value, change.item)))}{code}"


def _how(change: Change) -> Iterator[str]:
    if change.kind in _SIGNS:
        yield from _came_or_went(change)
        return
    if change.attribute:
        yield "moved" if change.kind is ChangeKind.MOVED else change.attribute
    old, new = _excerpts(change)
    yield f"{old} → {new}"


def _came_or_went(change: Change) -> Iterator[str]:
    other = change.new if change.kind is ChangeKind.REMOVED else change.old
    if change.attribute == "name":
        yield f"{'now' if change.kind is ChangeKind.REMOVED else 'was'} {other}"
    elif change.attribute == "class":
        yield f"class {change.old} → {change.new}"
    elif value := change.old if change.kind is ChangeKind.REMOVED else change.new:
        yield f"{change.attribute} {value}".strip()


def _excerpts(change: Change) -> tuple[str, str]:
    """Both values on one line each; texts cut to where they begin to differ."""
    before, after = (None if text is None else " ".join(text.split()) for text in (change.old, change.new))
    if before == after:
        return "as it was", "with other spaces or line breaks"
    if change.subject is not Subject.TEXT:
        return _cut(before, 0, _SHOWN_OF_OTHERS), _cut(after, 0, _SHOWN_OF_OTHERS)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before or "", after or "", strict=False)))
    start = 0 if same <= _SHOWN_OF_TEXTS // 2 else same - _BEFORE
    return _cut(before, start, _SHOWN_OF_TEXTS), _cut(after, start, _SHOWN_OF_TEXTS)


def _cut(text: str | None, start: int, length: int) -> str:
    if text is None:
        return "(none)"
    end = start + length
    return f"“{'…' if start else ''}{text[start:end]}{'…' if len(text) > end else ''}”"


def _safe(line: str) -> str:
    """Nothing that steers a terminal or turns the direction of writing."""
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in line)
