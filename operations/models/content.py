import hashlib
import zlib
from typing import Self

from django.db import models


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
        return zlib.decompress(self.compressed)
