"""What every FilterSet over something that happened has in common: its period."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.choices import flatten_choices
from django.utils.dateparse import parse_datetime

from operations.queries import periods
from operations.time_buckets import begin_of, bucket_of

# A leap year, and a day that may have 25 hours.
LONGEST = timedelta(days=367)
# Of what is counted; the quarters of an hour have no numbers before, and boards look back for as long again.
FIRST = datetime(1980, 1, 1, tzinfo=UTC)


class DayInput(forms.DateInput):
    """A day to choose; a moment, which only links have, or what is no day is there to read."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["type"] = "date" if not value or _is_day(str(value)) else "text"
        return context


def _is_day(written: str) -> bool:
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False


class DayOrMomentField(forms.DateField):
    """A day, or a moment at a quarter of an hour: 2026-03-01T10:15+01:00."""

    widget = DayInput

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str) or "T" not in value:
            return super().to_python(value)
        try:
            # A plus that was not encoded in an address arrives as a space.
            moment = parse_datetime(value.strip().replace(" ", "+"))
        except ValueError:
            moment = None
        if moment is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            moment = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
            is_quarter = begin_of(bucket_of(moment)) == moment
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if not is_quarter:
            raise ValidationError("Use a quarter of an hour, such as 10:00 or 10:15.", code="invalid")
        return moment


class DayOrMomentFilter(django_filters.Filter):
    field_class = DayOrMomentField


class PeriodFilterSet(django_filters.FilterSet):
    """`period`, or `since` and `until`, over the column that `happened` names."""

    happened: ClassVar[str]

    period = django_filters.ChoiceFilter(choices=periods.CHOICES, method="leave", label="Period", empty_label=None)
    since = DayOrMomentFilter(method="leave", label="From")
    until = DayOrMomentFilter(method="leave", label="To")

    def __init__(self, data: QueryDict | dict[str, Any], queryset: QuerySet[Any] | None = None) -> None:
        filled = {name: data.get(name, "") for name in self.base_filters}
        filled["period"] = filled["period"] or self.default_period(filled)
        super().__init__(filled, queryset)

    def default_period(self, asked: dict[str, Any]) -> str:
        return periods.DEFAULT

    @property
    def span(self) -> periods.Period:
        """The period of valid filters."""
        values = self.form.cleaned_data
        return periods.period(values.get("period", ""), values.get("since"), values.get("until"))

    @property
    def buckets(self) -> tuple[int, int]:
        """The period of valid filters, from one bucket to before another: at the latest to the end of this one."""
        span, now = self.span, bucket_of(timezone.now()) + 1
        begin = bucket_of(span.begin) if span.begin else 0
        return begin, max(begin, min(bucket_of(span.end), now) if span.end else now)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The same as moments of the current time zone."""
        begin, end = self.buckets
        return timezone.localtime(begin_of(begin)), timezone.localtime(begin_of(end))

    @property
    def active(self) -> dict[str, str]:
        """What was asked for, as URL parameters; the default period is left out."""
        default = self.default_period(self.data)
        return {name: value for name, value in self.data.items() if value and (name, value) != ("period", default)}

    @property
    def chips(self) -> list[tuple[str, str, dict[str, str]]]:
        """What narrows the view: label, value in words, and the parameters without it."""
        active = self.active
        return [
            (
                str(self.form[name].label),
                self.in_words(name),
                {key: kept for key, kept in active.items() if key != name},
            )
            for name in active
        ]

    def in_words(self, name: str) -> str:
        """A chosen value as people read it."""
        value = self.data[name]
        choices = getattr(self.form.fields[name], "choices", None)
        if choices is not None:
            return str(dict(flatten_choices(choices)).get(value, value))
        return str(value).replace("T", " ")

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        span = self.span
        if span.begin:
            rows = rows.filter(**{f"{self.happened}__gte": span.begin})
        if span.end:
            rows = rows.filter(**{f"{self.happened}__lt": span.end})
        return rows

    def leave(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Of parameters that act together, in filter_queryset."""
        return queryset


class BoundedFilters(PeriodFilterSet):
    """For boards: a period with a beginning and of a length that can be counted at once."""

    def __init__(self, data: QueryDict | dict[str, Any], queryset: QuerySet[Any] | None = None) -> None:
        super().__init__(data, queryset)
        field = self.form.fields["period"]
        field.choices = [choice for choice in field.choices if choice[0] != periods.ALL]

    def default_period(self, asked: dict[str, Any]) -> str:
        return periods.DEFAULT

    def is_valid(self) -> bool:
        if super().is_valid() and (complaint := self._complaint()):
            self.form.add_error("since", complaint)
        return bool(super().is_valid())

    def too_long(self, length: timedelta) -> str:
        """What to say of a period as long as that; nothing if it will do."""
        return "Boards show at most a year. Lists have no such limit." if length > LONGEST else ""

    def _complaint(self) -> str:
        span, now = self.span, timezone.now()
        if span.begin is None:
            return "Boards need a first day."
        if not FIRST < span.begin <= now:
            return f"Boards begin between {FIRST:%Y-%m-%d} and now."
        end = min(span.end, now) if span.end else now
        return self.too_long(end - span.begin) if end > span.begin else "The period ends before it begins."


def as_parameter(moment: date | datetime) -> str:
    """As the period filters read it."""
    return moment.isoformat(timespec="minutes") if isinstance(moment, datetime) else moment.isoformat()
