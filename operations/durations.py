"""The fixed logarithmic scale on which durations are counted: four steps for each doubling, from a millisecond on.

Step n holds durations above 2**((n - 1) / 4) up to 2**(n / 4) milliseconds; step 0 all that are shorter.
"""

import math
from collections.abc import Mapping
from datetime import timedelta

STEPS_PER_DOUBLING = 4
UNFINISHED = -1
# The middle of a step is off by half a step at the most.
LARGEST_ERROR = 2 ** (1 / (2 * STEPS_PER_DOUBLING)) - 1


def step_of(duration: timedelta) -> int:
    """The step on which it lies; clocks that disagree make no negative ones."""
    milliseconds = duration / timedelta(milliseconds=1)
    return max(0, math.ceil(STEPS_PER_DOUBLING * math.log2(milliseconds))) if milliseconds > 1 else 0


def most_of(step: int) -> float:
    """The longest duration on a step, in seconds."""
    return float(2 ** (step / STEPS_PER_DOUBLING)) / 1000


def middle_of(step: int) -> float:
    """What stands for all the durations on a step, in seconds: right to LARGEST_ERROR above a millisecond."""
    return most_of(step) / 2 ** (1 / (2 * STEPS_PER_DOUBLING)) if step else most_of(0)


def percentile(counts: Mapping[int, int], share: float) -> float | None:
    """In seconds, from how many there are on each step: right to LARGEST_ERROR. None of none."""
    wanted = share * sum(counts.values())
    reached = 0
    for step in sorted(counts):
        reached += counts[step]
        if reached >= wanted and reached > 0:
            return middle_of(step)
    return None
