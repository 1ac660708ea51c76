"""Serializer fields with the strictness of OData: a value has the declared type or is refused."""

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from rest_framework import serializers

# What Graph shows for an upload that has not been processed: .NET's DateTimeOffset.MinValue.
UNSET_DATE_TIME = "0001-01-01T00:00:00Z"
LONGEST_QUOTED_LITERAL = 80


class StringField(serializers.Field[Any, Any, Any, Any]):
    """Edm.String."""

    edm_type = "Edm.String"

    def __init__(self, *, max_length: int | None = None, **kwargs: Any) -> None:
        self.max_length = max_length
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            raise cannot_convert(data, self.edm_type)
        if "\x00" in data:
            raise serializers.ValidationError("The text contains a NUL character. Remove it.")
        if any("\ud800" <= character <= "\udfff" for character in data):
            raise serializers.ValidationError("The text contains half a surrogate pair. Send well-formed Unicode.")
        if self.max_length is not None and len(data) > self.max_length:
            raise serializers.ValidationError(f"The text is longer than {self.max_length} characters. Shorten it.")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class KeyField(StringField):
    """The `id`: Edm.String in the model, a GUID in fact."""

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        try:
            value = UUID(text)
        except ValueError:
            raise cannot_convert(data, "Edm.Guid") from None
        if str(value) != text.lower():  # UUID() also reads braces, URNs and digits of other scripts
            raise cannot_convert(data, "Edm.Guid", hint=f" Write it as '{value}'.")
        return value

    def to_representation(self, value: Any) -> Any:
        return str(value)


class EnumField(serializers.Field[Any, Any, Any, Any]):
    """A member of an enumeration by name, in any letter case; numbers are refused."""

    def __init__(self, choices: type[TextChoices], edm_type: str, **kwargs: Any) -> None:
        self.edm_type = edm_type
        self.members = {value.lower(): value for value in choices.values}
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        member = self.members.get(data.lower()) if isinstance(data, str) else None
        if member is None:
            raise cannot_convert(data, self.edm_type, hint=f" Use one of: {', '.join(self.members.values())}.")
        return member

    def to_representation(self, value: Any) -> Any:
        return str(value)


class ConstantField(serializers.ReadOnlyField):
    """A property that is the same for every row; its column is this very value."""

    def __init__(self, value: Any, edm_type: str = "Edm.String", members: tuple[str, ...] = ()) -> None:
        self.value = value
        self.edm_type = edm_type
        self.members = {member.lower(): member for member in members}
        super().__init__(default=value)

    def get_attribute(self, instance: Any) -> Any:
        return self.value


class ComputedField(serializers.SerializerMethodField):
    """A property that the serializer's `get_…` method makes of the row."""

    def __init__(self, edm_type: str) -> None:
        self.edm_type = edm_type
        super().__init__()


class StringsField(serializers.Field[Any, Any, Any, Any]):
    """Collection(Edm.String), server-owned."""

    edm_type = "Edm.String"
    is_collection = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Any) -> Any:
        return list(value)


class CountingField(serializers.Field[Any, Any, Any, Any]):
    """Edm.Int32, from 1."""

    edm_type = "Edm.Int32"

    def to_internal_value(self, data: Any) -> Any:
        # JSON's true is an int to Python.
        if not isinstance(data, int) or isinstance(data, bool) or not 1 <= data < 2**31:
            raise cannot_convert(data, self.edm_type, hint=" Send a whole number from 1.")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class BinaryField(serializers.Field[Any, Any, Any, Any]):
    """Edm.Binary: base64 or base64url in, always null out."""

    edm_type = "Edm.Binary"

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            raise cannot_convert(data, self.edm_type)
        standard = data.replace("-", "+").replace("_", "/")
        try:
            return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
        except (binascii.Error, ValueError):
            raise cannot_convert(data, self.edm_type, hint=" Send the file's bytes as base64.") from None

    def get_attribute(self, instance: Any) -> Any:
        # Not even read from the row: it would cost a query for each.
        return None

    def to_representation(self, value: Any) -> Any:
        return None


class DateTimeOffsetField(serializers.Field[Any, Any, Any, Any]):
    """Edm.DateTimeOffset, always UTC; server-owned here, so never read."""

    edm_type = "Edm.DateTimeOffset"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def get_attribute(self, instance: Any) -> Any:
        # DRF skips to_representation for None, which is not null on this wire.
        return super().get_attribute(instance) or UNSET_DATE_TIME

    def to_representation(self, value: Any) -> Any:
        return value if isinstance(value, str) else date_time_offset(value)


def date_time_offset(value: datetime) -> str:
    """UTC with Z, up to six fraction digits, trailing zeros dropped."""
    moment = value.astimezone(UTC).replace(tzinfo=None)
    text = moment.isoformat(timespec="microseconds" if moment.microsecond else "seconds")
    return (text.rstrip("0") if moment.microsecond else text) + "Z"


def _literal(data: Any) -> str:
    match data:
        case dict():
            return "{…}" if data else "{}"
        case list():
            return "[…]" if data else "[]"
        case _:
            return json.dumps(data, default=str)


def cannot_convert(data: Any, edm_type: str, *, hint: str = "") -> serializers.ValidationError:
    """Intune's words for a value of the wrong type."""
    literal = data if isinstance(data, str) else _literal(data)
    if len(literal) > LONGEST_QUOTED_LITERAL:
        literal = f"{literal[:LONGEST_QUOTED_LITERAL]}…"
    return serializers.ValidationError(
        f"Cannot convert the literal '{literal}' to the expected type '{edm_type}'.{hint}"
    )
