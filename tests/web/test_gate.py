"""What is sent is read whole, within a deadline and a limit, before a thread deals with it."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from operations.models import User
from operations.services.access import api_clients
from operations.web import gate, limits
from tests import rows
from tests.admin import pages

KNOWN_BYTES = 1024 * 1024
LIST = "/beta/deviceManagement/groupPolicyOperations"


def echo(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Says what it was given."""
    refusal = environ["gpo_portal.refusal"]
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response(f"{refusal.status if refusal else 200} Said", [("X-Path", environ["PATH_INFO"])])
    names = sorted(name for name in environ if name.startswith("HTTP_"))
    return [f"{refusal or ''}|{len(body)}|{','.join(names)}".encode()]


class Sender:
    """Sends these pieces, then nothing for ever unless that is all."""

    def __init__(self, *pieces: bytes, whole: bool = True) -> None:
        self.pieces = list(pieces) or [b""]
        self.whole = whole

    async def __call__(self) -> Any:
        if not self.pieces:
            await asyncio.Event().wait()
        piece = self.pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(self.pieces) or not self.whole}


def ask(receive: Any, *, path: str = LIST, headers: Iterable[tuple[bytes, bytes]] = (), slow: bool = False) -> Any:
    """Status, headers and text of the answer."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        if slow:
            await asyncio.Event().wait()
        sent.append(message)

    async def through() -> None:
        scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": list(headers),
            "http_version": "1.1",
        }
        await gate.Gate(echo, threads=1)(scope, receive, send)

    asyncio.run(asyncio.wait_for(through(), 20))
    if not sent:
        return None
    text = b"".join(message.get("body", b"") for message in sent[1:]).decode()
    return sent[0]["status"], dict(sent[0]["headers"]), text


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sender with a token is known here."""

    def most_bytes(scope: Any) -> int:
        return KNOWN_BYTES if dict(scope["headers"]).get(b"authorization") else limits.ANONYMOUS_BYTES

    monkeypatch.setattr(gate, "most_bytes_in_thread", most_bytes)


TOKEN = (b"authorization", b"Bearer x")


def length(size: int) -> tuple[bytes, bytes]:
    return b"content-length", str(size).encode()


def test_a_whole_body_arrives_as_it_was_sent() -> None:
    status, _, text = ask(Sender(b"abc", b"", b"defg"), headers=[length(7)])
    assert (status, text.split("|")[1]) == (200, "7")


def test_chunks_have_a_length_too() -> None:
    _, _, text = ask(Sender(b"abc", b"defg"), headers=[(b"transfer-encoding", b"chunked")])
    assert text == "|7|"


@pytest.mark.parametrize("sent", [(), (b"{",), (b"{" * 1000, b"{")])
def test_half_a_body_is_waited_for_no_longer_than_the_deadline(
    sent: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "BODY_SECONDS", 0.05)
    status, headers, text = ask(Sender(b"{", *sent, whole=False), headers=[length(5000)])
    assert status == 408
    assert "did not arrive in time" in text
    assert headers[b"connection"] == b"close", "what is left of it is not waited for"


def test_a_body_keeps_a_least_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "BODY_SECONDS", 0.05)
    monkeypatch.setattr(gate, "LEAST_BYTES_PER_SECOND", 10_000)

    class Trickle(Sender):
        """The clock goes on by 20 ms with each piece."""

        async def __call__(self) -> Any:
            loop: Any = asyncio.get_running_loop()
            now = loop.time() + 0.02
            loop.time = lambda: now
            return await super().__call__()

    assert ask(Trickle(*[b"x"] * 100), headers=[length(100)])[0] == 408
    assert ask(Trickle(*[b"x" * 1000] * 10), headers=[length(10_000)])[0] == 200


@pytest.mark.parametrize(
    ("headers", "size", "status"),
    [
        ([], limits.ANONYMOUS_BYTES, 200),
        ([], limits.ANONYMOUS_BYTES + 1, 413),
        ([TOKEN], limits.ANONYMOUS_BYTES + 1, 200),
        ([TOKEN], KNOWN_BYTES, 200),
        ([TOKEN], KNOWN_BYTES + 1, 413),
    ],
)
@pytest.mark.parametrize("announced", [True, False])
def test_the_limit_depends_on_who_sends(headers: Any, size: int, status: int, announced: bool) -> None:
    pieces = [b"x" * size] if announced else [b"x" * 4096] * (size // 4096) + [b"x" * (size % 4096)]
    found = ask(Sender(*pieces), path="/admin/", headers=[*headers, *([length(size)] if announced else [])])
    assert found[0] == status
    assert (f"|{size}|" in found[2]) is (status == 200)


def test_nothing_is_read_of_a_body_that_is_announced_too_large() -> None:
    async def never() -> Any:
        raise AssertionError("It was read.")

    for path in ("/admin/login/", "/portal/oauth2/v2.0/token"):
        assert ask(never, path=path, headers=[length(300 * 1024 * 1024)])[0] == 413
    assert ask(never, headers=[length(300 * 1024 * 1024), TOKEN])[0] == 413


def test_the_api_itself_refuses_a_stranger_whose_body_is_not_read() -> None:
    async def never() -> Any:
        raise AssertionError("It was read.")

    status, headers, text = ask(never, path="/v1.0/x", headers=[length(300 * 1024 * 1024)])
    assert (status, text.split("|")[:2], headers[b"connection"]) == (200, ["", "0"], b"close")


def test_a_sender_who_leaves_gets_no_answer() -> None:
    async def leave() -> Any:
        return {"type": "http.disconnect"}

    assert ask(leave, headers=[length(5)]) is None


def test_a_reader_who_reads_nothing_holds_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "READER_SECONDS", 0.05)
    assert ask(Sender(), slow=True) is None


def test_header_names_with_underscores_are_dropped() -> None:
    sent = [(b"x_forwarded_for", b"6.6.6.6"), (b"x-forwarded-for", b"192.0.2.1"), (b"content_length", b"5")]
    assert ask(Sender(b"abc"), headers=sent)[2] == "|3|HTTP_X_FORWARDED_FOR"


@pytest.mark.parametrize("path", ["/plain", "/a%20b", "/%C3%A4", "/%ff", "/a%2Fb"])
def test_the_path_is_the_one_that_was_sent(path: str) -> None:
    from urllib.parse import unquote_to_bytes

    assert ask(Sender(), path=path)[1][b"x-path"] == unquote_to_bytes(path)


def test_probes_do_not_wait_for_pages() -> None:
    made = gate.Gate(echo, threads=1)
    assert made.probes.executor is not made.pages.executor


@pytest.mark.django_db
class TestWhoIsKnown:
    def most(self, path: str, **headers: str) -> int:
        sent = [(name.encode(), value.encode()) for name, value in headers.items()]
        return limits.most_bytes({"path": path, "headers": sent})

    @pytest.fixture
    def token(self) -> str:
        client, _ = api_clients.create_api_client(by=rows.everybody(), name="Script")
        return api_clients.issue_token(by=rows.everybody(), client=client, lifetime=timedelta(days=1))

    def test_a_token_that_is_in_force_sends_what_the_api_takes(self, token: str) -> None:
        assert self.most(LIST, authorization=f"Bearer {token}") == settings.MAX_BODY_BYTES
        assert self.most("/admin/", authorization=f"Bearer {token}") == limits.FORM_BYTES

    @pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer " + "x" * 5000, "Bearer \xff"])
    def test_no_other_does(self, token: str, header: str) -> None:
        assert self.most(LIST, authorization=header) == limits.ANONYMOUS_BYTES

    def test_somebody_signed_in_sends_files_to_the_pages_that_take_them(self, client: Client, operator: User) -> None:
        client.force_login(operator)
        cookie = client.cookies.output(header="", attrs=[]).strip()
        assert self.most("/admin/operations/grouppolicyoperation/import/", cookie=cookie) == limits.UPLOAD_BYTES
        assert self.most("/admin/operations/grouppolicyoperation/add/", cookie=cookie) == limits.UPLOAD_BYTES
        assert self.most("/admin/operations/user/add/", cookie=cookie) == limits.FORM_BYTES
        assert self.most("/no/such/page", cookie=cookie) == limits.FORM_BYTES

    @pytest.mark.parametrize("value", ["", "x", "../../etc/passwd", "\x00"])
    def test_a_session_that_is_none_sends_as_little_as_anybody(self, value: str) -> None:
        cookies: Any = SimpleCookie()
        cookies[settings.SESSION_COOKIE_NAME] = value
        assert self.most("/admin/", cookie=cookies.output(header="", attrs=[]).strip()) == limits.ANONYMOUS_BYTES

    def test_an_upload_page_is_named_as_the_site_names_it(self) -> None:
        from django.urls import get_resolver

        names = {str(name) for name in get_resolver().namespace_dict["admin"][1].reverse_dict}
        assert {name.removeprefix("admin:") for name in limits.UPLOAD_PAGES} <= names


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/admin/login/", "/portal/oauth2/v2.0/token", pages.USERS + "add/", "/healthz"])
def test_no_file_is_taken_where_no_page_asks_for_one(
    address: str, client: Client, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def store(*_: Any, **__: Any) -> Any:
        raise AssertionError("It reached the disk.")

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile", store)
    monkeypatch.setattr("django.core.files.uploadhandler.InMemoryUploadedFile", store)
    client.force_login(administrator)
    answer = client.post(address, {"username": "x", "file": SimpleUploadedFile("a.bin", b"x" * 1000)})
    assert answer.status_code in {400, 200}
    assert answer.status_code == 400 or address == "/healthz", "which reads nothing"
