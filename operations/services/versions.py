"""Kept versions: read again, compared, given back byte for byte."""

from operations import admx
from operations.models import DefinitionFile, Version
from operations.services.handed_in import Candidate


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


def read(candidate: Candidate, surroundings: admx.Surroundings | None = None) -> admx.Reading:
    """Read and check; without surroundings the files are judged alone."""
    return admx.read(
        candidate.definition,
        candidate.languages,
        default_language=candidate.default_language,
        surroundings=surroundings,
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
