"""A row's own truth, told as a refusal."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from operations.errors import InvalidError, Problem


def validate(row: Model, **options: Any) -> None:
    """full_clean() with these options. Raises InvalidError with every problem, the first on top."""
    try:
        row.full_clean(**options)
    except ValidationError as error:
        problems = tuple(Problem(" ".join(messages), target=field) for field, messages in error.message_dict.items())
        raise InvalidError(problems[0].message, target=problems[0].target, details=problems) from error
