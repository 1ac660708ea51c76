"""The scale of durations: every one has its step, and a percentile is never further off than is said."""

import math
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.durations import LARGEST_ERROR, most_of, percentile, step_of


@pytest.mark.parametrize(
    ("milliseconds", "step"),
    [(-5, 0), (0, 0), (0.5, 0), (1, 0), (1.001, 1), (2, 4), (2.001, 5), (4, 8), (1024, 40), (1025, 41), (2**30, 120)],
)
def test_each_duration_has_one_step(milliseconds: float, step: int) -> None:
    assert step_of(timedelta(milliseconds=milliseconds)) == step


@given(st.integers(1_001, 10**15))
def test_a_duration_is_at_most_what_its_step_holds_and_more_than_the_one_below(microseconds: int) -> None:
    step = step_of(timedelta(microseconds=microseconds))
    seconds = microseconds / 10**6
    assert seconds <= most_of(step) * (1 + 1e-12)
    assert seconds > most_of(step - 1) * (1 - 1e-12)


@given(
    st.lists(st.floats(0.0011, 10**6, allow_nan=False), min_size=1, max_size=60), st.sampled_from([0.5, 0.9, 0.95, 1.0])
)
def test_a_percentile_is_right_to_the_error_that_is_told(seconds: list[float], share: float) -> None:
    exact = sorted(seconds)[math.ceil(share * len(seconds)) - 1]
    told = percentile(Counter(step_of(timedelta(seconds=one)) for one in seconds), share)
    assert told is not None
    # Durations are whole microseconds.
    assert abs(told - exact) <= exact * (LARGEST_ERROR + 0.001)
    assert LARGEST_ERROR < 0.1


def test_of_nothing_there_is_no_percentile() -> None:
    assert percentile({}, 0.95) is None
    assert percentile({0: 3}, 0.5) == 0.001
