import hashlib
import zlib
from typing import Self

from django.db import models

from operations.errors import DamagedError


class Content(models.Model):
    """The exact bytes of an uploaded file, stored once whatever number of files have them."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveIntegerField(help_text="Bytes before compression.")
    compressed = models.BinaryField()

    class Meta:
        verbose_name_plural = "contents"

    def __str__(self) -> str:
        return self.sha256

    @classmethod
    def of(cls, data: bytes) -> Self:
        return cls(sha256=hashlib.sha256(data).hexdigest(), size=len(data), compressed=zlib.compress(data))

    @classmethod
    def store(cls, data: bytes) -> Self:
        """The one row with exactly these bytes, created if there is none."""
        content = cls.of(data)
        stored, _ = cls.objects.get_or_create(
            sha256=content.sha256, defaults={"size": content.size, "compressed": content.compressed}
        )
        return stored

    @property
    def data(self) -> bytes:
        """Exactly the bytes that were stored. Raises DamagedError for any others, which are never unpacked further."""
        try:
            data = zlib.decompressobj().decompress(self.compressed, self.size + 1)
        except zlib.error:
            data = b""
        if len(data) != self.size or hashlib.sha256(data).hexdigest() != self.sha256:
            raise DamagedError(
                f"The stored bytes are not those of SHA-256 {self.sha256}: somebody changed them in the database. "
                "Restore the row of operations_content from a backup."
            )
        return data
