"""Secrets that the portal makes on first use and keeps in files."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


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
