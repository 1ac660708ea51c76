"""Contract: paging by keyset, and query options that are never met with silence."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from operations.odata.query.options import OF_COLLECTIONS, SYSTEM_OPTIONS
from tests.api.resource import Resource, content, error_of, ids


class Paging(Resource):
    @pytest.mark.parametrize(("rows", "pages"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3)])
    def test_pages_follow_each_other_and_none_is_empty(
        self, reader: Client, address: str, path: str, rows: int, pages: int
    ) -> None:
        wanted = self.make_many(path, rows)
        found: list[str] = []
        link, seen = f"http://testserver{address}?$top=2", 0
        while link:
            assert link.startswith("http://testserver/")
            response = reader.get(link)
            assert ids(response), "a page is never empty"
            found, link, seen = found + ids(response), content(response).get("@odata.nextLink", ""), seen + 1
        assert found == wanted
        assert seen == pages

    def test_the_page_size_holds_along_the_links_and_the_key_may_be_written_either_way(
        self, reader: Client, address: str, path: str
    ) -> None:
        self.make_many(path, 3)
        link = content(reader.get(f"{address}?$top=1"))["@odata.nextLink"]
        query = parse_qs(urlsplit(link).query)
        assert query["$top"] == ["1"]
        assert "$skiptoken=" in link
        assert len(ids(reader.get(link))) == 1

    def test_rows_that_come_or_go_meanwhile_move_no_page(self, reader: Client, address: str, path: str) -> None:
        wanted = self.make_many(path, 4)
        first = content(reader.get(f"{address}?$top=2"))
        newer = self.make(path)
        type(newer)._default_manager.filter(pk=wanted[1]).update(last_modified_date_time=newer.last_modified_date_time)
        assert ids(reader.get(first["@odata.nextLink"])) == wanted[2:]

    def test_rows_of_the_same_moment_are_all_shown_once(self, reader: Client, address: str, path: str) -> None:
        first = self.make(path)
        rows = {str(self.make(path, created_date_time=first.created_date_time).pk) for _ in range(4)} | {str(first.pk)}
        found: list[str] = []
        link = f"{address}?$top=2"
        while link:
            response = reader.get(link)
            found, link = found + ids(response), content(response).get("@odata.nextLink", "")
        assert sorted(found) == sorted(rows)

    def test_a_page_has_100_rows_unless_asked_and_1000_at_most(
        self, reader: Client, address: str, path: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.make_many(path, 102)
        assert len(ids(reader.get(address))) == 100
        assert len(ids(reader.get(f"{address}?$top=102"))) == 102
        monkeypatch.setattr("operations.odata.query.options.LARGEST_PAGE_SIZE", 101)
        response = reader.get(f"{address}?$top=999999999")
        assert len(ids(response)) == 101
        assert "@odata.nextLink" in content(response)

    @pytest.mark.parametrize("top", ["0", "-1", "", "1.5", "x", "1e2", " 1", "+1", "１", "99999999999999999999"])
    def test_a_top_that_is_no_number_from_1_is_400(self, reader: Client, address: str, top: str) -> None:
        assert error_of(reader.get(address, {"$top": top}), 400, naming="$top")["target"] == "$top"

    @pytest.mark.parametrize("damage", ["reversed", "cut", "other payload", "empty", "nonsense"])
    def test_a_tampered_token_is_400(self, reader: Client, address: str, path: str, damage: str) -> None:
        self.make_many(path, 2)
        link = content(reader.get(f"{address}?$top=1"))["@odata.nextLink"]
        token = parse_qs(urlsplit(link).query)["$skiptoken"][0]
        payload, _, signature = token.partition(":")
        damaged = {
            "reversed": token[::-1],
            "cut": token[:-1],
            "other payload": f"x{payload}:{signature}",
            "empty": "",
            "nonsense": "\u00e9:%00",
        }[damage]
        error_of(reader.get(address, {"$skiptoken": damaged}), 400, naming="$skiptoken")

    def test_a_token_of_another_collection_is_400(self, reader: Client, address: str, path: str, version: str) -> None:
        self.make_many(path, 2)
        query = urlsplit(content(reader.get(f"{address}?$top=1"))["@odata.nextLink"]).query
        other = "groupPolicyOperations" if path != "groupPolicyOperations" else "groupPolicyUploadedDefinitionFiles"
        error_of(reader.get(f"/{version}/deviceManagement/{other}?{query}"), 400, naming="$skiptoken")

    @pytest.mark.parametrize("option", sorted(SYSTEM_OPTIONS - OF_COLLECTIONS))
    @pytest.mark.parametrize("prefix", ["$", ""])
    def test_an_option_that_is_not_supported_is_400_naming_it(
        self, reader: Client, address: str, option: str, prefix: str
    ) -> None:
        error_of(reader.get(address, {prefix + option: "1"}), 400, naming=f"${option}")
        error_of(reader.get(address, {(prefix + option).upper(): "1"}), 400, naming=f"${option}")

    @pytest.mark.parametrize("option", ["$nonsense", "$", "$$top", "$Top2"])
    def test_an_unknown_option_is_400_naming_it(self, reader: Client, address: str, option: str) -> None:
        assert error_of(reader.get(address, {option: "1"}), 400)["target"] == option

    def test_known_options_need_no_dollar_and_come_in_any_letter_case(
        self, reader: Client, address: str, path: str
    ) -> None:
        self.make_many(path, 2)
        for spelled in ("top", "$top", "$TOP", "Top"):
            assert len(ids(reader.get(address, {spelled: "1"}))) == 1

    def test_other_names_without_a_dollar_are_ignored(self, reader: Client, address: str, path: str) -> None:
        self.make(path)
        assert len(ids(reader.get(address, {"api-version": "1", "nonsense": "", "@p": "1"}))) == 1

    @pytest.mark.parametrize("query", ["$top=1&$top=2", "top=1&$top=1"])
    def test_an_option_given_twice_is_400(self, reader: Client, address: str, query: str) -> None:
        error_of(reader.get(f"{address}?{query}"), 400, naming="$top")
