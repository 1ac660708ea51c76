"""What the checks say of a template: codes as often as one meets them, in the words of their rules."""

from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Any

from operations import admx

# Refused with the request, so that no operation comes of it, or about removals.
_NEVER_PERFORMED = frozenset(
    {"SizeExceeded", "ContentEmpty", "LanguageExists", "LanguageNotFound", "DefaultLanguageRequired", "InUseByFile"}
)
_OFTEN = ("NamespaceMissing", "StringMissing", "LanguageMissing", "XmlInvalid", "DuplicateId", "CategoryMissing")
_OFTEN_WARNED = ("ExplainTextMissing", "TooManyLanguages", "TextMissingInLanguage", "ComboBoxUnsupported")
_WORDS = {
    "namespace": "Microsoft.Policies.Windows",
    "hint": "It is usually declared by windows.admx. ",
    "language": "de-DE",
    "count": "3",
    "names": "Policy1, Policy4, Policy7",
    "users": "Category0, Category1",
    "column": "17",
    "line_used": "41",
    "limit": "20",
    "size": "1,204,113",
}
MOST = 5


class _Words(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"“{name}”"


@dataclass(frozen=True, slots=True)
class Complaint:
    code: str
    severity: str
    group: str
    message: str
    remedy: str


class Complaints:
    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._errors, self._error_weights = self._of(admx.Severity.ERROR, _OFTEN)
        self._warnings, self._warning_weights = self._of(admx.Severity.WARNING, _OFTEN_WARNED)

    def of_failure(self) -> list[Complaint]:
        """At least one error, errors first."""
        count = min(1 + int(self._rng.expovariate(0.8)), MOST)
        errors = self._rng.choices(self._errors, cum_weights=self._error_weights, k=count)
        return errors + (self.of_success() if self._rng.random() < 0.4 else [])

    def of_success(self) -> list[Complaint]:
        return self._rng.choices(self._warnings, cum_weights=self._warning_weights)

    def rows(self, operation: str, file_name: str, complaints: list[Complaint]) -> list[dict[str, Any]]:
        return [
            {
                "operation_id": operation,
                "position": position,
                "code": one.code,
                "severity": one.severity,
                "group": one.group,
                "message": one.message,
                "remedy": one.remedy,
                "file_name": file_name,
                "language_code": "",
                "line": 3 + 7 * position,
                "item": f"Policy{position}",
            }
            for position, one in enumerate(complaints)
        ]

    def _of(self, severity: admx.Severity, often: tuple[str, ...]) -> tuple[list[Complaint], list[float]]:
        rules = {code: rule for code, rule in admx.RULES.items() if rule.severity is severity}
        codes = [*often, *(code for code in rules if code not in often and code not in _NEVER_PERFORMED)]
        known = [code for code in codes if code in admx.RULES]
        words = _Words(_WORDS)
        made = [
            Complaint(
                code,
                severity.value,
                admx.RULES[code].group.value,
                admx.RULES[code].message.format_map(words),
                admx.RULES[code].remedy.format_map(words),
            )
            for code in known
        ]
        return made, list(accumulate(1 / (rank + 1) for rank in range(len(made))))


def in_words(file_name: str, complaints: list[Complaint]) -> str:
    """The first three, as status details tell them."""
    told = " ".join(f"{file_name}, line 3: {one.message} To fix: {one.remedy}" for one in complaints[:3])
    return f"{told} And {len(complaints) - 3} more." if len(complaints) > 3 else told
