"""Every rule in one table: its code, subject, usual severity, and the words shown to people."""

from operations.admx.rules import file, intune, namespaces, presentation, references, structure, texts, versions
from operations.admx.rules.rule import Group, Rule, Severity

RULES: dict[str, Rule] = (
    file.RULES
    | structure.RULES
    | references.RULES
    | namespaces.RULES
    | texts.RULES
    | presentation.RULES
    | versions.RULES
    | intune.RULES
)

__all__ = ["RULES", "Group", "Rule", "Severity"]
