"""Contract: a collection that is only read refuses every write, and everyone who may not read."""

from collections.abc import Callable

import pytest
from django.test import Client

from operations.choices import Scope
from tests.api.refusals import BAD_TOKENS, UNKNOWN, ReadingRefusals
from tests.api.resource import error_of, send


class ReadOnly(ReadingRefusals):
    @pytest.mark.parametrize("method", ["PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE"])
    def test_every_write_is_405_and_changes_nothing(self, writer: Client, address: str, path: str, method: str) -> None:
        row = self.make(path)
        for at in (address, f"{address}/{self.key_of(row)}"):
            response = send(writer, method, at, {"displayName": "Other"})
            error_of(response, 405)
            assert set(response["Allow"].split(", ")) == {"GET", "HEAD"}
        assert type(row)._default_manager.filter(pk=row.pk).exists()

    @pytest.mark.parametrize("key", [UNKNOWN, "nonsense", "1", "a b", "%C3%A9", "x" * 300])
    def test_what_is_not_there_is_404(self, reader: Client, address: str, key: str) -> None:
        for at in (f"{address}('{key}')", f"{address}/{key}"):
            assert error_of(reader.get(at), 404)["code"] == "ResourceNotFound"

    @pytest.mark.parametrize("kind", BAD_TOKENS)
    def test_without_a_good_token_it_is_401_with_a_challenge(self, client: Client, address: str, kind: str) -> None:
        header = BAD_TOKENS[kind]
        response = client.get(address, headers={} if header is None else {"authorization": header})
        assert error_of(response, 401)["code"] == "InvalidAuthenticationToken"
        assert response["WWW-Authenticate"].startswith('Bearer realm="", authorization_uri="http')

    @pytest.mark.parametrize(("scope", "status"), [(Scope.READ, 200), (Scope.READ_WRITE, 200), (Scope.AUDIT_READ, 403)])
    def test_scopes_decide_who_may_read(
        self, token_for: Callable[..., str], address: str, path: str, scope: str, status: int
    ) -> None:
        caller = Client(headers={"authorization": f"Bearer {token_for(scope)}"})
        for at in (address, f"{address}/{self.key_of(self.make(path))}"):
            assert caller.get(at).status_code == status

    @pytest.mark.parametrize("option", ["$top", "$select", "$expand", "filter"])
    def test_an_item_refuses_options_that_it_would_ignore(
        self, reader: Client, address: str, path: str, option: str
    ) -> None:
        at = f"{address}/{self.key_of(self.make(path))}"
        error_of(reader.get(at, {option: "1"}), 400, naming=f"${option.removeprefix('$')}")
