"""The page about findings, made from the table of rules by `make findings`."""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from operations.admx.model.rules import RULES, Group, Rule, Severity

PAGE = Path(__file__).resolve().parents[3] / "docs" / "findings.md"

TITLES = {
    Group.FILE: "The file itself",
    Group.STRUCTURE: "Policies, categories and their settings",
    Group.REFERENCES: "What refers to what",
    Group.NAMESPACES: "Other files",
    Group.TEXTS: "Texts and languages",
    Group.PRESENTATION: "How settings are shown",
    Group.VERSIONS: "Revisions and new versions",
    Group.INTUNE: "Intune would refuse or ignore this",
}

_INTRODUCTION = """# Findings

<!-- Made from the table of rules with `python -m operations.admx.present.findings_page`; do not edit. -->

What the portal may say about a template and its language files. A finding names the file, the line where one is
known, and the thing it is about. An **error** fails the upload. A **warning** does not, but someone should look at it.
A **note** is only for information. Words in *italics* stand for what the finding is about.

Microsoft Intune has limits of its own. What it would refuse is a warning, or an error where `PORTAL_INTUNE_RULES` is
`fail`; these rules say so. What Intune takes, but a device it manages would not do, is always a warning.
"""

# What a single word would not explain.
_READABLE = {"hint": "(*Which file declares it, if that is known.*) ", "line_used": "*number*"}

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_MARKUP = re.compile(r"(<[^<>]*>)")


def page() -> str:
    """The whole page in Markdown."""
    return "\n".join([_INTRODUCTION, *(_section(group) for group in Group)])


def _section(group: Group) -> str:
    rules = [(code, rule) for code, rule in RULES.items() if rule.group is group]
    return "\n".join([f"## {TITLES[group]}", "", *(line for code, rule in rules for line in _rule(code, rule))])


def _rule(code: str, rule: Rule) -> Iterator[str]:
    severity = str(rule.severity).capitalize()
    if rule.intune_refuses and rule.severity is not Severity.ERROR:
        severity += ", or an error where Intune's limits are to be kept"
    yield from (f"### {code}", "", f"{severity}.", "")
    yield from (f"> {_shown(rule.message)}", "")
    if rule.why:
        yield from (_shown(rule.why), "")
    yield from (f"To fix: {_shown(rule.remedy)}", "")


def _shown(text: str) -> str:
    """Markdown for a text: `{name}` becomes *name*, and tags become code."""
    return "".join(_code(part) if _MARKUP.fullmatch(part) else _prose(part) for part in _MARKUP.split(text))


def _code(tag: str) -> str:
    # Inside code, asterisks would stand for themselves.
    return f"`{_PLACEHOLDER.sub('…', tag)}`"


def _prose(text: str) -> str:
    return _PLACEHOLDER.sub(lambda match: _READABLE.get(match[1], f"*{match[1]}*"), escape(text, quote=False))


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
