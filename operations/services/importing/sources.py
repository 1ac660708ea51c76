"""Templates as they lie on a disk or in a zip, read into bundles of one ADMX with its ADMLs."""

import os
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from operations import admx
from operations.admx.read import folders as trees
from operations.errors import InvalidError, TooLargeError
from operations.languages import DEFAULT_LANGUAGE_CODE
from operations.services.templates.submissions import UploadedLanguageFile

MAX_ZIP_ENTRIES = 5_000
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
MAX_UPLOADED_BYTES = 128 * 1024 * 1024
# XML packs to a tenth or so. What packs to less than this part of itself, and is not small, is made to fill memory.
LARGEST_RATIO, UNSUSPECTED_BYTES = 100, 1024 * 1024


@dataclass(slots=True)
class _Budget:
    """The bytes that one import may have in memory, counted while they are read."""

    most: int
    used: int = 0

    def take(self, content: bytes) -> bytes:
        self.used += len(content)
        if self.used > self.most:
            raise TooLargeError(
                f"These templates have more than {self.most // 1024**2} MiB together. "
                "Choose fewer at once, or use the command import_admx."
            )
        return content


@dataclass(frozen=True, slots=True)
class Bundle:
    """One ADMX with its ADMLs, read."""

    path: str
    file_name: str
    content: bytes
    language_files: tuple[UploadedLanguageFile, ...]
    default_language: str


@dataclass(frozen=True, slots=True)
class Found:
    """What could be read, and the files (path, reason) that are part of no template."""

    bundles: tuple[Bundle, ...]
    left_over: tuple[tuple[str, str], ...]


def read_paths(paths: Sequence[Path], *, default_language: str = DEFAULT_LANGUAGE_CODE) -> Found:
    """Read folders, zips and single files; an ADMX without any ADML named finds those in its place.

    Raises InvalidError or TooLargeError for what cannot be read at all.
    """
    if complaint := admx.check_language_code(default_language):
        raise InvalidError(complaint, target="default_language_code")
    budget = _Budget(MAX_UNPACKED_BYTES)
    bundles: list[Bundle] = []
    left_over: list[tuple[str, str]] = []
    loose = [path for path in paths if not _is_tree(path)]
    for path in paths:
        if _is_tree(path):
            found = _read_tree(path, default_language, budget)
            bundles += found.bundles
            left_over += found.left_over
    if loose:
        found = _read_loose(loose, default_language, budget)
        bundles += found.bundles
        left_over += found.left_over
    return Found(tuple(bundles), tuple(left_over))


def read_folder(path: Path, *, default_language: str = DEFAULT_LANGUAGE_CODE) -> Found:
    """Read a PolicyDefinitions folder or a zip of one. Raises InvalidError or TooLargeError."""
    return _read_tree(path, default_language, _Budget(MAX_UNPACKED_BYTES))


def _read_tree(path: Path, default_language: str, budget: _Budget) -> Found:
    if path.is_dir():
        files = {name: path / name for name in _files_below(path)}
        return _found(files, default_language, budget, within=path)
    try:
        if path.exists() and not path.is_file():
            raise InvalidError(f"{path} is not a folder and not a regular file.")
        with path.open("rb") as file:
            return _grouped(_unpacked(file, path.name, budget), default_language)
    except OSError as error:
        raise InvalidError(f"{path} cannot be read: {error.strerror or 'it breaks off'}.") from error


def read_uploaded(files: Sequence[tuple[str, IO[bytes]]], *, default_language: str = DEFAULT_LANGUAGE_CODE) -> Found:
    """Read files by their paths, a zip as if unpacked in its place. Raises InvalidError or TooLargeError."""
    if complaint := admx.check_language_code(default_language):
        raise InvalidError(complaint, target="default_language_code")
    budget = _Budget(MAX_UPLOADED_BYTES)
    contents: dict[str, bytes] = {}
    left_over: list[tuple[str, str]] = []
    for path, file in files:
        if path.lower().endswith(".zip"):
            inside = _unpacked(file, path, budget)
        elif trees.is_template_file(path):
            inside = {path: budget.take(file.read(admx.MAX_FILE_BYTES + 1))}
        else:
            left_over.append((path, "It is neither an .admx, an .adml nor a .zip."))
            continue
        for name, content in inside.items():
            if name in contents:
                left_over.append((name, "It was given twice; the first one counts."))
            elif len(content) > admx.MAX_FILE_BYTES:
                left_over.append((name, _too_large()))
            else:
                contents[name] = content
    found = _grouped(contents, default_language)
    return Found(found.bundles, (*found.left_over, *left_over))


def _is_tree(path: Path) -> bool:
    return path.is_dir() or path.suffix.lower() not in {".admx", ".adml"}


def _files_below(folder: Path) -> Iterator[str]:
    def refuse(error: OSError) -> None:
        raise InvalidError(f"{error.filename} cannot be read: {error.strerror}.") from error

    for where, _, names in os.walk(folder, onerror=refuse):
        for name in names:
            path = (Path(where) / name).relative_to(folder).as_posix()
            if trees.is_template_file(path):
                yield path


def _read_loose(paths: Sequence[Path], default_language: str, budget: _Budget) -> Found:
    """Single files; an ADMX brings the ADMLs in its place along unless some ADML is named."""
    here = Path.cwd()
    files = {_shown(path, here): path for path in paths}
    if not any(path.suffix.lower() == ".adml" for path in paths):
        for path in paths:
            near = [*path.parent.glob("*"), *path.parent.glob("*/*")]
            candidates = [one for one in near if one.suffix.lower() == ".adml"]
            names = {_shown(one, here): one for one in candidates}
            grouped = trees.group([_shown(path, here), *names], default_language)
            files |= {
                language.path: names[language.path] for bundle in grouped.bundles for language in bundle.languages
            }
    return _found(files, default_language, budget)


def _shown(path: Path, here: Path) -> str:
    whole = Path(os.path.normpath(here / path))
    return (whole.relative_to(here) if whole.is_relative_to(here) else whole).as_posix()


def _found(files: Mapping[str, Path], default_language: str, budget: _Budget, *, within: Path | None = None) -> Found:
    contents: dict[str, bytes] = {}
    left_over: list[tuple[str, str]] = []
    for name, path in files.items():
        try:
            if within is not None and not path.resolve().is_relative_to(within.resolve()):
                left_over.append((name, "It is a link to a file outside the folder. Copy that file here."))
                continue
            content = _regular_content(path)
            if content is None:
                left_over.append((name, "It is not a regular file."))
            elif len(content) > admx.MAX_FILE_BYTES:
                left_over.append((name, _too_large()))
            else:
                contents[name] = budget.take(content)
        except OSError as error:
            raise InvalidError(f"{path} cannot be read: {error.strerror}.") from error
    found = _grouped(contents, default_language)
    return Found(found.bundles, (*found.left_over, *left_over))


def _regular_content(path: Path) -> bytes | None:
    """One byte more than may be at the most; None for a pipe, a socket or a device, which could be read for ever."""
    # Opened without waiting for somebody at the other end, and looked at only then: it cannot be exchanged meanwhile.
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        return file.read(admx.MAX_FILE_BYTES + 1) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None


def _grouped(contents: Mapping[str, bytes], default_language: str) -> Found:
    grouped = trees.group(contents, default_language)
    return Found(
        tuple(_bundle(bundle, contents, default_language) for bundle in grouped.bundles),
        tuple((one.path, one.reason) for one in grouped.left_over),
    )


def _bundle(bundle: trees.Bundle, contents: Mapping[str, bytes], default_language: str) -> Bundle:
    codes = [language.language_code for language in bundle.languages]
    same = [code for code in codes if code.lower() == default_language.lower()]
    return Bundle(
        path=bundle.definition_path,
        file_name=bundle.file_name,
        content=contents[bundle.definition_path],
        language_files=tuple(
            UploadedLanguageFile(language.file_name, language.language_code, contents[language.path])
            for language in bundle.languages
        ),
        default_language=(same or codes or [default_language])[0],
    )


def _unpacked(file: IO[bytes], name: str, budget: _Budget) -> dict[str, bytes]:
    """The templates in a zip. Other files in it are never unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ZIP_ENTRIES:
                raise TooLargeError(f"{name} has {len(entries)} entries; {MAX_ZIP_ENTRIES} are allowed.")
            return _read_entries(archive, list(_template_entries(entries, name)), name, budget)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, ValueError) as error:
        raise InvalidError(f"{name} is neither a folder, a zip, an .admx nor an .adml that can be read.") from error
    except zlib.error as error:
        raise InvalidError(f"{name} is damaged: {error}.") from error


def _template_entries(entries: Iterable[zipfile.ZipInfo], name: str) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    for entry in entries:
        inside = entry.filename.replace("\\", "/")
        parts = PurePosixPath(inside).parts
        if inside.startswith("/") or ".." in parts or ":" in (parts[0] if parts else ""):
            raise InvalidError(f"{name} wants to write outside its own folder ({entry.filename!r}). Do not trust it.")
        if entry.is_dir() or stat.S_ISLNK(entry.external_attr >> 16) or not trees.is_template_file(inside):
            continue
        if entry.flag_bits & 1:
            raise InvalidError(f"{name} is encrypted. Unpack it with its password and give the folder instead.")
        yield inside, entry


def _read_entries(
    archive: zipfile.ZipFile, entries: Sequence[tuple[str, zipfile.ZipInfo]], name: str, budget: _Budget
) -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    for inside, entry in entries:
        # What an entry says of its own size may be a lie; how much of the archive it takes is read, and no more.
        most = min(admx.MAX_FILE_BYTES, max(entry.compress_size * LARGEST_RATIO, UNSUSPECTED_BYTES))
        with archive.open(entry) as file:
            content = budget.take(file.read(most + 1))
        if len(content) > admx.MAX_FILE_BYTES:
            raise TooLargeError(f"{inside} in {name}: {_too_large()}")
        if len(content) > most:
            raise TooLargeError(
                f"{inside} in {name} unpacks to more than {LARGEST_RATIO} times its size. Do not trust this zip."
            )
        contents[inside] = content
    return contents


def _too_large() -> str:
    return f"It has more than the {admx.MAX_FILE_BYTES} bytes that are allowed."
