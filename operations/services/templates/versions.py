"""Kept versions: read again, compared, given back byte for byte."""

import io
import zipfile
from typing import Any
from uuid import UUID

from operations import admx
from operations.actor import Actor
from operations.errors import MissingError
from operations.models import DefinitionFile, Version
from operations.permissions import Action, require
from operations.services.templates.submissions import Candidate


def files_of(version: Version) -> Candidate:
    """The exact bytes of a version."""
    return Candidate(
        definition=admx.SourceFile(version.file_name, version.content.data),
        languages=tuple(
            admx.SourceFile(language.file_name, language.content.data, language.language_code)
            for language in version.language_files.select_related("content")
        ),
        default_language=version.default_language_code,
    )


def template_of(version: Version | None) -> admx.Template | None:
    """A version as it is read today; None where there is none or it cannot be read at all."""
    return None if version is None else as_read(read(files_of(version)))


def read(candidate: Candidate, context: admx.ValidationContext | None = None) -> admx.Reading:
    """Read and check; without context the files are judged alone."""
    return admx.read(
        candidate.definition,
        candidate.languages,
        default_language=candidate.default_language,
        context=context,
    )


def as_read(reading: admx.Reading) -> admx.Template | None:
    """What could be read, whatever is wrong with it."""
    if reading.definitions is None:
        return None
    return admx.Template(reading.definitions, tuple(reading.resources))


def in_force(file: DefinitionFile) -> Version | None:
    """The version that counts now; None for a file that was removed or never came into force."""
    return file.version if file.is_in_force else None


def difference(old: Version | None, new: Version | None) -> admx.Difference:
    """What changed between any two versions."""
    return admx.compare(template_of(old), template_of(new))


def version_of(*, by: Actor, definition_file_id: UUID, number: int | None = None) -> Version:
    """A kept version by its number, or the one in force. Raises MissingError."""
    require(Action.READ_DEFINITION_FILES, by.permissions)
    kept = Version.objects.filter(definition_file_id=definition_file_id)
    chosen = kept.filter(in_force_as__isnull=False) if number is None else kept.filter(number=number)
    version = chosen.first()
    if version is None:
        if not DefinitionFile.objects.filter(pk=definition_file_id).exists():
            raise MissingError(f"There is no definition file with the id '{definition_file_id}'.", target="id")
        numbers = ", ".join(str(one) for one in kept.order_by("number").values_list("number", flat=True)) or "none"
        wanted = "in force" if number is None else f"with the number {number}"
        raise MissingError(f"This definition file has no version {wanted}. There are: {numbers}.", target="version")
    return version


def stored_difference(stored: dict[str, Any]) -> admx.Difference:
    """What `Version.changes` holds."""
    return admx.from_json(stored)


def summarised(changes: admx.Difference) -> str:
    """One sentence."""
    return admx.summary(changes)


def compared(old: Version, new: Version) -> tuple[str, str, dict[str, Any]]:
    """What changed between two versions: in one sentence, a line for each change, and as plain values."""
    changes = difference(old, new)
    return admx.summary(changes), admx.as_text(changes), admx.as_json(changes)


def bytes_of(version: Version) -> dict[str, bytes]:
    """The exact bytes of a version, by their place in a PolicyDefinitions folder."""
    kept = files_of(version)
    files = {kept.definition.file_name: kept.definition.content}
    return files | {f"{one.language_code}/{one.file_name}": one.content for one in kept.languages}


def zip_of(version: Version) -> bytes:
    """A PolicyDefinitions folder with one version in it; the same version always gives the same bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in bytes_of(version).items():
            archive.writestr(zipfile.ZipInfo(f"PolicyDefinitions/{path}"), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def changes_as_json(*, by: Actor, definition_file_id: UUID, old: int, new: int) -> dict[str, Any]:
    """What changed between two versions of a file, by their numbers. Raises MissingError."""
    before, after = (version_of(by=by, definition_file_id=definition_file_id, number=number) for number in (old, new))
    return compared(before, after)[2]
