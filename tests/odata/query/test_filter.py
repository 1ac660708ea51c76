"""$filter as a table: rows with and without values, and which of them each text leaves."""

import pytest

from operations.api.resources import DEFINITIONS, OPERATIONS, RESOURCES, UPLOADED_FILES
from operations.models import DefinitionFile, GroupPolicyCategory
from operations.odata.errors import ODataError
from operations.odata.query import filter_rows
from tests import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(db: None) -> None:
    """Named by their file names."""
    rows.a_definition_file(file_name="Ärger.admx", display_name="ÄRGER", description="it's here", revision="2.0")
    plain = rows.a_definition_file(file_name="plain.admx", display_name=None, revision=None)
    rows.a_definition_file(
        file_name="busy.admx", display_name="plain.admx", status="uploadInProgress", upload_date_time=None
    )
    for status in ("success", "failed"):
        rows.a_recorded_operation(definition_file=plain, operation_status=status)


FILTERS = [
    ("fileName eq 'plain.admx'", {"plain"}),
    ("fileName eq 'PLAIN.admx'", set()),
    ("fileName ne 'plain.admx'", {"Ärger", "busy"}),
    ("FILENAME EQ 'plain.admx'", {"plain"}),
    ("displayName eq null", {"plain"}),
    ("displayName ne null", {"Ärger", "busy"}),
    ("null eq displayName", {"plain"}),
    ("displayName eq fileName", set()),
    ("displayName ne fileName", {"Ärger", "plain", "busy"}),
    ("not (displayName eq 'ÄRGER')", {"plain", "busy"}),
    ("not contains(displayName,'RGER')", {"busy"}),
    ("contains(displayName,'RGER') eq false", {"busy"}),
    ("contains(displayName,'RGER') eq null", {"plain"}),
    ("contains(displayName,'RGER') ne true", {"plain", "busy"}),
    ("not contains(displayName,'x') or fileName eq 'plain.admx'", {"Ärger", "plain"}),
    ("displayName gt 'a'", {"Ärger", "busy"}),
    ("displayName lt 'a'", set()),
    ("displayName gt 'Z'", {"Ärger", "busy"}),
    ("not (displayName gt 'a')", {"plain"}),
    ("displayName ge null", {"plain"}),
    ("displayName gt null", set()),
    ("startswith(fileName,'pl')", {"plain"}),
    ("startswith(fileName,'')", {"Ärger", "plain", "busy"}),
    ("endswith(fileName,'n.admx')", {"plain"}),
    ("endswith(fileName,'')", {"Ärger", "plain", "busy"}),
    ("endswith(fileName,'much longer than any of these names')", set()),
    ("endswith(fileName,displayName)", set()),
    ("contains('plain.admx and more',fileName)", {"plain"}),
    ("tolower(displayName) eq 'ärger'", {"Ärger"}),
    ("toupper(fileName) eq 'ÄRGER.ADMX'", {"Ärger"}),
    ("length(displayName) eq 5", {"Ärger"}),
    ("length('abc') eq 3 and fileName eq 'plain.admx'", {"plain"}),
    ("description eq 'it''s here'", {"Ärger"}),
    ("revision in ('2.0','1.0')", {"Ärger", "busy"}),
    ("revision in ('2.0')", {"Ärger"}),
    ("not (revision in ('2.0','1.0'))", {"plain"}),
    ("status eq 'available'", {"Ärger", "plain"}),
    ("status eq available", {"Ärger", "plain"}),
    ("status eq microsoft.graph.groupPolicyUploadedDefinitionFileStatus'AVAILABLE'", {"Ärger", "plain"}),
    ("status in ('available', uploadInProgress)", {"Ärger", "plain", "busy"}),
    ("status lt 'available'", {"busy"}),
    ("status ge uploadInProgress", {"Ärger", "plain", "busy"}),
    ("uploadDateTime lt 1900-01-01", {"busy"}),
    ("year(uploadDateTime) eq 1", {"busy"}),
    ("lastModifiedDateTime gt 2020-01-01T00:00:00Z", {"Ärger", "plain", "busy"}),
    ("lastModifiedDateTime gt 2020-01-01T00:00:00.1234567+01:00", {"Ärger", "plain", "busy"}),
    ("lastModifiedDateTime gt now()", set()),
    ("date(uploadDateTime) eq 0001-01-01", {"busy"}),
    ("languageCodes/any(c:c eq 'en-US')", {"Ärger", "plain"}),
    ("languageCodes/any()", {"Ärger", "plain"}),
    ("not languageCodes/any()", {"busy"}),
    ("languageCodes/all(c:c eq 'de-DE')", {"busy"}),
    ("groupPolicyUploadedLanguageFiles/any(f:f/languageCode eq 'en-US')", {"Ärger", "plain"}),
    ("groupPolicyUploadedLanguageFiles/all(f:endswith(f/fileName,'adml'))", {"Ärger", "plain", "busy"}),
    ("groupPolicyOperations/any(o:o/operationStatus eq 'failed')", {"plain"}),
    ("groupPolicyOperations/any(o:o/operationStatus eq 'failed' and $it/fileName eq 'busy.admx')", set()),
    ("groupPolicyOperations/all(o:o/operationStatus eq 'failed')", {"Ärger", "busy"}),
    ("groupPolicyOperations/any()", {"plain"}),
    ("groupPolicyOperations/$count eq 2", {"plain"}),
    ("groupPolicyOperations/$count lt 2", {"Ärger", "busy"}),
    ("true", {"Ärger", "plain", "busy"}),
    ("1 eq 1 and not false", {"Ärger", "plain", "busy"}),
    ("null", set()),
    ("not null", set()),
    ("id eq 'NOT-AN-ID'", set()),
    ("id ne 'NOT-AN-ID'", {"Ärger", "plain", "busy"}),
    ("(fileName eq 'plain.admx' or fileName eq 'busy.admx') and status eq 'available'", {"plain"}),
    ("fileName eq 'plain.admx' or fileName eq 'busy.admx' and status eq 'available'", {"plain"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "left"), FILTERS, ids=[text for text, _ in FILTERS])
def test_a_filter_leaves_exactly_these(files: None, text: str, left: set[str]) -> None:
    found = filter_rows(DefinitionFile.objects.all(), text, UPLOADED_FILES.entity, RESOURCES.schema)
    names = [file.file_name.removesuffix(".admx") for file in found]
    assert sorted(names) == sorted(left), str(found.query)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("category/displayName eq 'Main'", 1),
        ("category/isRoot", 1),
        ("not category/isRoot", 0),
        ("category/parent/displayName eq null", 2),
        ("category/definitions/any(d:d/classType eq 'user')", 1),
        ("category/definitions/any(d:d/category/children/any())", 0),
        ("definitionFile/fileName eq 'example.admx' and classType eq user", 2),
        ("groupPolicyCategoryId eq 00000000-0000-0000-0000-000000000000", 1),
        ("categoryPath eq '\\Main'", 1),
        ("hasRelatedDefinitions eq false", 2),
        ("minUserCspVersion eq null and policyType eq 'admxIngested'", 2),
    ],
)
def test_paths_lead_through_single_navigations(text: str, count: int) -> None:
    category = rows.a_category(display_name="Main", path="\\Main")
    policy = rows.a_policy(category=category, definition_file=category.definition_file, policy_class="User")
    rows.a_definition(policy=policy, class_type="user")
    rows.a_definition(policy=rows.a_policy(policy_class="User"), class_type="user")
    found = filter_rows(DEFINITIONS.rows(), text, DEFINITIONS.entity, RESOURCES.schema)
    assert found.count() == count, str(found.query)
    assert GroupPolicyCategory.objects.exists()


REFUSED = [
    ("", "ends too early", 1),
    ("fileName", "not a condition", 1),
    ("fileName eq", "ends too early", 12),
    ("fileName eq 'x", "quotation mark", 13),
    ("fileName eq 'x' )", "unexpected ')'", 17),
    ("(fileName eq 'x'", "')' is expected", 17),
    ("nonsense eq 'x'", "Could not find a property named 'nonsense' on type 'microsoft.graph.groupPolicyUploaded", 1),
    ("definition_file eq 'x'", "Could not find a property", 1),
    ("fileName eq 5", "cannot be compared", 10),
    ("status eq 'nonsense'", "Use one of: none, uploadInProgress", 11),
    ("status eq microsoft.graph.groupPolicyType'admxBacked'", "is not a member", 11),
    ("status has 'available'", "flags enumeration", 8),
    ("lastModifiedDateTime gt 2020-01-01T00:00:00", "should be in format 'yyyy-mm-ddThh:mm:ss", 25),
    ("lastModifiedDateTime gt 2020-13-01", "is not a date", 25),
    ("lastModifiedDateTime gt 'x'", "cannot be compared", 22),
    ("targetPrefix eq 'x'", "cannot be filtered or sorted by", 1),
    ("content eq null", "cannot be filtered or sorted by", 1),
    ("languageCodes eq 'x'", "Use any, all or $count", 1),
    ("languageCodes/any(c:fileName/x eq 'x')", "leads nowhere", 21),
    ("groupPolicyOperations/any(o:o/nonsense eq 1)", "property named 'nonsense'", 29),
    ("groupPolicyOperations/some(o:o/id eq 'x')", "neither any nor all", 23),
    ("groupPolicyOperations/all()", "needs a condition", 27),
    ("fileName/length eq 1", "leads nowhere", 1),
    ("substringof('x',fileName)", "no function 'substringof'", 1),
    ("contains(fileName)", "takes 2 arguments", 1),
    ("contains(id,'x')", "takes a string, not a GUID", 1),
    ("length(fileName) eq 1.5", "whole numbers", 21),
    ("length(fileName) eq 99999999999999999999999", "not an Int64", 21),
    ("id gt 'x'", "no GUID", 4),
    ("contains(fileName,'x') eq contains(fileName,'y')", "true, false and null only", 24),
    ("not fileName eq 'x'", "Put parentheses around", 14),
    ("status in ()", "unexpected ')'", 12),
    ("fileName eq 'a\x00b'", "NUL", 13),
    ("$count eq 1", "stands after a collection", 1),
    ("$it eq 1", "is an object", 1),
    ("$it/$count eq 1", "is not a collection", 1),
    ("fileName eq ~", "unexpected '~'", 13),
    ("(" * 40 + "true" + ")" * 40, "more than 30 deep", 31),
    (" or ".join(["true"] * 300), "more than 200 parts", None),
    ("x" * 9000, "8000 are allowed", None),
    ("definitions/any(a:a/presentations/any(b:b/definition/presentations/any(c:c/definition/presentations/any(d:true))))",
     "nested more than 3 deep", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told", "position"), REFUSED, ids=[text[:40] for text, _, _ in REFUSED])
def test_what_cannot_be_understood_is_400_with_its_place(text: str, told: str, position: int | None) -> None:
    with pytest.raises(ODataError) as refused:
        filter_rows(DefinitionFile.objects.all(), text, UPLOADED_FILES.entity, RESOURCES.schema)
    assert refused.value.status_code == 400
    assert refused.value.target == "$filter"
    assert refused.value.message.startswith("Invalid filter clause: ")
    assert told in refused.value.message
    if position is not None:
        assert f"(at character {position})" in refused.value.message


def test_an_ordinary_comparison_is_plain_sql_that_an_index_serves() -> None:
    for text, condition in (
        ("operationStatus eq 'failed'", '"operation_status" = '),
        ("lastModifiedDateTime gt 2020-01-01T00:00:00Z", '"last_modified_date_time" > '),
    ):
        query = str(filter_rows(OPERATIONS.rows(), text, OPERATIONS.entity, RESOURCES.schema).query)
        assert condition in query
        assert "CASE" not in query
