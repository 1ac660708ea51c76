"""Functions that mean the same on SQLite and PostgreSQL: letter case of all of Unicode, order by code point."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Case, Func, IntegerField, Q, Subquery, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Collate
from django.db.models.lookups import Exact

# SQLite's own lower() and upper() know ASCII only.
LOWER, UPPER = "portal_lower", "portal_upper"
# Of PostgreSQL 18; of one built with ICU; of PostgreSQL 17.
_COLLATIONS = ("pg_unicode_fast", "und-x-icu", "pg_c_utf8")


def give_functions(connection: Any, **kwargs: Any) -> None:
    """A new SQLite connection knows none of them: receiver of `connection_created`."""
    if connection.vendor != "sqlite":
        return
    for name, convert in ((LOWER, str.lower), (UPPER, str.upper)):
        connection.connection.create_function(name, 1, _or_null(convert), deterministic=True)


def _or_null(convert: Callable[[str], str]) -> Callable[[str | None], str | None]:
    return lambda text: None if text is None else convert(text)


class _UnicodeCase(Func):
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        name = str(self.function).removeprefix("portal_")
        template = f'{name}(%(expressions)s COLLATE "{_collation()}")'
        return self.as_sql(compiler, connection, template=template, **context)


class UnicodeLower(_UnicodeCase):
    """str.lower() of a column."""

    function = LOWER


class UnicodeUpper(_UnicodeCase):
    """str.upper() of a column."""

    function = UPPER


@cache
def _collation() -> str:
    """The first of those that know the letter case of all of Unicode, whatever the database's own locale is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT collname FROM pg_collation WHERE collname = ANY(%s)", [list(_COLLATIONS)])
        there = {name for (name,) in cursor.fetchall()}
    return next((name for name in _COLLATIONS if name in there), "default")


class RowCount(Subquery):
    """How many rows a subquery has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"


def by_code_point(column: Combinable) -> Combinable:
    """For lt, gt and sorting: SQLite compares so by itself, PostgreSQL as its database was set up."""
    return Collate(column, "C") if connection.vendor == "postgresql" else column


def not_true(condition: Q) -> Q:
    """Where a condition is false or null: SQL's NOT would leave null out."""
    return Q(Exact(Case(When(condition, then=Value(0)), default=Value(1), output_field=IntegerField()), 1))
