"""Findings: what the checks noticed, most severe first and never more than people can read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from operations.admx.model import file_rules  # noqa: F401  (declares its rules)
from operations.admx.model.rules import RULES, Group, Severity

MAX_FINDINGS_PER_FILE = 50
MAX_QUOTED_LENGTH = 120

_SEVERITIES = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the checks noticed. `language_code` tells ADMLs apart: they usually share one file name."""

    code: str
    severity: Severity
    message: str
    remedy: str
    file_name: str
    line: int | None = None
    item: str = ""
    language_code: str | None = None

    @property
    def group(self) -> Group:
        """What the finding is about."""
        return RULES[self.code].group

    @property
    def sentence(self) -> str:
        """The whole finding for people: where, what, and what to do."""
        place = self.file_name
        if self.language_code:
            place += f" ({self.language_code})"
        if self.line is not None:
            place += f", line {self.line}"
        return f"{place}: {self.message} To fix: {self.remedy}"


class FileFindings:
    """The findings of one file. Holds no more than can be shown, however broken the file is."""

    def __init__(self, file_name: str, language_code: str | None = None) -> None:
        """Nothing found yet."""
        self._file_name = file_name
        self._language_code = language_code
        self._counts: Counter[tuple[Severity, str]] = Counter()
        # Each with how many of its code came before it.
        self._kept: list[tuple[int, Finding]] = []

    def add(
        self,
        code: str,
        *,
        line: int | None = None,
        item: str = "",
        severity: Severity | None = None,
        **words: object,
    ) -> None:
        """Note a finding; `words` fill the rule's message and remedy."""
        rule = RULES[code]
        severity = severity or rule.severity
        earlier = self._counts[severity, code]
        self._counts[severity, code] += 1
        if earlier >= MAX_FINDINGS_PER_FILE:
            return
        message, remedy = rule.message.format(**words), rule.remedy.format(**words)
        item = shortened(item)
        place = (self._file_name, line, item, self._language_code)
        self._kept.append((earlier, Finding(code, severity, message, remedy, *place)))

    def has_room(self, code: str, severity: Severity) -> bool:
        """Whether one more would be kept; if not, it can be added without words, only to be counted."""
        return self._counts[severity, code] < MAX_FINDINGS_PER_FILE

    def most_severe_first(self) -> list[Finding]:
        """At most MAX_FINDINGS_PER_FILE findings; the last one says how many more there are."""
        total = self._counts.total()
        if total <= MAX_FINDINGS_PER_FILE:
            return sorted((finding for _, finding in self._kept), key=_rank)
        shown = MAX_FINDINGS_PER_FILE - 1
        # One kind of mistake made everywhere must not hide the others: the first of each kind are chosen first.
        chosen = sorted(self._kept, key=lambda one: (_rank(one[1])[:2], one[0]))[:shown]
        rest = FileFindings(self._file_name, self._language_code)
        rest.add("FindingsOmitted", count=f"{total - shown:,}")
        return [*sorted((finding for _, finding in chosen), key=_rank), *rest.most_severe_first()]


def _rank(finding: Finding) -> tuple[int, bool, int]:
    """What concerns Intune alone comes after what is wrong for everyone."""
    return _SEVERITIES.index(finding.severity), finding.group is Group.INTUNE, finding.line or 0


def shortened(text: str) -> str:
    """At most MAX_QUOTED_LENGTH characters, none of which could disturb a log or a screen."""
    short = text if len(text) <= MAX_QUOTED_LENGTH else text[: MAX_QUOTED_LENGTH - 1] + "…"
    if short.isprintable():
        return short
    return "".join(character if character.isprintable() else " " for character in short)


def quoted(text: str) -> str:
    """A word from a file, safe to stand in a message."""
    return f"“{shortened(text)}”"


def by_severity(files: Iterable[FileFindings]) -> tuple[Finding, ...]:
    """The findings of several files, most severe first, otherwise file by file."""
    found = [finding for file in files for finding in file.most_severe_first()]
    return tuple(sorted(found, key=lambda finding: _rank(finding)[:2]))
