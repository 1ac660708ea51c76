"""Python's search for garbage, put off while templates are read."""

import gc
from collections.abc import Iterator

import pytest

from operations.admx.read.reading import collector_paused
from tests.admx.samples import read_sample


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()


def test_it_is_put_off_until_the_last_one_is_done() -> None:
    with collector_paused():
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), collector_paused():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_whoever_switched_it_off_keeps_it_off() -> None:
    gc.disable()
    with collector_paused():
        pass
    assert not gc.isenabled()


def test_it_goes_on_after_reading() -> None:
    assert read_sample().template is not None
    assert read_sample("<a>").template is None
    assert gc.isenabled()
