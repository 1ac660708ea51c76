"""What is sent is read whole, within a deadline and a limit, before a thread deals with it.

A thread waits for nobody: slow senders and slow readers hold a little memory, never a thread, and probes have threads
of their own. The limits come before anything is parsed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.util import FileWrapper

from a2wsgi import WSGIMiddleware

from operations.web.limits import ANONYMOUS_BYTES, API, Refusal, most_bytes_in_thread

logger = logging.getLogger(__name__)

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PROBES = frozenset({"/healthz", "/readyz"})
PROBE_THREADS = 2
# So long for what arrives, and a second more for each so many bytes that did.
BODY_SECONDS = 10
LEAST_BYTES_PER_SECOND = 16 * 1024
MOST_BYTES_IN_MEMORY = 256 * 1024
# How long a reader may take for one piece of an answer; an answer of so many pieces needs no thread any more.
READER_SECONDS = 30
PIECES = 256
PIECE_BYTES = 64 * 1024


class Gate:
    """An ASGI application around Django's WSGI one."""

    def __init__(self, application: Any, *, threads: int) -> None:
        pages = _with_whole_body(application)
        self.pages = WSGIMiddleware(pages, workers=threads, send_queue_size=PIECES)
        self.probes = WSGIMiddleware(pages, workers=PROBE_THREADS, send_queue_size=PIECES)
        self.doorkeepers = ThreadPoolExecutor(1, thread_name_prefix="gate")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"The portal does not speak {scope['type']}.")
        # WSGI cannot tell X_Forwarded_For from X-Forwarded-For.
        headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
        with SpooledTemporaryFile(MOST_BYTES_IN_MEMORY) as body:
            refusal, is_whole = None, True
            try:
                await self._read(scope | {"headers": headers}, receive, body)
            except _GoneError:
                return
            except (Refusal, _UnreadError) as error:
                refusal, is_whole = error if isinstance(error, Refusal) else None, False
                body.seek(0)
                body.truncate()
            served = {**scope, "headers": headers, "gpo_portal.body": body, "gpo_portal.refusal": refusal}
            inner: Any = self.probes if scope["path"] in PROBES else self.pages
            # The rest of a body that was not read is not waited for.
            await inner(served, _nothing_more, _Reader(send, closes=not is_whole))

    async def _read(self, scope: Message, receive: Receive, body: Any) -> None:
        announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        size = int(announced) if announced.isdigit() else 0
        loop = asyncio.get_running_loop()
        started, got, more, most = loop.time(), 0, True, ANONYMOUS_BYTES
        while True:
            if size > most == ANONYMOUS_BYTES:
                most = await loop.run_in_executor(self.doorkeepers, most_bytes_in_thread, scope)
            if size > most == ANONYMOUS_BYTES and scope["path"].startswith(API):
                raise _UnreadError
            if size > most:
                raise Refusal(413, f"The request body is larger than {_readable(most)}{_hint(most)}.")
            if not more:
                return
            left = started + BODY_SECONDS + got / LEAST_BYTES_PER_SECOND - loop.time()
            try:
                message = await asyncio.wait_for(receive(), max(left, 0))
            except TimeoutError:
                raise Refusal(408, "The request body did not arrive in time.") from None
            if message["type"] == "http.disconnect":
                raise _GoneError
            piece = message.get("body", b"")
            got, more = got + len(piece), message.get("more_body", False)
            size = max(size, got)
            body.write(piece)


class _UnreadError(Exception):
    """The API refuses a stranger before it looks at a body: 401, by which scripts know that a token has expired."""


class _GoneError(Exception):
    """Nobody is there any more."""


class _Reader:
    """The reader of the answer; too slow, and the rest of it goes nowhere."""

    def __init__(self, send: Send, *, closes: bool) -> None:
        self.send = send
        self.closes = closes
        self.gone = False

    async def __call__(self, message: Message) -> None:
        if self.gone:
            return
        if self.closes and message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        try:
            await asyncio.wait_for(self.send(message), READER_SECONDS)
        except TimeoutError:
            self.gone = True
            logger.warning("Somebody reads an answer too slowly; the rest of it is not sent.")


async def _nothing_more() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _with_whole_body(application: Any) -> Any:
    def called(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        scope = environ["asgi.scope"]
        body = scope["gpo_portal.body"]
        environ["CONTENT_LENGTH"] = str(body.tell())
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        body.seek(0)
        environ["wsgi.input"] = body
        environ["wsgi.file_wrapper"] = lambda file, _: FileWrapper(file, PIECE_BYTES)
        # As it was sent: the server has decoded it as UTF-8, whatever it is.
        environ["PATH_INFO"] = unquote_to_bytes(scope["raw_path"]).decode("latin-1")
        environ["gpo_portal.refusal"] = scope["gpo_portal.refusal"]
        return application(environ, start_response)

    return called


def _hint(most: int) -> str:
    return ", the most that anyone may send who is not signed in" if most == ANONYMOUS_BYTES else ""


def _readable(count: int) -> str:
    mebibyte = 1024 * 1024
    return f"{count // mebibyte} MiB" if count >= mebibyte else f"{count // 1024} KiB"
