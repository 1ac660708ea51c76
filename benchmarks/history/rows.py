"""Many rows at once, past the ORM: its objects would take most of the time."""

from collections.abc import Callable
from typing import Any

import orjson
from django.db import connection, models


class Table:
    """Rows of one model that wait to be written.

    Moments are texts as of `as_text`, ids are texts with dashes, and what is JSON is plain values.
    """

    def __init__(self, model: type[models.Model]) -> None:
        fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
        self.names = [field.attname for field in fields]
        self._table = connection.ops.quote_name(model._meta.db_table)
        self._columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
        kinds = [(index, _conversion(field)) for index, field in enumerate(fields)]
        self._conversions = [(index, conversion) for index, conversion in kinds if conversion]
        self.rows: list[list[Any]] = []

    def add(self, values: dict[str, Any]) -> None:
        row = [values[name] for name in self.names]
        for index, conversion in self._conversions:
            if row[index] is not None:
                row[index] = conversion(row[index])
        self.rows.append(row)

    def write(self) -> int:
        """In the caller's transaction. Returns how many."""
        rows, self.rows = self.rows, []
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {self._table} ({self._columns}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            elif rows:
                places = ", ".join(["%s"] * len(self.names))
                cursor.executemany(f"INSERT INTO {self._table} ({self._columns}) VALUES ({places})", rows)
        return len(rows)


def _conversion(field: models.Field) -> Callable[[Any], Any] | None:
    """How the database's driver wants the values of a column; None: as they are."""
    if isinstance(field, models.JSONField):
        return lambda value: orjson.dumps(value).decode()
    if connection.vendor == "postgresql":
        return None
    # Of a foreign key, what it points at.
    kind = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(kind, models.UUIDField):
        return lambda value: value.replace("-", "")
    if isinstance(kind, models.DateTimeField):
        return lambda value: value[:-1].replace("T", " ")
    return None
