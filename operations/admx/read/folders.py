"""Which ADMLs belong to which ADMX in a PolicyDefinitions folder: NAME.admx beside LANGUAGE/NAME.adml."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from operations.admx.model.source import check_language_code
from operations.languages import DEFAULT_LANGUAGE_CODE

_SEPARATORS = "._-"


@dataclass(frozen=True, slots=True)
class FoundLanguage:
    """One ADML of a template, and the language that its place or its name says."""

    language_code: str
    path: str
    file_name: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """One ADMX with its ADMLs."""

    definition_path: str
    file_name: str
    languages: tuple[FoundLanguage, ...]


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A file that is part of no template, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Grouped:
    """What a tree of files holds, in the order of paths."""

    bundles: tuple[Bundle, ...]
    left_over: tuple[LeftOver, ...]


def is_template_file(path: str) -> bool:
    """Whether this is an ADMX or ADML by its name, and not what macOS or a hidden folder left behind."""
    parts = PurePosixPath(path).parts
    hidden = any(part == "__MACOSX" or (part.startswith(".") and part not in {".", ".."}) for part in parts)
    return not hidden and path.lower().endswith((".admx", ".adml"))


def group(paths: Iterable[str], default_language: str = DEFAULT_LANGUAGE_CODE) -> Grouped:
    """Paths have forward slashes; names are compared ignoring case. Other kinds of files are passed over."""
    files = sorted(PurePosixPath(path) for path in {*paths} if is_template_file(path))
    definitions = [file for file in files if file.suffix.lower() == ".admx"]
    beside: defaultdict[PurePosixPath, list[PurePosixPath]] = defaultdict(list)
    for definition in definitions:
        beside[definition.parent].append(definition)
    languages: dict[PurePosixPath, dict[str, FoundLanguage]] = {definition: {} for definition in definitions}
    left_over: list[LeftOver] = []
    for file in files:
        if file.suffix.lower() == ".admx":
            continue
        found = _in_language_folder(file, beside) or _beside(file, beside, default_language)
        if found is None:
            left_over.append(LeftOver(str(file), _reason(file)))
            continue
        definition, code = found
        language = FoundLanguage(code, str(file), file.name)
        first = languages[definition].setdefault(code.lower(), language)
        if first is not language:
            left_over.append(LeftOver(str(file), f"{definition.name} has an ADML for {code} already: {first.path}."))
    return Grouped(
        tuple(
            Bundle(str(definition), definition.name, tuple(languages[definition].values()))
            for definition in definitions
        ),
        tuple(left_over),
    )


def _in_language_folder(
    file: PurePosixPath, beside: dict[PurePosixPath, list[PurePosixPath]]
) -> tuple[PurePosixPath, str] | None:
    if check_language_code(file.parent.name):
        return None
    definition = _of_stem(file.stem, beside.get(file.parent.parent, []))
    # A folder such as "wsl" looks like a language too: what lies right beside the ADML comes first.
    if definition is None or _of_stem(file.stem, beside.get(file.parent, [])):
        return None
    return definition, file.parent.name


def _beside(
    file: PurePosixPath, beside: dict[PurePosixPath, list[PurePosixPath]], default_language: str
) -> tuple[PurePosixPath, str] | None:
    near = beside.get(file.parent, [])
    if definition := _of_stem(file.stem, near):
        return definition, default_language
    for definition in sorted(near, key=lambda one: -len(one.stem)):
        start, rest = file.stem[: len(definition.stem)], file.stem[len(definition.stem) :]
        is_named = start.lower() == definition.stem.lower() and rest[:1] in _SEPARATORS
        if is_named and not check_language_code(rest[1:]):
            return definition, rest[1:]
    return None


def _of_stem(stem: str, definitions: list[PurePosixPath]) -> PurePosixPath | None:
    """The one of this name; where two differ in case only, the one spelled the same."""
    same = [definition for definition in definitions if definition.stem.lower() == stem.lower()]
    return next((definition for definition in same if definition.stem == stem), same[0] if same else None)


def _reason(file: PurePosixPath) -> str:
    where = file.parent.name
    if where and check_language_code(where):
        return f"There is no {file.stem}.admx beside it, and its folder {where} is not a language such as en-US."
    return f"There is no {file.stem}.admx that it could belong to."
