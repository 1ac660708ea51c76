"""Query options at real addresses: select, expand, count, search, order, pages, formats, preferences, ETags."""

from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from operations.models import DefinitionFile
from operations.odata import paging
from operations.odata import reader as reading
from operations.odata.errors import ODataError
from operations.odata.query import options
from tests import rows
from tests.admx import samples
from tests.api.resource import content, error_of, ids
from tests.every_control import ADML, BELOW, SETTINGS

pytestmark = pytest.mark.django_db

ROOT = "/beta/deviceManagement"
FILES, OPERATIONS = f"{ROOT}/groupPolicyUploadedDefinitionFiles", f"{ROOT}/groupPolicyOperations"
DEFINITIONS, CATEGORIES = f"{ROOT}/groupPolicyDefinitions", f"{ROOT}/groupPolicyCategories"


@pytest.fixture
def file(db: None) -> DefinitionFile:
    """With two policies of three definitions, a category in another, and three operations."""
    admx = samples.admx(samples.POLICY, SETTINGS, categories=BELOW)
    file = rows.in_force(rows.an_upload(admx.encode(), ADML.encode()))
    for status in ("success", "failed"):
        rows.a_recorded_operation(definition_file=file, operation_status=status, status_details=f"Ended: {status}")
    return file


def asked(client: Client, address: str, **options: str) -> dict[str, Any]:
    return content(client.get(address, {f"${name}": value for name, value in options.items()}))


class TestSelect:
    def test_only_what_is_selected_comes_and_the_context_says_so(self, reader: Client, file: DefinitionFile) -> None:
        page = asked(reader, FILES, select="fileName, ID")
        assert page["value"] == [{"fileName": "example.admx", "id": str(file.pk)}]
        assert page["@odata.context"].endswith("#deviceManagement/groupPolicyUploadedDefinitionFiles(fileName,id)")

    def test_of_one_object_too(self, reader: Client, file: DefinitionFile) -> None:
        one = asked(reader, f"{FILES}/{file.pk}", select="status")
        assert set(one) == {"@odata.context", "@odata.type", "status"}
        assert one["@odata.context"].endswith("groupPolicyUploadedDefinitionFiles(status)/$entity")

    @pytest.mark.parametrize("everything", ["*", "*,fileName", "fileName,*"])
    def test_a_star_is_everything(self, reader: Client, file: DefinitionFile, everything: str) -> None:
        assert "targetNamespace" in asked(reader, FILES, select=everything)["value"][0]

    @pytest.mark.parametrize("wrong", ["nonsense", "file_name", "fileName,,id", "fileName/x", "a b", "id,(x)"])
    def test_what_is_no_property_is_400_in_graphs_words(self, reader: Client, file: DefinitionFile, wrong: str) -> None:
        error = error_of(reader.get(FILES, {"$select": wrong}), 400)
        assert error["message"].startswith("Parsing OData Select and Expand failed: ")
        assert error["target"] == "$select"


class TestExpand:
    def test_collections_and_single_objects_come_along(self, reader: Client, file: DefinitionFile) -> None:
        one = asked(reader, f"{FILES}/{file.pk}", expand="groupPolicyOperations,definitions")
        assert len(one["groupPolicyOperations"]) == 3
        assert len(one["definitions"]) == 3
        assert one["@odata.context"].endswith(
            "groupPolicyUploadedDefinitionFiles(groupPolicyOperations(),definitions())/$entity"
        )
        (first, *_) = asked(reader, DEFINITIONS, expand="category,definitionFile")["value"]
        assert first["category"]["displayName"] in {"Example", "Inside"}
        assert first["definitionFile"]["@odata.type"] == "#microsoft.graph.groupPolicyUploadedDefinitionFile"

    def test_nested_options_apply_within(self, reader: Client, file: DefinitionFile) -> None:
        nested = "$select=statusDetails;$filter=operationStatus eq 'failed' or startswith(statusDetails,'Ended: s')"
        expand = f"groupPolicyOperations({nested};$orderby=statusDetails desc;$top=1)"
        one = asked(reader, f"{FILES}('{file.pk}')", expand=expand)
        assert one["groupPolicyOperations"] == [{"statusDetails": "Ended: success"}]
        further = content(reader.get(one["groupPolicyOperations@odata.nextLink"]))
        assert further["value"] == [{"statusDetails": "Ended: failed"}]
        assert "@odata.nextLink" not in further

    def test_it_nests_to_the_declared_depth(self, reader: Client, file: DefinitionFile) -> None:
        expand = "definitions($expand=category($select=displayName;$expand=children($select=displayName)))"
        (found,) = asked(reader, FILES, select="id", expand=expand)["value"]
        categories = {one["category"]["displayName"]: one["category"] for one in found["definitions"]}
        assert categories["Example"]["children"] == [{"displayName": "Inside"}]
        deeper = "definitions($expand=category($expand=children($expand=children)))"
        assert "nested 3 deep" in error_of(reader.get(FILES, {"$expand": deeper}), 400)["message"]

    def test_nothing_to_lead_to_is_null_or_empty(self, reader: Client) -> None:
        rows.a_category()
        (one,) = asked(reader, CATEGORIES, expand="parent,children")["value"]
        assert (one["parent"], one["children"]) == (None, [])

    def test_it_costs_the_same_for_any_number_of_rows(self, reader: Client) -> None:
        counts = set()
        for _ in range(3):
            made = rows.a_definition_file()
            rows.a_recorded_operation(definition_file=made)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                asked(reader, FILES, expand="groupPolicyOperations,definitions($expand=presentations)")
            counts.add(len(queries))
        assert len(counts) == 1

    def test_an_expanded_collection_is_paged_and_its_link_leads_on(
        self, reader: Client, file: DefinitionFile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reading, "INNER_PAGE_SIZE", 1)
        seen: list[str] = []
        (one,) = asked(reader, FILES, expand="definitions($select=id)")["value"]
        link = one["definitions@odata.nextLink"]
        seen += [found["id"] for found in one["definitions"]]
        assert len(seen) == 1
        while link:
            page = reader.get(link).json()
            seen += [found["id"] for found in page["value"]]
            link = page.get("@odata.nextLink")
        assert sorted(seen) == sorted(found["id"] for found in asked(reader, DEFINITIONS)["value"])

    @pytest.mark.parametrize("limit", ["MOST_ENTITIES", "MOST_BYTES"])
    @pytest.mark.parametrize(
        ("path", "expand"),
        [
            (DEFINITIONS, "category($expand=definitions)"),
            (FILES, "definitions"),
            (CATEGORIES, "definitions($expand=category($expand=definitions))"),
        ],
    )
    def test_an_answer_holds_so_much_and_no_more(
        self,
        reader: Client,
        file: DefinitionFile,
        monkeypatch: pytest.MonkeyPatch,
        limit: str,
        path: str,
        expand: str,
    ) -> None:
        asked(reader, path, expand=expand)
        monkeypatch.setattr(reading, limit, 3)
        assert "would hold more than" in error_of(reader.get(path, {"$expand": expand}), 400)["message"]

    def test_what_stands_in_several_places_counts_in_each(self) -> None:
        shared = {"id": "x", "definitions": [{"id": str(number)} for number in range(1000)]}
        reading._weigh([{"category": shared}] * 19)
        with pytest.raises(ODataError, match="would hold more than"):
            reading._weigh([{"category": shared}] * 20)

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ("nonsense", "Could not find a property named 'nonsense'"),
            ("fileName", "Expand is not allowed for property 'fileName'"),
            ("definitions($nonsense=1)", "not recognized"),
            ("definitions($top=0)", "whole number from 1"),
            ("definitions($count=true)", "not supported"),
            ("definitions(top)", "is not an option"),
            ("definitions($top=1;$top=2)", "more than once"),
            ("definitions,definitions", "more than once"),
            ("definitions($top=1", "is not closed"),
            ("definitions)", "is not closed"),
            ("definitions($filter=nonsense eq 1)", "named 'nonsense'"),
            ("*", "is not valid"),
        ],
    )
    def test_what_cannot_be_expanded_is_400(self, reader: Client, file: DefinitionFile, wrong: str, told: str) -> None:
        assert told in error_of(reader.get(FILES, {"$expand": wrong}), 400)["message"]

    @pytest.mark.parametrize("wrong", ["category($top=1)", "category($filter=isRoot)", "nextVersionDefinition"])
    def test_a_single_object_takes_no_options_of_collections(
        self, reader: Client, file: DefinitionFile, wrong: str
    ) -> None:
        error_of(reader.get(DEFINITIONS, {"$expand": wrong}), 400)


class TestCount:
    def test_it_counts_everything_that_matches_not_only_the_page(self, reader: Client, file: DefinitionFile) -> None:
        page = asked(reader, OPERATIONS, count="true", top="1")
        assert (page["@odata.count"], len(page["value"])) == (3, 1)
        page = asked(reader, OPERATIONS, count="true", filter="operationStatus eq 'failed'")
        assert page["@odata.count"] == 1
        assert "@odata.count" not in asked(reader, OPERATIONS, count="FALSE")

    def test_the_number_alone_is_plain_text(self, reader: Client, writer: Client, file: DefinitionFile) -> None:
        response = reader.get(f"{OPERATIONS}/$count", headers={"accept": "text/plain;q=0.9"})
        assert (response.content, response["Content-Type"]) == (b"3", "text/plain")
        response = reader.get(f"{FILES}/{file.pk}/groupPolicyOperations/$count?$filter=operationStatus eq 'failed'")
        assert response.content == b"1"
        assert reader.get(f"{OPERATIONS}/$count", {"$search": "ended"}).content == b"2"
        error_of(reader.get(f"{OPERATIONS}/$count", {"$top": "1"}), 400, naming="$top")
        assert writer.post(f"{OPERATIONS}/$count").status_code == 405

    @pytest.mark.parametrize("wrong", ["", "1", "yes"])
    def test_only_true_and_false_are_understood(self, reader: Client, wrong: str) -> None:
        error_of(reader.get(OPERATIONS, {"$count": wrong}), 400, naming="$count")


class TestSearch:
    @pytest.mark.parametrize(
        ("text", "count"),
        [
            ("ended", 2), ("ENDED success", 1), ('"Ended: f"', 1), ("ended AND failed", 1), ("nowhere", 0),
            ('"100%"', 0), ('"_"', 0),
        ],
    )  # fmt: skip
    def test_every_word_is_found_in_any_letter_case(
        self, reader: Client, file: DefinitionFile, text: str, count: int
    ) -> None:
        assert len(asked(reader, OPERATIONS, search=text)["value"]) == count

    def test_all_of_unicode_has_letter_case(self, reader: Client) -> None:
        rows.a_recorded_operation(status_details="Größe ÄNDERN")
        assert len(asked(reader, OPERATIONS, search="GRÖSSE")["value"]) == 0
        assert len(asked(reader, OPERATIONS, search="größe ändern")["value"]) == 1

    @pytest.mark.parametrize("wrong", ["a OR b", "NOT a", '"a', "(a)", '""', "AND", "x" * 1001, "a " * 21])
    def test_what_it_does_not_do_is_400(self, reader: Client, wrong: str) -> None:
        error_of(reader.get(OPERATIONS, {"$search": wrong}), 400, naming="$search")


class TestOrder:
    def test_several_keys_with_nulls_lowest_and_a_stable_end(self, reader: Client) -> None:
        made = {
            str(rows.a_recorded_operation(status_details=details, operation_type=kind).pk): (kind, details)
            for kind in ("remove", "upload")
            for details in (None, "b", "B", "a", "a")
        }
        seen, link = [], f"{OPERATIONS}?$orderby=operationType desc,statusDetails&$top=3"
        while link:
            page = content(reader.get(link))
            seen += page["value"]
            link = page.get("@odata.nextLink", "")
        assert {row["id"] for row in seen} == set(made)
        assert [(row["operationType"], row["statusDetails"]) for row in seen] == [
            (kind, details) for kind in ("remove", "upload") for details in (None, "B", "a", "a", "b")
        ]
        down = asked(reader, OPERATIONS, orderby="statusDetails desc,id")["value"]
        assert [row["statusDetails"] for row in down] == ["b", "b", "a", "a", "a", "a", "B", "B", None, None]

    def test_it_follows_single_navigations(self, reader: Client, file: DefinitionFile) -> None:
        found = asked(reader, DEFINITIONS, orderby="category/displayName desc,classType desc", expand="category")
        names = [row["category"]["displayName"] for row in found["value"]]
        assert names == sorted(names, reverse=True)

    @pytest.mark.parametrize(
        "wrong", ["", "nonsense", "id up", "id,", "id,ID", "contains(id,'x')", "languageCodes", "targetPrefix"]
    )
    def test_what_cannot_be_sorted_by_is_400(self, reader: Client, wrong: str) -> None:
        error_of(reader.get(FILES, {"$orderby": wrong}), 400, naming="$orderby")

    def test_an_order_without_an_index_is_refused_beyond_a_limit(
        self, reader: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(3):
            rows.a_recorded_operation()
        monkeypatch.setattr(paging, "MOST_SORTED", 2)
        error_of(reader.get(OPERATIONS, {"$orderby": "statusDetails"}), 400, naming="$orderby")
        assert len(asked(reader, OPERATIONS, orderby="lastModifiedDateTime")["value"]) == 3
        assert len(asked(reader, OPERATIONS, orderby="lastModifiedDateTime desc")["value"]) == 3


class TestPages:
    def test_skip_leaves_out_the_first_and_is_not_repeated(self, reader: Client) -> None:
        wanted = [str(rows.a_recorded_operation().pk) for _ in range(5)][::-1]
        page = asked(reader, OPERATIONS, skip="1", top="2")
        assert ids_of(page) == wanted[1:3]
        assert "skip=" not in page["@odata.nextLink"].replace("skiptoken", "")
        assert ids(reader.get(page["@odata.nextLink"])) == wanted[3:5]
        assert asked(reader, OPERATIONS, skip="9")["value"] == []

    def test_a_link_carries_every_option_and_serves_no_other_question(self, reader: Client) -> None:
        for number in range(4):
            rows.a_recorded_operation(status_details=f"Row {number}")
        page = asked(reader, OPERATIONS, filter="contains(statusDetails,'Row')", select="statusDetails", top="2")
        link = page["@odata.nextLink"]
        following = content(reader.get(link))
        assert following["value"] == [{"statusDetails": "Row 1"}, {"statusDetails": "Row 0"}]
        other = link.replace(quote("'Row'", safe=""), quote("'R'", safe=""))
        assert other != link
        error_of(reader.get(other), 400, naming="$skiptoken")
        error_of(reader.get(f"{link}&$skip=1"), 400, naming="$skip")

    @pytest.mark.parametrize("name", ["odata.maxpagesize", "maxpagesize", "OData.MaxPageSize"])
    def test_a_page_size_may_be_preferred(self, reader: Client, name: str) -> None:
        for _ in range(3):
            rows.a_recorded_operation()
        response = reader.get(OPERATIONS, headers={"prefer": f"{name}=2"})
        assert len(ids(response)) == 2
        assert response["Preference-Applied"] == "odata.maxpagesize=2"
        assert len(ids(reader.get(f"{OPERATIONS}?$top=1", headers={"prefer": f"{name}=2"}))) == 1


class TestRepresentation:
    @pytest.mark.parametrize("value", ["json", "application/json", "application/json;odata.metadata=minimal"])
    def test_json_may_be_asked_for_by_name(self, reader: Client, value: str) -> None:
        assert reader.get(OPERATIONS, {"$format": value}).status_code == 200

    def test_no_metadata_leaves_only_links_and_counts(self, reader: Client, file: DefinitionFile) -> None:
        page = asked(reader, OPERATIONS, format="application/json;odata.metadata=none", count="true", top="1")
        assert set(page) == {"value", "@odata.count", "@odata.nextLink"}
        found = asked(reader, DEFINITIONS, format="json;odata.metadata=none", expand="definitionFile")
        assert "@odata.type" not in found["value"][0]["definitionFile"]

    def test_other_formats_are_406(self, reader: Client) -> None:
        error_of(reader.get(OPERATIONS, {"$format": "atom"}), 406, naming="$format")

    def test_full_metadata_is_answered_as_minimal_and_says_so(self, reader: Client) -> None:
        response = reader.get(
            OPERATIONS, headers={"accept": "application/json;odata.metadata=full;IEEE754Compatible=true"}
        )
        assert "odata.metadata=minimal" in response["Content-Type"]
        assert "IEEE754Compatible=false" in response["Content-Type"]


class TestPreferences:
    def test_a_create_may_answer_with_nothing_but_where_it_is(self, writer: Client) -> None:
        response = writer.post(OPERATIONS, {}, content_type="application/json", headers={"prefer": "return=minimal"})
        assert (response.status_code, response.content) == (204, b"")
        assert response["Preference-Applied"] == "return=minimal"
        assert response["OData-EntityId"] == response["Location"]
        assert writer.get(response["Location"]).status_code == 200

    def test_a_change_may_too(self, writer: Client) -> None:
        row = rows.a_recorded_operation()
        change = {"statusDetails": "New"}
        for preference, status in (("return=minimal", 204), ("return=representation", 200), ("respond-async", 200)):
            response = writer.patch(
                f"{OPERATIONS}/{row.pk}", change, content_type="application/json", headers={"prefer": preference}
            )
            assert response.status_code == status
            applied = preference if preference.startswith("return") else ""
            assert response.get("Preference-Applied", "") == applied


class TestETags:
    def test_what_was_not_changed_is_304(self, reader: Client) -> None:
        row = rows.a_recorded_operation()
        address = f"{OPERATIONS}/{row.pk}"
        etag = reader.get(address)["ETag"]
        assert etag.startswith('W/"')
        for header in (etag, f'"other", {etag}', "*"):
            response = reader.get(address, headers={"if-none-match": header})
            assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)
        assert reader.get(address, headers={"if-none-match": '"other"'}).status_code == 200

    @pytest.mark.parametrize("method", ["patch", "delete"])
    def test_what_was_changed_meanwhile_is_412_and_stays(self, writer: Client, method: str) -> None:
        row = rows.a_recorded_operation()
        address = f"{OPERATIONS}/{row.pk}"
        etag = writer.get(address)["ETag"]
        writer.patch(address, {"statusDetails": "Other"}, content_type="application/json")
        ask = getattr(writer, method)
        body = {"statusDetails": "Mine"}
        error = error_of(ask(address, body, content_type="application/json", headers={"if-match": etag}), 412)
        assert error["code"] == "PreconditionFailed"
        assert writer.get(address).json()["statusDetails"] == "Other"
        fresh = writer.get(address)["ETag"]
        assert ask(address, body, content_type="application/json", headers={"if-match": fresh}).status_code < 300

    def test_a_definition_file_has_one_too(self, writer: Client, file: DefinitionFile) -> None:
        address = f"{FILES}/{file.pk}"
        body = {"description": "New"}
        error_of(writer.patch(address, body, content_type="application/json", headers={"if-match": '"x"'}), 412)
        error_of(writer.delete(address, headers={"if-match": '"x"'}), 412)
        any_version = {"if-match": "*"}
        assert writer.patch(address, body, content_type="application/json", headers=any_version).status_code == 200


class TestTimeLimit:
    def test_a_read_that_takes_too_long_is_503(self, reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        for number in range(300):
            rows.a_recorded_operation(status_details=f"Row {number}" * 20)
        monkeypatch.setattr("operations.odata.time_limit.SECONDS", 0.000001)
        monkeypatch.setattr("operations.odata.time_limit._INSTRUCTIONS", 10)
        wanted = " or ".join(f"contains(statusDetails,'{number} nowhere')" for number in range(45))
        if connection.vendor == "postgresql":
            pytest.skip("its limit is whole milliseconds, and this is faster")
        error_of(reader.get(f"{OPERATIONS}/$count", {"$filter": wanted}), 503)
        monkeypatch.undo()
        assert reader.get(f"{OPERATIONS}/$count", {"$filter": wanted}).content == b"0"


def ids_of(page: dict[str, Any]) -> list[str]:
    return [row["id"] for row in page["value"]]


def test_names_and_prefixes_come_in_any_letter_case(reader: Client, file: DefinitionFile) -> None:
    page = content(
        reader.get(
            "/beta/DEVICEMANAGEMENT/grouppolicyoperations?FILTER=OPERATIONSTATUS eq 'FAILED'&Select=ID&$COUNT=TRUE"
        )
    )
    assert page["@odata.count"] == 1
    assert [list(row) for row in page["value"]] == [["id"]]


def test_an_empty_option_is_400_not_silence(reader: Client) -> None:
    for name in ("$filter", "$select", "$expand", "$format", "$skiptoken"):
        error_of(reader.get(OPERATIONS, {name: " "}), 400, naming=name)
    assert options.MAX_EXPAND_DEPTH == 3
