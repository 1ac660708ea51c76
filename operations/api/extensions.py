"""What the portal adds to Microsoft Graph, under names that begin with `gpoPortal.` and never clash with Graph's."""

from typing import Any

from rest_framework import serializers

from operations.errors import MissingError
from operations.odata.fields import CountingField, DateTimeOffsetField, StringField
from operations.odata.serializers import ODataSerializer

NAMESPACE = "gpoPortal"


class FindingSerializer(ODataSerializer):
    """What the checks noticed: a row of an operation, or fresh from a preflight."""

    odata_type = f"{NAMESPACE}.finding"

    code = StringField()
    severity = StringField()
    group = StringField()
    message = StringField()
    remedy = StringField()
    file_name = StringField()
    language_code = StringField()
    line = serializers.ReadOnlyField()
    item = StringField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return shown | {name: shown[name] or None for name in ("languageCode", "item")}


class VersionSerializer(ODataSerializer):
    """A kept version of a definition file."""

    odata_type = f"{NAMESPACE}.version"

    number = CountingField()
    created_date_time = DateTimeOffsetField()
    operation_id = serializers.ReadOnlyField()
    file_name = StringField()
    revision = StringField()
    language_codes = StringField()
    policy_count = serializers.ReadOnlyField()
    sha256 = StringField(source="content_id")


class VersionParameters(ODataSerializer):
    """Of rollBack and restore."""

    odata_type = "parameters"

    version = CountingField()


def version_number(key: str) -> int:
    """The number in an address. Raises MissingError."""
    if not is_version_number(key):
        raise MissingError(f"There is no version '{key[:80]}': versions are numbered from 1.", target="version")
    return int(key)


def is_version_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= 1
