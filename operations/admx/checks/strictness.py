"""How much Intune's own limits matter here."""

from operations.admx.rules import RULES, Severity
from operations.admx.surroundings import Surroundings


def severity_of(code: str, surroundings: Surroundings | None) -> Severity:
    """A rule's usual severity; an error if Intune would refuse the file and its limits are to be kept."""
    rule = RULES[code]
    is_strict = surroundings is not None and surroundings.intune_fails
    return Severity.ERROR if is_strict and rule.intune_refuses else rule.severity
