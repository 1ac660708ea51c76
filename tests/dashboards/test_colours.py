"""The colours of charts stand out in light, in dark and on paper (WCAG 2.2: 1.4.3 for text, 1.4.11 for marks)."""

import re

import pytest

from tests.conftest import REPOSITORY

pytestmark = pytest.mark.sqlite_only

STYLES = (REPOSITORY / "operations" / "static" / "operations" / "portal.css").read_text()
VARIABLE = re.compile(r"--(chart-[a-z0-9-]+): (#[0-9a-f]{3,6});")
THEMES = {
    "light": STYLES[: STYLES.index("@media (prefers-color-scheme: dark)")],
    "dark": STYLES[STYLES.index("@media (prefers-color-scheme: dark)") : STYLES.index('html[data-theme="dark"] {')],
    "dark chosen by hand": STYLES[STYLES.index('html[data-theme="dark"] {') : STYLES.index("#site-name")],
    "paper": STYLES[STYLES.index("@media print") :],
}


def lightness(colour: str) -> float:
    digits = "".join(2 * digit for digit in colour[1:]) if len(colour) == 4 else colour[1:]
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((lightness(one), lightness(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_text_and_marks_stand_out_from_their_ground(theme: str) -> None:
    colours = dict(VARIABLE.findall(THEMES[theme]))
    paper = colours["chart-paper"]
    for name in ("ink", "quiet"):
        assert contrast(colours[f"chart-{name}"], paper) >= 4.5, name
    for name in ("main", "second", "good", "bad", "busy", "plain"):
        assert contrast(colours[f"chart-{name}"], paper) >= 3, name
    for level in range(5):
        assert contrast(colours[f"chart-heat-ink-{level}"], colours[f"chart-heat-{level}"]) >= 4.5, level


@pytest.mark.parametrize("theme", THEMES)
def test_success_and_failure_differ_in_lightness_and_not_in_hue_alone(theme: str) -> None:
    colours = dict(VARIABLE.findall(THEMES[theme]))
    assert contrast(colours["chart-good"], colours["chart-bad"]) >= 2


def test_both_ways_to_the_dark_have_the_same_colours() -> None:
    assert VARIABLE.findall(THEMES["dark"]) == VARIABLE.findall(THEMES["dark chosen by hand"])
    used = set(re.findall(r"var\(--(chart-[a-z0-9-]+)\)", STYLES))
    assert used <= {name for name, _ in VARIABLE.findall(THEMES["light"])}
