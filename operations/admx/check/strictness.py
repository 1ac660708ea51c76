"""How much Intune's own limits matter here."""

from operations.admx.model.rules import RULES, Severity
from operations.admx.model.validation_context import ValidationContext


def severity_of(code: str, context: ValidationContext | None) -> Severity:
    """A rule's usual severity; an error if Intune would refuse the file and its limits are to be kept."""
    rule = RULES[code]
    is_strict = context is not None and context.intune_fails
    return Severity.ERROR if is_strict and rule.intune_refuses else rule.severity
