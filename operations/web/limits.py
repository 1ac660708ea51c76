"""How much may be sent where, by whom: one limit for every request, decided before it is parsed."""

import hashlib
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler
from django.db import close_old_connections
from django.urls import Resolver404, resolve
from django.utils import timezone
from oauth2_provider.models import AccessToken

from operations.services.importing.sources import MAX_UPLOADED_BYTES

API = ("/beta/", "/v1.0/")
ANONYMOUS_BYTES = 16 * 1024
FORM_BYTES = 1024 * 1024
# Pages with fields for files; room for the other fields beside them.
UPLOAD_PAGES = frozenset({"admin:operations_grouppolicyoperation_add", "admin:operations-import"})
UPLOAD_BYTES = MAX_UPLOADED_BYTES + FORM_BYTES


class Refusal(Exception):  # noqa: N818 - what the sender gets, not a fault of ours
    """What is said instead of an answer: an HTTP status and a sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class UploadPagesOnly(FileUploadHandler):
    """The first of Django's upload handlers: no file is taken where no page asks for one."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if not _takes_files(self.request.path if self.request else ""):
            raise SuspiciousOperation("This address takes no files.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler has it."""


def most_bytes_in_thread(scope: Any) -> int:
    """For callers outside of Django's own requests, which look after their connections."""
    close_old_connections()
    try:
        return most_bytes(scope)
    finally:
        close_old_connections()


def most_bytes(scope: Any) -> int:
    """For this ASGI request; asks the database who sends it."""
    path = scope["path"]
    if not _is_known(dict(scope["headers"])):
        return ANONYMOUS_BYTES
    if path.startswith(API):
        return settings.MAX_BODY_BYTES
    return UPLOAD_BYTES if _takes_files(path) else FORM_BYTES


def _takes_files(path: str) -> bool:
    try:
        return resolve(path).view_name in UPLOAD_PAGES
    except Resolver404:
        return False


def _is_known(headers: dict[bytes, bytes]) -> bool:
    """A token or a session that is in force; what it may do is decided where it does it."""
    scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() == b"bearer":
        checksum = hashlib.sha256(token.strip()).hexdigest()
        return AccessToken.objects.filter(token_checksum=checksum, expires__gt=timezone.now()).exists()
    cookies = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    if morsel is None:
        return False
    session = import_module(settings.SESSION_ENGINE).SessionStore(morsel.value)
    return SESSION_KEY in session
