"""All differences between two versions, and ways to look at them."""

from collections import Counter
from dataclasses import dataclass, replace

from operations.admx.compare.change import Change, ChangeKind, Subject

Changes = tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two versions of a template, in the same order every time.

    A policy that is added or removed is one change; what is inside it is not listed again.
    """

    changes: Changes = ()
    unchanged_policies: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether both versions mean the same."""
        return not self.changes

    @property
    def breaking(self) -> Changes:
        """What can make settings that are in use lose their effect."""
        return tuple(change for change in self.changes if change.is_breaking)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many changes of each kind, for each subject that has any."""
        counted: dict[str, Counter[str]] = {}
        for change in self.changes:
            counted.setdefault(change.subject, Counter())[change.kind] += 1
        return {
            subject: {kind.value: counted[subject][kind] for kind in ChangeKind if counted[subject][kind]}
            for subject in map(str, Subject)
            if subject in counted
        }

    @property
    def by_policy(self) -> dict[str, Changes]:
        """The changes of each policy that has any, under its name."""
        found: dict[str, list[Change]] = {}
        for change in self.changes:
            if change.name:
                found.setdefault(change.name, []).append(change)
        return {name: tuple(changes) for name, changes in found.items()}

    @property
    def renamed(self) -> Changes:
        """Removals and additions that are certainly one and the same thing under another name."""
        return self._became("name", ChangeKind.RENAMED)

    @property
    def reclassified(self) -> Changes:
        """Policies that are now for other classes, such as Both instead of Machine."""
        return self._became("class", ChangeKind.CHANGED)

    def of(self, subject: Subject, kind: ChangeKind | None = None) -> Changes:
        """The changes of one subject, and of one kind where that is given."""
        return tuple(one for one in self.changes if one.subject == subject and kind in (None, one.kind))

    def names(self, subject: Subject, kind: ChangeKind) -> tuple[str, ...]:
        """What of a subject was added, removed and so on; policies as `Name [Machine]`."""
        return tuple(
            dict.fromkeys(one.name if subject is Subject.POLICY else one.item for one in self.of(subject, kind))
        )

    def _became(self, attribute: str, kind: ChangeKind) -> Changes:
        return tuple(
            replace(one, kind=kind)
            for one in self.changes
            if one.kind is ChangeKind.REMOVED and one.attribute == attribute and one.new is not None
        )
