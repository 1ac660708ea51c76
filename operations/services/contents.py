"""Storing the bytes of files."""

from operations.models import Content


def store(data: bytes) -> Content:
    """The one row with exactly these bytes, created if there is none."""
    content = Content.of(data)
    stored, _ = Content.objects.get_or_create(
        sha256=content.sha256, defaults={"size": content.size, "compressed": content.compressed}
    )
    return stored
