"""Where devices managed by Intune let imported policies write.

From Windows' documentation of ADMX ingestion (win32-and-centennial-app-policy-configuration).
"""

_MICROSOFT = ("software", "microsoft")
_POLICIES = ("software", "policies", "microsoft")

# Keys as people write them, by the segments to compare.
BLOCKED: dict[tuple[str, ...], str] = {
    ("system",): "System",
    _MICROSOFT: r"Software\Microsoft",
    _POLICIES: r"Software\Policies\Microsoft",
}

OPEN: frozenset[tuple[str, ...]] = frozenset(
    (*area, *place.split("\\"))
    for area, places in {
        _POLICIES: (
            "office",
            r"shared tools\proofing tools",
            r"shared tools\graphics filters",
            "imejp",
            r"ime\shared",
            r"windows\currentversion\explorer",
            "softwareprotectionplatform",
            "officesoftwareprotectionplatform",
            r"windows\windows search\preferences",
            "exchange",
            r"vba\security",
        ),
        _MICROSOFT: (
            "office",
            r"windows\currentversion\explorer",
            "internet explorer",
            r"shared tools\proofing tools",
            r"shared tools\graphics filters",
            r"windows\windows search\preferences",
            "exchange",
            "onedrive",
            "edge",
            "edgeupdate",
        ),
    }.items()
    for place in places
)
_DEEPEST = max(map(len, OPEN))


def blocked_area(key: str) -> str | None:
    """The area that a key without a hive lies in, if imported policies may not write there.

    Whole segments count, in any letter case; a slash is part of a name.
    """
    segments = tuple(segment for segment in key.lower().strip("\\").split("\\", _DEEPEST + 2) if segment)
    for area, written in BLOCKED.items():
        if segments[: len(area)] == area:
            is_open = any(segments[:depth] in OPEN for depth in range(len(area) + 1, _DEEPEST + 1))
            return None if is_open else written
    return None
