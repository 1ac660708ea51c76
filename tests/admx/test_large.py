"""Templates as large as may be, made to be hard on the checks: they end, and never hold much memory."""

import tracemalloc

import pytest

from operations.admx import MAX_FILE_BYTES
from tests.admx.samples import CATEGORY, STRINGS, adml, admx, english, language, read_sample

MOST_MEMORY = 100 * 1024 * 1024
# As many as the limits on elements and attributes leave room for.
MANY = 19_000
WITH_A_SETTING = 12_000
STRING = "$(string.Proxy)"


def short(number: int, inside: str = "", more: str = "") -> str:
    return f'<policy name="p{number}" class="User" displayName="{STRING}" key="System" {more}>{inside}</policy>'


def chain(count: int, *, closed: bool) -> str:
    last = "c0" if closed else "Main"
    return CATEGORY + "".join(
        f'<category name="c{number}" displayName="{STRING}"><parentCategory ref="'
        f'{f"c{number + 1}" if number + 1 < count else last}"/></category>'
        for number in range(count)
    )


def presenting(controls: int) -> str:
    inside = "".join(f'<textBox refId="t{number}"/>' for number in range(controls))
    table = f'<presentationTable><presentation id="P">{inside}</presentation></presentationTable>'
    return adml(STRINGS).replace("</resources>", f"{table}</resources>")


ONE_PRESENTATION = 'presentation="$(presentation.P)"'
SETTING = '<elements><text id="t"/></elements>'
TEMPLATES = {
    "policies without anything": (admx(*(short(number) for number in range(MANY))), adml()),
    "policies that refer to as many categories": (
        admx(*(short(number, f'<parentCategory ref="g{number}"/>') for number in range(MANY))),
        adml(),
    ),
    "policies with as many prefixes": (
        admx(*(short(number, f'<supportedOn ref="x{number}:y"/>') for number in range(MANY))),
        adml(),
    ),
    "policies that share a large presentation": (
        admx(*(short(number, SETTING, ONE_PRESENTATION) for number in range(WITH_A_SETTING))),
        presenting(40_000),
    ),
    "one policy with very many settings": (
        admx(short(1, "<elements>" + '<text id="t"/>' * 50_000 + "</elements>", ONE_PRESENTATION)),
        presenting(40_000),
    ),
    "a long chain of categories": (admx(categories=chain(MANY, closed=False)), adml()),
    "a long circle of categories": (admx(categories=chain(MANY, closed=True)), adml()),
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_within_the_limits_takes_much_memory_or_very_long(name: str) -> None:
    definition, texts = TEMPLATES[name]
    assert max(len(definition), len(texts)) < MAX_FILE_BYTES
    tracemalloc.start()
    try:
        reading = read_sample(definition, english(texts), language(texts, "de-DE"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert reading.findings
    assert reading.findings[0].code not in {"LimitExceeded", "XmlInvalid"}
    assert len(reading.findings) <= 150
    assert peak < MOST_MEMORY
