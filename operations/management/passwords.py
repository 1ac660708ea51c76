"""Passwords at the terminal."""

import sys
from getpass import getpass

from operations.errors import InvalidError


def ask_password(*, from_stdin: bool) -> str:
    """Typed twice and not shown, or one line of standard input. Raises InvalidError when the two differ."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    password = getpass()
    if getpass("Password (again): ") != password:
        raise InvalidError("The two passwords differ.", target="password")
    return password
