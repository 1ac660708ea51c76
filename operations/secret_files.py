"""Secrets that the portal makes on first use and keeps in files."""

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def close_to_others(folder: Path) -> None:
    """Take from everybody but the owner what they may do with the files in it, no matter who made them.

    Files that somebody else owns stay as they are.
    """
    for where, _, names in os.walk(folder):
        for path in (Path(where), *(Path(where) / name for name in names)):
            mode = path.lstat().st_mode
            if stat.S_IMODE(mode) & 0o077 and not stat.S_ISLNK(mode):
                with suppress(PermissionError):
                    path.chmod(stat.S_IMODE(mode) & 0o700)


def kept_secret(path: Path, value: str) -> str:
    """The content of `path`; where there is none yet, `value`, readable by its owner only."""
    staged = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        staged.touch(mode=0o600)
        staged.write_text(value)
        try:
            # A hard link either puts the whole content in place or finds another process's: never half a secret.
            os.link(staged, path)
        except FileExistsError:
            pass
        finally:
            staged.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{path} cannot be written: {error.strerror}.") from error
