"""Two hundred who send or read slowly, of each kind, beside normal work: nobody waits for them."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.journeys.portal import JOURNEY, OPERATIONS, TRUSTED_PROXY, Portal
from tests.waiting import until

pytestmark = JOURNEY
MANY = 200
# A probe later than this is too late.
SECONDS = 2
_POST = f"POST {OPERATIONS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
_BUNDLE = "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js"
KINDS = {
    "nothing": "",
    "half a head": "GET / HTTP/1.1\r\nHost: loc",
    "half a form": "POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nusername=",
    "half a body": f"{_POST}Content-Length: 100\r\n\r\n{{",
    "half a body with a token": f"{_POST}Authorization: Bearer {{token}}\r\nContent-Length: 1000000\r\n\r\n"
    + "x" * 30_000,
    "half a chunk": f"{_POST}Transfer-Encoding: chunked\r\n\r\n100\r\n{{",
    "reads nothing": f"GET {_BUNDLE} HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


def connect(portal: Portal, stack: ExitStack, address: str = "127.0.0.1") -> socket.socket:
    held = stack.enter_context(socket.socket())
    held.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    held.settimeout(30)
    held.bind((address, 0))
    held.connect(("127.0.0.1", portal.port))
    return held


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_waits_for_two_hundred_slow_ones(portal: Portal, kind: str) -> None:
    sent = KINDS[kind].replace("{token}", portal.token).encode()
    with ExitStack() as stack:
        for _ in range(MANY):
            connect(portal, stack).sendall(sent)
        for _ in range(5):
            for path in ("/healthz", "/readyz", OPERATIONS):
                began = time.monotonic()
                assert portal.call("GET", path).status == 200
                assert time.monotonic() - began < SECONDS, path


def test_half_a_request_followed_by_silence_is_not_held_for_ever(portal: Portal) -> None:
    kinds = ("half a head", "half a body", "half a form", "half a chunk")
    with ExitStack() as stack:
        held = {kind: connect(portal, stack) for kind in kinds}
        for kind, connection in held.items():
            connection.sendall(KINDS[kind].encode())
        answers = {kind: everything_from(connection) for kind, connection in held.items()}
    assert answers.pop("half a head") == b""
    assert {kind: answer.split(b" ", 2)[1] for kind, answer in answers.items()} == dict.fromkeys(answers, b"408")


def test_one_address_holds_so_many_connections_and_leaves_the_others_theirs(portal: Portal) -> None:
    # In each of the web processes.
    most = 256 * 2
    with ExitStack() as stack:
        held = [connect(portal, stack, "127.0.0.3") for _ in range(most + 100)]
        assert portal.call("GET", "/healthz").status == 200
        closed = sum(_is_closed(connection) for connection in held)
    assert closed >= 100
    until(lambda: portal.call("GET", "/healthz").status == 200, what="the portal to answer again")


def everything_from(connection: socket.socket) -> bytes:
    answer = b""
    while piece := connection.recv(65536):
        answer += piece
    return answer


def _is_closed(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def test_three_hundred_mebibytes_are_refused_before_they_arrive(portal: Portal) -> None:
    head = "Host: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 314572800\r\n\r\n"
    # With an expired token a script has to see 401, whatever it sends.
    for path, status in (("/portal/oauth2/v2.0/token", b"413"), ("/admin/login/", b"413"), (OPERATIONS, b"401")):
        with ExitStack() as stack:
            held = connect(portal, stack)
            held.sendall(f"POST {path} HTTP/1.1\r\n{head}".encode())
            assert held.recv(100).split(b" ")[1] == status


class Proxy(BaseHTTPRequestHandler):
    """As a reverse proxy does it: the sender's address is appended to what came in, everything else is handed on."""

    port = 0

    def do_POST(self) -> None:
        headers = {name: value for name, value in self.headers.items() if name.lower() != "x-forwarded-for"}
        came = self.headers.get_all("x-forwarded-for", [])
        headers["X-Forwarded-For"] = ", ".join([*came, self.client_address[0]])
        body = self.rfile.read(int(self.headers["content-length"]))
        onward = HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(TRUSTED_PROXY, 0))
        with closing(onward):
            onward.request("POST", self.path, body, headers)
            answer = onward.getresponse()
            self.send_response(answer.status)
            self.end_headers()
            self.wfile.write(answer.read())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def proxy(portal: Portal) -> Iterator[int]:
    """Its port."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Proxy,), {"port": portal.port}))
    Thread(target=made.serve_forever, daemon=True).start()
    yield made.server_port
    made.shutdown()
    made.server_close()


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"X-Forwarded-For": "198.51.100.7"},
        {"X_Forwarded_For": "198.51.100.7"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-For": "198.51.100.7", "X_Forwarded_For": "198.51.100.8"},
    ],
)
def test_behind_a_proxy_nobody_chooses_their_own_address(portal: Portal, proxy: int, forged: dict[str, str]) -> None:
    sent = {
        "Host": "localhost",
        "Authorization": f"Bearer {portal.token}",
        "Content-Type": "application/json",
        "Content-Length": "2",
        **forged,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    with socket.create_connection(("127.0.0.1", proxy), timeout=30, source_address=("127.0.0.5", 0)) as held:
        held.sendall(f"POST {OPERATIONS} HTTP/1.0\r\n{lines}\r\n{{}}".encode())
        assert b" 201 " in held.recv(65536).splitlines()[0]
    newest = "from operations.models import AuditEvent; print(AuditEvent.objects.latest('sequence').address)"
    assert portal.manage("shell", "--no-imports", "-c", newest).stdout.strip() == "127.0.0.5"
