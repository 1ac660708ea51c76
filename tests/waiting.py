"""The one way tests wait: ask again until it is so, but not for ever."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def until(condition: Callable[[], Found], *, what: str, within: float = 30, every: float = 0.05) -> Found:
    """The first true value of the condition; fails, saying what was waited for, when the time is over."""
    deadline = time.monotonic() + within
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"After {within} s still waiting: {what}")
        time.sleep(every)
    return found
