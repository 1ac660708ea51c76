"""What is handed in: one file's name, bytes and language, and which names are acceptable."""

import re
import unicodedata
from dataclasses import dataclass

from operations.languages import LANGUAGE_CODE_LENGTH

MAX_FILE_BYTES = 4 * 1024 * 1024
MAX_FILE_NAME_LENGTH = 255

_FORBIDDEN_CHARACTERS = frozenset('/\\:*?"<>|')
# Cf holds the direction overrides that make "xmda.exe" look like "exe.admx".
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_LANGUAGE_CODE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One uploaded file. An ADML does not say its own language; the ADMX has none (None)."""

    file_name: str
    content: bytes
    language_code: str | None = None


def check_file_name(file_name: str, extension: str = ".admx") -> str | None:
    """Say in plain words what is wrong with a file name, or return None."""
    if len(file_name) > MAX_FILE_NAME_LENGTH:
        return f"The file name is longer than {MAX_FILE_NAME_LENGTH} characters."
    if any(unicodedata.category(character) in _FORBIDDEN_CATEGORIES for character in file_name):
        return "The file name contains control or invisible characters."
    if any(character in _FORBIDDEN_CHARACTERS for character in file_name):
        return 'The file name must not contain a folder or any of / \\ : * ? " < > |.'
    if file_name != file_name.strip():
        return "The file name must not begin or end with a space."
    stem = file_name[: -len(extension)]
    if not file_name.lower().endswith(extension.lower()) or not stem.strip(" ."):
        return f"The file name must end in {extension}, such as example{extension}."
    return None


def check_language_code(language_code: str) -> str | None:
    """Say in plain words what is wrong with a BCP 47 language code, or return None."""
    if not language_code:
        return "The language code is empty. Use a code such as en-US or de-DE."
    if len(language_code) > LANGUAGE_CODE_LENGTH or not _LANGUAGE_CODE.fullmatch(language_code):
        return "The language code is not a valid code. Use a code such as en-US, de-DE or zh-Hans."
    return None
