"""Every rule: what triggers it, how severe it is, and what it says."""

import re
from string import Formatter

import pytest

from operations.admx import RULES, Severity
from tests.admx.samples import (
    CATEGORY,
    POLICY,
    STRINGS,
    adml,
    admx,
    codes,
    english,
    language,
    only,
    policy,
    read_sample,
)

WITHOUT_PROXY = {key: text for key, text in STRINGS.items() if key != "Proxy"}
WITHOUT_HELP = {key: text for key, text in STRINGS.items() if key != "Proxy_Help"}


def test_a_good_upload_has_a_template_and_nothing_to_say() -> None:
    reading = read_sample(None, english(), language(adml(), "de-DE"))
    assert codes(reading) == []
    assert reading.template is not None
    assert reading.template.target_prefix == "example"
    assert reading.template.target_namespace == "Example.Policies"
    assert reading.template.revision == "1.0"
    assert (reading.template.policy_count, reading.template.category_count) == (1, 1)
    assert reading.template.languages == ("en-US", "de-DE")


@pytest.mark.parametrize("namespace", ["http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions", "urn:any"])
def test_any_xml_namespace_will_do_and_the_two_files_may_differ(namespace: str) -> None:
    text = admx().replace("<policyDefinitions", f'<policyDefinitions xmlns="{namespace}"', 1)
    reading = read_sample(text, english(adml(xmlns=' xmlns="urn:other"')))
    assert codes(reading) == []
    assert reading.template is not None
    assert (reading.template.policy_count, reading.template.category_count) == (1, 1)


BROKEN_TEMPLATES = [
    pytest.param("<policyDefinitionz/>", "WrongRoot", "policyDefinitionz", id="another root"),
    pytest.param('<Wix xmlns="urn:x"/>', "WrongRoot", "<Wix>", id="another root in a namespace"),
    pytest.param(adml(), "FilesSwapped", "a language file (.adml)", id="an ADML given as the ADMX"),
    pytest.param(admx(target=""), "TargetMissing", "no <target>", id="no target"),
    pytest.param(admx(target='<target prefix="p"/>'), "TargetMissing", "no namespace", id="no namespace"),
    pytest.param(admx(target='<target namespace="n"/>'), "TargetMissing", "no prefix", id="no prefix"),
    pytest.param(admx(target='<target prefix=" " namespace=""/>'), "TargetMissing", "no prefix and no", id="blank"),
    pytest.param(admx(revision=""), "RevisionMissing", "<policyDefinitions>", id="no revision"),
    pytest.param(admx(policy(without="key")), "AttributeMissing", "“Proxy” has no key", id="no key"),
    pytest.param(admx(policy(key=" ")), "AttributeMissing", "no key", id="blank key"),
    pytest.param(admx(policy(without="class")), "AttributeMissing", "no class", id="no class"),
    pytest.param(
        admx(policy(without="name")),
        "AttributeMissing",
        "policy here has no name",
        id="no name",
    ),
    pytest.param(
        admx(categories=CATEGORY + '<category displayName="$(string.Main)"/>'),
        "AttributeMissing",
        "category here",
        id="nameless category",
    ),
    pytest.param(admx(policy(class_="Computer")), "ClassInvalid", "“Computer”", id="class"),
    pytest.param(admx(POLICY, POLICY), "DuplicateId", "policy “Proxy”", id="a policy twice"),
    pytest.param(admx(categories=CATEGORY * 2), "DuplicateId", "category “Main”", id="a category twice"),
    pytest.param("\n" + '<?xml version="1.0"?>' + admx(), "BlankBeforeDeclaration", "before <?xml", id="blank first"),
]


@pytest.mark.parametrize(("text", "code", "words"), BROKEN_TEMPLATES)
def test_a_broken_template_fails_and_says_why(text: str, code: str, words: str) -> None:
    reading = read_sample(text)
    assert reading.template is None
    finding = only(reading)
    assert (finding.code, finding.severity, finding.file_name) == (code, Severity.ERROR, "example.admx")
    assert words in finding.message
    assert finding.line is not None


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        ("<a>\n<b></a>", "<b> from line 2 is not closed before “</a>”"),
        ("<a>Tom & Jerry</a>", "single & or <"),
        ("<a>Tom &amp Jerry</a>", "single &"),
        ("<a>&nbsp;</a>", "shorthand"),
        ('<a b="<"/>', "< stands inside an attribute"),
        ("<a><b>", "ends too early"),
        ("<a/><b/>", "something follows"),
        ('<a b="1" b="2"/>', "same attribute twice"),
        ("<a b=1/>", "no quotation marks"),
        ('<a b="1', "closing quotation mark"),
        ('<a b="1"c="2"/>', "space is missing"),
        ("<a>\x01</a>", "control character"),
        ("<a>&#1;</a>", "control character"),
        ("<a><!-- b", "never closed with -->"),
        ("<a><!-- -- --></a>", "contains --"),
        ("<a><![CDATA[ </a>", "]]>"),
        ("<x:a/>", "prefix"),
        ("<a><?xml version='1.0'?></a>", "the XML reader says"),
    ],
)
def test_what_is_not_well_formed_is_told_in_plain_words(xml: str, words: str) -> None:
    finding = only(read_sample(xml))
    assert finding.code == "XmlInvalid"
    assert words in finding.message
    assert finding.line in {1, 2}


@pytest.mark.parametrize(("revision", "shown"), [("140.0.1", "140.0.1"), ("1", "1"), ("1.04.0000", "1.04.0000")])
def test_an_odd_revision_is_a_warning(revision: str, shown: str) -> None:
    reading = read_sample(admx(revision=f'revision="{revision}"'))
    assert reading.template is not None
    assert reading.template.revision == shown
    assert (only(reading).code, only(reading).severity) == ("RevisionOdd", Severity.WARNING)


@pytest.mark.parametrize(
    ("minimum", "revision", "fits"),
    [
        ("1.0", "1.0", True),
        ("1.2", "1.10", True),
        ("1.10", "1.2", False),
        ("2.0", "1.9", False),
        ("4.8", "7.0", False),
        ("odd", "1.0", True),
        ("", "1.0", True),
    ],
)
def test_a_language_file_of_another_revision_is_a_warning(minimum: str, revision: str, fits: bool) -> None:
    reading = read_sample(admx(minimum=minimum), english(adml(revision=f'revision="{revision}"')))
    assert reading.template is not None
    assert codes(reading) == ([] if fits else ["RevisionMismatch"])


def test_a_language_file_without_a_revision_is_only_a_warning() -> None:
    reading = read_sample(None, english(adml(revision="")))
    assert (only(reading).code, only(reading).severity) == ("RevisionMissing", Severity.WARNING)
    assert codes(read_sample(None, english(adml(revision='revision="x"')))) == ["RevisionOdd"]


@pytest.mark.parametrize(("language_code", "severity"), [("en-US", Severity.ERROR), ("de-DE", Severity.WARNING)])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(adml(WITHOUT_PROXY), "StringMissing", id="a title is missing"),
        pytest.param(adml(more='<string id="Main">Again</string>'), "DuplicateId", id="a text twice"),
        pytest.param(adml(more="<string>Nobody</string>"), "AttributeMissing", id="a text without id"),
    ],
)
def test_flaws_in_texts_are_errors_in_the_default_language_only(
    text: str, code: str, language_code: str, severity: Severity
) -> None:
    files = [english(), language(adml(), "de-DE")]
    files = [language(text, language_code) if file.language_code == language_code else file for file in files]
    if code == "StringMissing" and language_code == "de-DE":
        code = "TextMissingInLanguage"
    finding = only(read_sample(None, *files))
    assert (finding.code, finding.severity, finding.language_code) == (code, severity, language_code)


def test_the_default_language_is_found_whatever_its_case() -> None:
    reading = read_sample(None, english(adml(WITHOUT_PROXY), "en-us"), default="EN-US")
    assert [finding.code for finding in reading.errors] == ["StringMissing"]


def test_a_missing_title_says_where_it_is_needed() -> None:
    finding = only(read_sample(None, english(adml(WITHOUT_PROXY))))
    assert finding.item == "Proxy"
    assert finding.sentence == (
        "example.adml (en-US): The text “Proxy” is missing in en-US; example.admx needs it on line 5 for the "
        '“policy Proxy”. To fix: add <string id="…"> with this id, or use the language file that belongs to '
        "this template."
    )


def test_any_other_missing_text_is_a_warning() -> None:
    finding = only(read_sample(None, english(adml(WITHOUT_HELP))))
    assert (finding.code, finding.severity, finding.item) == ("StringMissing", Severity.WARNING, "Proxy_Help")


def test_a_text_used_as_help_first_and_as_a_title_later_is_still_a_title() -> None:
    policies = [
        policy("First", explainText="$(string.Shared)"),
        policy("Second", displayName="$(string.Shared)"),
        policy("Third", explainText="$(string.Shared)"),
    ]
    finding = only(read_sample(admx(*policies)))
    assert (finding.severity, finding.item) == (Severity.ERROR, "Shared")
    assert "policy Second" in finding.message


def test_string_ids_are_case_sensitive() -> None:
    strings = {key.lower(): text for key, text in STRINGS.items()}
    assert codes(read_sample(None, english(adml(strings)))) == ["StringMissing"] * 3


def test_the_absent_default_language_is_named() -> None:
    finding = only(read_sample(None, language(adml(), "de-DE")))
    assert (finding.code, finding.severity) == ("LanguageMissing", Severity.ERROR)
    assert "en-US" in finding.message


def test_a_template_that_refers_to_no_texts_needs_no_language() -> None:
    literal = admx(
        policy(displayName="Proxy", explainText="Help"), categories='<category name="Main" displayName="A"/>'
    )
    reading = read_sample(literal, language(adml(), "de"))
    assert codes(reading) == ["LiteralText"]
    assert reading.template is not None


@pytest.mark.parametrize("code", ["english", "", None, "en_GB"])
def test_a_bad_language_code_is_an_error(code: str | None) -> None:
    reading = read_sample(None, english(), language(adml(), code))
    assert only(reading).code == "LanguageCodeInvalid"
    assert reading.template is None


def test_the_same_language_twice_is_an_error_whatever_its_case() -> None:
    finding = only(read_sample(None, english(), english(None, "EN-us")))
    assert finding.code == "LanguageDuplicate"
    assert finding.language_code == "EN-us"


@pytest.mark.parametrize(
    ("text", "code"),
    [(admx(), "FilesSwapped"), ("<resources/>", "WrongRoot"), ("<a>", "XmlInvalid"), ("", "ContentEmpty")],
)
def test_every_language_file_must_be_readable_and_of_its_kind(text: str, code: str) -> None:
    reading = read_sample(None, english(), language(text, "fr"))
    finding = only(reading)
    assert (finding.code, finding.severity, finding.language_code) == (code, Severity.ERROR, "fr")
    assert reading.template is None


def test_a_swapped_pair_is_told_on_both_sides() -> None:
    assert codes(read_sample(adml(), english(admx()))) == ["FilesSwapped", "FilesSwapped"]


def test_an_invalid_xmlns_address_is_a_warning_and_the_texts_are_there() -> None:
    reading = read_sample(None, english(adml(xmlns=' xmlns="http://example.com/Policysecurity intelligence"')))
    assert (only(reading).code, only(reading).severity) == ("XmlNamespaceInvalid", Severity.WARNING)
    assert reading.template is not None


def test_an_invalid_xmlns_address_excuses_nothing_else() -> None:
    broken = adml(xmlns=' xmlns="a b"').replace("</stringTable>", "")
    assert codes(read_sample(None, english(broken))) == ["XmlInvalid"]


def test_comments_and_cdata_do_not_count() -> None:
    comment = "<!-- <policy/> $(string.Nothing) -->"
    more = '<string id="A"><!-- x --><![CDATA[a < b]]></string>'
    reading = read_sample(admx(POLICY, comment), english(adml(more=more)))
    assert codes(reading) == []
    assert reading.template is not None
    assert reading.template.policy_count == 1


def test_several_mistakes_are_all_told_errors_first() -> None:
    text = admx(policy("A", without="key"), policy("A", without="class"), revision='revision="x"')
    reading = read_sample(text, english(adml({"X": "x"}, revision='revision="2.0"')))
    assert codes(reading) == [
        "DuplicateId",
        "AttributeMissing",
        "AttributeMissing",
        "StringMissing",
        "StringMissing",
        "RevisionOdd",
        "RevisionMismatch",
        "StringMissing",
    ]


def test_no_more_than_fifty_findings_are_shown_for_a_file() -> None:
    policies = [policy(f"P{number}", without="key", displayName=f"$(string.S{number})") for number in range(80)]
    reading = read_sample(admx(*policies, revision='revision="x"'), english())
    own = [finding for finding in reading.findings if finding.file_name == "example.admx"]
    assert len(own) == 50
    assert own[-1].sentence == (
        "example.admx: 32 more findings in this file are not shown. "
        "To fix: correct the findings shown first, then upload the file again."
    )
    assert sum(finding.language_code == "en-US" for finding in reading.findings) == 50


def test_exactly_fifty_findings_are_shown_without_a_note() -> None:
    policies = [policy(f"P{number}", without="key") for number in range(50)]
    assert codes(read_sample(admx(*policies))) == ["AttributeMissing"] * 50


def test_errors_are_not_crowded_out_by_warnings() -> None:
    strings = [policy(f"P{number}", explainText=f"$(string.S{number})") for number in range(80)]
    text = admx(*strings, policy("Last", displayName="$(string.Last)"))
    reading = read_sample(text)
    assert [finding.item for finding in reading.errors] == ["Last"]


@pytest.mark.parametrize("code", RULES)
def test_every_rule_speaks_plainly(code: str) -> None:
    rule = RULES[code]
    assert re.fullmatch(r"[A-Z][A-Za-z]+", code)
    assert rule.message[0].isupper() or rule.message.startswith("{")
    assert rule.message.endswith(".")
    assert rule.remedy.endswith(".")
    assert all(name is None or name.isidentifier() for _, name, _, _ in Formatter().parse(rule.message))
    assert not re.search(r"exception|null|object reference|parameter", rule.message + rule.remedy, re.IGNORECASE)
