"""The page about findings, and the words of the rules."""

from operations.admx import RULES
from operations.admx.model.rules import Group
from operations.admx.present.findings_page import PAGE, TITLES, page


def test_the_page_is_what_the_table_of_rules_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m operations.admx.present.findings_page"


def test_every_rule_is_on_the_page_under_its_group() -> None:
    sections = dict(zip(TITLES.values(), page().split("\n## ")[1:], strict=True))
    for code, rule in RULES.items():
        assert f"### {code}\n" in sections[TITLES[rule.group]], code


def test_every_group_has_rules_and_every_rule_says_why() -> None:
    assert {rule.group for rule in RULES.values()} == set(Group)
    for code, rule in RULES.items():
        assert rule.why.endswith((".", "”")), code


def test_the_page_is_plain_markdown_without_stray_tags_or_braces() -> None:
    for line in page().splitlines():
        outside = "".join(line.split("`")[::2])
        assert "{" not in outside, line
        assert "<" not in outside.replace("<!-- ", ""), line
