"""Several templates at once: the order they need, the circles among them, and what is there already."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from operations import admx
from operations.models import DefinitionFile
from operations.services import versions
from operations.services.bundles import Bundle
from operations.services.surroundings import provider


class Outcome(StrEnum):
    """What became of one template of a folder, or would become of it."""

    IMPORTED = "imported"
    NEW_VERSION = "newVersion"
    ALREADY_THERE = "alreadyThere"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Plan:
    """Templates in the order in which they can come into force; and groups that wait for each other."""

    in_order: tuple[Bundle, ...]
    circles: tuple[tuple[Bundle, ...], ...]


def plan(bundles: Sequence[Bundle]) -> Plan:
    """Whoever needs another's categories comes after it; what cannot be read comes last."""
    pairs = [(definitions_of(bundle), bundle) for bundle in bundles]
    readable = [(definitions, bundle) for definitions, bundle in pairs if definitions is not None]
    bundle_of = {id(definitions): bundle for definitions, bundle in readable}
    ordering = admx.order([definitions for definitions, _ in readable])
    unreadable = [bundle for definitions, bundle in pairs if definitions is None]
    return Plan(
        (*(bundle_of[id(definitions)] for definitions in ordering.in_order), *unreadable),
        tuple(tuple(bundle_of[id(definitions)] for definitions in circle) for circle in ordering.circular),
    )


def in_force(namespace: str) -> DefinitionFile | None:
    return provider(namespace) if namespace else None


def is_held(file: DefinitionFile, bundle: Bundle) -> bool:
    """Whether all that is given is in force byte for byte; further languages do no harm."""
    version = versions.in_force(file)
    if version is None:
        return False
    there = {("", version.content_id)}
    there |= {(one.language_code.lower(), one.content_id) for one in version.language_files.all()}
    return digests_of(bundle) <= there


def digests_of(bundle: Bundle) -> set[tuple[str, str | None]]:
    given = {("", bundle.content)} | {(one.language_code.lower(), one.content) for one in bundle.language_files}
    return {(code, hashlib.sha256(content).hexdigest()) for code, content in given}


def definitions_of(bundle: Bundle) -> admx.Definitions | None:
    source = admx.SourceFile(bundle.file_name, bundle.content)
    return admx.read(source, (), default_language=bundle.default_language).definitions


def blocks(circle: Sequence[Bundle], *, alone: bool = False) -> bool:
    """A circle is none as long as all of its files are in force already, in whatever version."""
    return any(alone or in_force(admx.target_namespace(bundle.content) or "") is None for bundle in circle)


def circular(bundle: Bundle, circle: Sequence[Bundle]) -> admx.Finding:
    return finding("LoadOrderCircular", bundle, files=", ".join(one.file_name for one in circle))


def finding(code: str, bundle: Bundle, **words: str) -> admx.Finding:
    rule = admx.RULES[code]
    return admx.Finding(
        code, rule.severity, rule.message.format(**words), rule.remedy.format(**words), bundle.file_name
    )
