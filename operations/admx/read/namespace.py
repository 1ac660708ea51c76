"""A quick look at an ADMX: only what it is called."""

from lxml import etree

from operations.admx.model.exceptions import RefusedError
from operations.admx.model.findings import FileFindings
from operations.admx.read.definitions import target_names
from operations.admx.read.document import DEFINITIONS, safe_pull_parser, safe_utf8
from operations.admx.read.markup import local_name

# The target stands at the very beginning (MS-GPREG policyDefinitions); comments before it may be long.
_MAX_LOOKED_AT = 256 * 1024
_STEP = 8 * 1024


def target_namespace(content: bytes) -> str | None:
    """The target namespace of an ADMX, or None whenever it cannot be learned. Never raises."""
    try:
        utf8 = safe_utf8(content, FileFindings(""))
        return _first_target(utf8[:_MAX_LOOKED_AT])
    except (RefusedError, etree.LxmlError):
        return None


def _first_target(content: bytes) -> str | None:
    parser = safe_pull_parser()
    for start in range(0, len(content), _STEP):
        parser.feed(content[start : start + _STEP])
        for _, element in parser.read_events():
            if _is_target(element) and not element.getroottree().docinfo.doctype:
                return target_names(element)[1] or None
    return None


def _is_target(element: etree._Element) -> bool:
    names = ["target", "policyNamespaces", DEFINITIONS.root]
    step: etree._Element | None = element
    for name in names:
        if step is None or local_name(step.tag) != name:
            return False
        step = step.getparent()
    return step is None
