"""Contract: every refusal is one envelope that names what is wrong, and leaves nothing behind."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from operations.choices import Scope
from tests.api.resource import Resource, error_of, send

UNKNOWN = "00000000-0000-4000-8000-000000000000"
BAD_BODIES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "Empty Payload"),
    "broken": (b'{"a": ', "Unable to read JSON"),
    "two values": (b"{}{}", "Unable to read JSON"),
    "single quotes": (b"{'a': 1}", "Unable to read JSON"),
    "an array": (b"[]", "one JSON object"),
    "a string": (b'"x"', "one JSON object"),
    "null": (b"null", "one JSON object"),
    "not a number": (b'{"a": NaN}', "Unable to read JSON"),
    "latin-1": (b'{"a": "\xe9"}', "Unable to read JSON"),
    "utf-16": ("{}".encode("utf-16"), "Unable to read JSON"),
    "100,000 brackets": (b"[" * 100_000, "Unable to read JSON"),
    "100,000 objects": (b'{"a":' * 100_000, "Unable to read JSON"),
    "a duplicate name": (b'{"zebra": 1, "zebra": 1}', "zebra"),
    "a duplicate name deep inside": (b'{"a": [{"zebra": 1, "zebra": 2}]}', "zebra"),
    "an unknown property": (b'{"zebra": 1}', "zebra"),
    "an unknown property in snake_case": (b'{"ze_bra": 1}', "ze_bra"),
    "an unknown property set to null": (b'{"zebra": null}', "zebra"),
    "half a surrogate pair in a name": (b'{"\\ud800": 1}', "does not exist"),
    "another type": (b'{"@odata.type": "#microsoft.graph.user"}', "microsoft.graph.user"),
    "half a surrogate pair in the type": (b'{"@odata.type": "#\\ud800"}', "not assignable"),
    "a type that is no string": (b'{"@odata.type": 3}', "not assignable"),
    "a binding": (b'{"file@odata.bind": "x"}', "file@odata.bind"),
    "a number of 5000 digits": (b'{"zebra": ' + b"1" * 5000 + b"}", "Unable to read JSON"),
}
BAD_TOKENS = {
    "none": None,
    "empty": "",
    "unknown": "Bearer 0123456789",
    "without scheme": "0123456789",
    "scheme alone": "Bearer ",
    "basic": "Basic dXNlcjpwYXNz",
    "not ascii": "Bearer ÿÿÿ",
    "very long": "Bearer " + "x" * 5000,
}


class ReadingRefusals(Resource):
    """Those that need no write."""

    @pytest.mark.parametrize("accept", ["text/html", "application/xml", "application/json;q=0", "*/*; q=0.000", "x"])
    def test_an_accept_without_room_for_json_is_406(self, reader: Client, address: str, accept: str) -> None:
        error_of(reader.get(address, headers={"accept": accept}), 406, naming="application/json")

    def test_too_many_refused_tokens_are_429_with_retry_after(
        self, client: Client, reader: Client, address: str, settings: Any
    ) -> None:
        settings.PORTAL_REFUSED_TOKENS_PER_MINUTE = 3
        bad = {"authorization": "Bearer nonsense"}
        for _ in range(3):
            error_of(client.get(address, headers=bad), 401)
        response = client.get(address, headers=bad)
        error = error_of(response, 429)
        assert error["code"] == "TooManyRequests"
        assert 1 <= int(response["Retry-After"]) <= 60
        assert reader.get(address).status_code == 200, "a good token is never slowed down"

    def test_an_unexpected_failure_is_500_and_tells_only_the_request_id(
        self, reader: Client, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*args: Any, **kwargs: Any) -> None:
            raise RuntimeError("secret inside")

        monkeypatch.setattr("operations.odata.viewsets.ODataViewSet._answer", fail)
        response = reader.get(address)
        error = error_of(response, 500)
        assert error["code"] == "InternalServerError"
        assert b"secret" not in response.content
        assert b"Traceback" not in response.content

    def test_another_host_name_is_400_in_the_envelope(self, reader: Client, address: str) -> None:
        error_of(reader.get(address, headers={"host": "evil.example"}), 400, naming="PORTAL_ALLOWED_HOSTS")

    def test_with_tls_a_token_in_the_clear_is_refused_and_not_redirected(
        self, reader: Client, address: str, settings: Any
    ) -> None:
        settings.PORTAL_TLS = True
        settings.SECURE_SSL_REDIRECT = True
        error_of(reader.get(address), 403, naming="Use https")
        assert reader.get(address, secure=True).status_code == 200


class Refusals(ReadingRefusals):
    @pytest.mark.parametrize("kind", BAD_BODIES)
    def test_a_bad_body_is_400_and_leaves_nothing(self, writer: Client, address: str, kind: str) -> None:
        before = self.count()
        body, naming = BAD_BODIES[kind]
        error_of(send(writer, "POST", address, body), 400, naming=naming)
        assert self.count() == before

    @pytest.mark.parametrize("depth", [300, 600, 800, 850, 900, 950, 980, 1000, 2000])
    def test_deep_nesting_is_refused_at_any_depth(self, writer: Client, address: str, depth: int) -> None:
        _, member = self.nullable
        value = b"[" * depth + b"]" * depth
        error_of(send(writer, "POST", address, b'{"%s": %s}' % (member.encode(), value)), 400)

    @pytest.mark.parametrize("value", [1, 1.5, True, [], {}, ["x"], {"a": "b"}, "a\x00b", "\ud800"])
    def test_a_text_of_the_wrong_type_is_400_naming_it(self, writer: Client, address: str, value: Any) -> None:
        _, member = self.nullable
        before = self.count()
        error = error_of(send(writer, "POST", address, self.body() | {member: value}), 400, naming=member)
        assert error["code"] == "ModelValidationFailure"
        assert error["target"] == member
        assert self.count() == before

    def test_every_problem_is_told_at_once(self, writer: Client, address: str) -> None:
        error = error_of(send(writer, "POST", address, {"zebra": 1, "lion": 2}), 400, naming="zebra")
        assert [detail["target"] for detail in error["details"]] == ["zebra", "lion"]

    @pytest.mark.parametrize(
        ("content_type", "status"),
        [
            ("", 400),
            ("text/plain", 415),
            ("application/xml", 415),
            ("application/x-www-form-urlencoded", 415),
            ("multipart/form-data; boundary=x", 415),
            ("application/json; charset=utf-16", 415),
        ],
    )
    def test_a_wrong_or_missing_content_type_is_refused(
        self, writer: Client, address: str, path: str, content_type: str, status: int
    ) -> None:
        row = self.make(path)
        before = self.count()
        error_of(send(writer, "POST", address, self.body(), content_type=content_type), status, naming="Content-Type")
        error_of(send(writer, "PATCH", f"{address}/{row.pk}", self.patch, content_type=content_type), status)
        assert self.count() == before

    @pytest.mark.parametrize("suffix", ["; charset=utf-8", ';charset="UTF-8"', ";IEEE754Compatible=false"])
    def test_parameters_of_the_content_type_are_no_hindrance(self, writer: Client, address: str, suffix: str) -> None:
        response = send(writer, "POST", address, self.body(), content_type=f"application/json{suffix}")
        assert response.status_code == 201

    def test_a_body_over_the_limit_is_413(self, writer: Client, address: str, settings: Any) -> None:
        settings.MAX_BODY_BYTES = 1024 * 1024
        before = self.count()
        error = error_of(send(writer, "POST", address, b'{"a": "' + b"x" * 1024 * 1024 + b'"}'), 413)
        assert "1 MiB" in error["message"]
        assert self.count() == before

    def test_the_limit_of_a_body_is_32_mib(self, settings: Any) -> None:
        assert settings.MAX_BODY_BYTES == 32 * 1024 * 1024

    @pytest.mark.parametrize("kind", BAD_TOKENS)
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_without_a_good_token_it_is_401_with_a_challenge(
        self, client: Client, address: str, kind: str, method: str
    ) -> None:
        header = BAD_TOKENS[kind]
        headers = {} if header is None else {"authorization": header}
        response = send(client, method, address, self.body() if method == "POST" else None, headers=headers)
        error = error_of(response, 401)
        assert error["code"] == "InvalidAuthenticationToken"
        assert response["WWW-Authenticate"].startswith('Bearer realm="", authorization_uri="http')

    @pytest.mark.parametrize(
        ("scopes", "may_read", "may_write"),
        [
            ((Scope.READ,), True, False),
            ((Scope.READ_WRITE,), True, True),
            ((Scope.READ, Scope.READ_WRITE), True, True),
            ((Scope.AUDIT_READ,), False, False),
        ],
    )
    @pytest.mark.parametrize("method", ["LIST", "GET", "POST", "PATCH", "DELETE"])
    def test_scopes_decide_who_may(
        self,
        token_for: Callable[..., str],
        address: str,
        path: str,
        scopes: tuple[str, ...],
        may_read: bool,
        may_write: bool,
        method: str,
    ) -> None:
        caller = Client(headers={"authorization": f"Bearer {token_for(*scopes)}"})
        row, before = self.make(path), self.count()
        at = address if method in {"LIST", "POST"} else f"{address}/{row.pk}"
        body = {"POST": self.body(), "PATCH": self.patch}.get(method)
        response = send(caller, method.replace("LIST", "GET"), at, body)
        if may_read if method in {"LIST", "GET"} else may_write:
            assert response.status_code in {200, 201, 204}
            return
        error = error_of(response, 403)
        assert error["code"] == "Forbidden"
        assert error["message"].startswith("Application is not authorized to perform this operation.")
        assert "DeviceManagementConfiguration.ReadWrite.All" in error["message"]
        assert self.count() == before

    @pytest.mark.parametrize("key", [UNKNOWN, "nonsense", "1", "a b", "%C3%A9", "..%2f", "x" * 300])
    @pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
    def test_what_is_not_there_is_404(self, writer: Client, address: str, key: str, method: str) -> None:
        body = self.patch if method == "PATCH" else None
        response = send(writer, method, f"{address}('{key}')" if "/" not in key else f"{address}/{key}", body)
        if response.status_code == 400:  # a slash makes it another address
            assert "2f" in key
            error_of(response, 400)
        else:
            assert error_of(response, 404)["code"] == "ResourceNotFound"

    @pytest.mark.parametrize(
        ("at", "method", "allowed"),
        [
            *(("", method, {"GET", "POST", "HEAD"}) for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")),
            *(("/id", method, {"GET", "PATCH", "DELETE", "HEAD"}) for method in ("PUT", "POST", "OPTIONS", "QUERY")),
        ],
    )
    def test_other_methods_are_405_and_say_which_are_allowed(
        self, writer: Client, address: str, path: str, at: str, method: str, allowed: set[str]
    ) -> None:
        row = self.make(path)
        response = send(writer, method, address + at.replace("id", str(row.pk)), self.body())
        error_of(response, 405)
        assert set(response["Allow"].split(", ")) == allowed
