"""How much longer reading and checking a template takes than lxml's bare parse of the same bytes.

Run with `make bench`; real templates are taken from PORTAL_ADMX_CORPUS, else the example that ships.
The two are timed in turn, so that a noisy machine weighs on both; quote the ratio, not the times.
"""

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from operations.admx import SourceFile, read

REPOSITORY = Path(__file__).resolve().parent.parent
BESIDE = REPOSITORY.parent / "shared" / "admx" / "corpus"
ROUNDS = 15
REAL = ("windows/inetres.admx", "chrome/chrome.admx", "mozilla/firefox.admx", "adobe-dc/AdobeDC.admx", "wsl/WSL.admx")


def main() -> None:
    folder = Path(os.environ.get("PORTAL_ADMX_CORPUS") or BESIDE)
    found = [path for path in (folder / name for name in REAL) if path.is_file()]
    print(f"{'template':32} {'languages':>9} {'bare ms':>9} {'read ms':>9} {'ratio':>6}")
    for definition in found or [REPOSITORY / "docs/example/example.admx"]:
        compare(definition)


def compare(definition: Path) -> None:
    source = SourceFile(definition.name, definition.read_bytes())
    languages = [
        SourceFile(path.name, path.read_bytes(), path.parent.name)
        for path in sorted(definition.parent.glob("*/*.adml"))
        if path.stem.lower() == definition.stem.lower()
    ]
    default = languages[0].language_code or "en-US"
    bare, whole = [], []
    for _ in range(ROUNDS):
        bare.append(seconds(lambda: [etree.fromstring(file.content) for file in (source, *languages)]))
        whole.append(seconds(lambda: read(source, languages, default_language=default)))
    ratio = statistics.median(two / one for one, two in zip(bare, whole, strict=True))
    name = f"{definition.parent.name}/{definition.name}"
    print(
        f"{name:32} {len(languages):9} {1000 * statistics.median(bare):9.1f} "
        f"{1000 * statistics.median(whole):9.1f} {ratio:6.1f}"
    )


def seconds(action: Callable[[], object]) -> float:
    bytearray(2**20)  # the allocator tidies up what was freed before: that belongs to neither
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
