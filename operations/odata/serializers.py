"""Objects on the wire: which members may come, under which names, and what is wrong with the rest."""

from typing import Any, ClassVar

from rest_framework import serializers

from operations.errors import Problem
from operations.odata.errors import MODEL_VALIDATION_FAILURE, ODataError
from operations.odata.names import wire_name


class ODataSerializer(serializers.Serializer[Any]):
    """Fields are declared in snake_case and in Graph's order; members come in any letter case.

    Read-only fields are server-owned: what clients send for them by habit is ignored.
    """

    odata_type: ClassVar[str]

    def validated(self, data: Any) -> dict[str, Any]:
        """The members sent, by field name. Raises ODataError with every problem, the first on top."""
        problems: list[Problem] = []
        values = self.read_members(data, "", problems)
        if problems:
            raise ODataError(
                400,
                problems[0].message,
                code=MODEL_VALIDATION_FAILURE,
                target=problems[0].target,
                details=problems,
            )
        return values

    def read_members(self, data: Any, path: str, problems: list[Problem]) -> dict[str, Any]:
        if not isinstance(data, dict):
            problems.append(Problem(f"An object of type '{self.odata_type}' is expected here.", path.rstrip("/")))
            return {}
        known: dict[str, str] = {wire_name(name).lower(): name for name in self.declared}
        values: dict[str, Any] = {}
        for member, value in data.items():
            if "@" in member:
                self._read_annotation(member, value, path, problems)
                continue
            name = known.get(member.lower())
            if name is None and value is None and member in self.declared:
                # The Python SDK spells a property set to None in snake_case.
                if not self.declared[member].allow_null:
                    continue
                name = member
            if name is None:
                problems.append(Problem(self._unknown(member), f"{path}{member}"))
            elif name in values:
                wire = wire_name(name)
                problems.append(Problem(f"The property '{wire}' is given twice.", f"{path}{wire}"))
            elif self._settable(name):
                self._read_value(name, value, path, values, problems)
        return values

    @property
    def declared(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The fields by name."""
        return dict(self.fields.items())

    def _settable(self, name: str) -> bool:
        return not self.declared[name].read_only

    def _read_value(self, name: str, value: Any, path: str, values: dict[str, Any], problems: list[Problem]) -> None:
        field = self.declared[name]
        wire = wire_name(name)
        if value is None:
            if field.allow_null:
                values[name] = None
            else:
                problems.append(
                    Problem(
                        f"null is not a valid value for the property '{wire}'; '{wire}' is not a nullable property.",
                        f"{path}{wire}",
                    )
                )
        elif isinstance(field, serializers.ListSerializer) and isinstance(field.child, ODataSerializer):
            if not isinstance(value, list):
                problems.append(Problem(f"'{wire}' must be an array.", f"{path}{wire}"))
                return
            values[name] = [
                field.child.read_members(item, f"{path}{wire}/{index}/", problems) for index, item in enumerate(value)
            ]
        else:
            try:
                values[name] = field.to_internal_value(value)
            except serializers.ValidationError as error:
                message = str(error.detail[0])  # type: ignore[index]
                problems.append(Problem(f"{wire}: {message}", f"{path}{wire}"))

    def _read_annotation(self, member: str, value: Any, path: str, problems: list[Problem]) -> None:
        annotation = member.lower()
        if annotation in {"@odata.type", "@type"}:
            if not isinstance(value, str) or value.lstrip("#").lower() != self.odata_type.lower():
                problems.append(
                    Problem(
                        f"An entry with type '{value}' was found, but it is not assignable to the expected type "
                        f"'{self.odata_type}'.",
                        f"{path}{member}",
                    )
                )
        elif annotation.endswith(("@odata.bind", "@bind")):
            problems.append(Problem(f"'{member}': binding is not supported here.", f"{path}{member}"))

    def _unknown(self, member: str) -> str:
        return (
            f"The property '{member}' does not exist on type '{self.odata_type}'. "
            "Make sure to only use property names that are defined by the type."
        )

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {wire_name(name): value for name, value in super().to_representation(instance).items()}
