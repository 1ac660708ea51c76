"""No read may hold the database for ever: beyond a limit it is broken off and the caller is told."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

from operations.odata.errors import ODataError

SECONDS = 15
# How many of SQLite's virtual machine instructions pass between two looks at the clock.
_INSTRUCTIONS = 20_000


@contextmanager
def within_time_limit() -> Iterator[None]:
    """Raises ODataError 503 when the statements inside take longer."""
    seconds = SECONDS
    deadline = time.monotonic() + seconds
    try:
        with _limited(seconds, deadline):
            yield
    except OperationalError as error:
        if time.monotonic() < deadline:
            raise
        raise ODataError(
            503, f"This took longer than {seconds:g} seconds and was cancelled. Ask for less, with a $filter."
        ) from error


@contextmanager
def _limited(seconds: float, deadline: float) -> Iterator[None]:
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(int(seconds * 1000))])
            yield
        return
    connection.ensure_connection()
    database = connection.connection
    database.set_progress_handler(lambda: time.monotonic() > deadline, _INSTRUCTIONS)
    try:
        yield
    finally:
        database.set_progress_handler(None, 0)
