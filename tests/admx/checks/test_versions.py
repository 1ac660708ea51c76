"""What a new version must not change."""

from operations.admx import Dependent, Severity, ValidationContext
from tests.admx.by_hand import supported
from tests.admx.checks.judging import OWN, a_template, codes, judged, the, without


def replacing(*dependents: Dependent, previous: str = OWN, kept: frozenset[str] = frozenset()) -> ValidationContext:
    return ValidationContext(dependents=dependents, previous_namespace=previous, kept_languages=kept)


def test_a_new_version_must_keep_the_namespace() -> None:
    finding = the("NamespaceChanged", a_template(), replacing(previous="Example.Policies.1"))
    assert finding.severity is Severity.ERROR
    assert "“Example.Policies”" in finding.message
    assert "“Example.Policies.1”" in finding.message
    assert codes(a_template(), replacing()) == []


def test_a_new_version_must_keep_the_categories_that_others_use() -> None:
    user = Dependent("child.admx", frozenset({"Main", "Old", "Older"}), frozenset())
    finding = the("BreaksDependents", a_template(), replacing(user))
    assert (finding.severity, finding.item) == (Severity.ERROR, "Old")
    assert "2 categories that child.admx uses: “Old”, “Older”" in finding.message


def test_a_supported_on_text_that_others_use_may_go_with_a_warning() -> None:
    user = Dependent("child.admx", frozenset({"Main"}), frozenset({"Condition", "Gone"}))
    template = a_template(supported_on=(supported("Condition", "$(string.Proxy)"),))
    finding = the("BreaksDependents", template, replacing(user))
    assert (finding.severity, finding.item) == (Severity.WARNING, "Gone")


def test_a_new_version_that_keeps_all_breaks_nobody() -> None:
    user = Dependent("child.admx", frozenset({"Main"}), frozenset())
    assert codes(a_template(), replacing(user)) == []


def test_a_changed_namespace_is_told_alone() -> None:
    user = Dependent("child.admx", frozenset({"Old"}), frozenset())
    assert codes(a_template(), replacing(user, previous="Other")) == ["NamespaceChanged"]


def test_a_language_that_was_kept_is_stale_when_the_new_version_has_other_texts() -> None:
    template = without(a_template(), "de-DE", "Proxy", "Proxy_Help")
    finding = the("LanguageStale", template, replacing(kept=frozenset({"DE-de"})))
    assert (finding.severity, finding.language_code) == (Severity.WARNING, "de-DE")
    assert "(2): “Proxy”, “Proxy_Help”" in finding.message
    assert "TextMissingInLanguage" in codes(template, replacing())


def test_the_default_language_fails_even_when_it_was_kept() -> None:
    template = a_template()
    first = without(template, "en-US", "Proxy").resources[1:]
    stale = type(template)(template.definitions, first)
    errors = [one.code for one in judged(stale, replacing(kept=frozenset({"en-US"}))) if one.severity is Severity.ERROR]
    assert errors == ["StringMissing"]
