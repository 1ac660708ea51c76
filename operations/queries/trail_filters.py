"""The one set of filters over the trail."""

from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from operations.audit import REGISTRY
from operations.audit.actions import CATEGORIES
from operations.choices import Channel, Outcome
from operations.models import AuditEvent
from operations.queries import periods
from operations.queries.period_filters import BoundedFilters, PeriodFilterSet

AROUND = timedelta(hours=1)
SAME = {
    "actor": ("Same actor", ("actor_type", "actor_id")),
    "object": ("Same object", ("object_type", "object_id")),
    "request": ("Same request", ("request_id",)),
}
OBJECT_TYPES = [
    ("ApiClient", "API client"),
    ("DefinitionFile", "Definition file"),
    ("Group", "Group"),
    ("GroupPolicyOperation", "Operation"),
    ("Portal", "The portal itself"),
    ("User", "Account"),
]


def _actions() -> list[tuple[str, list[tuple[str, str]]]]:
    by_category: dict[str, list[tuple[str, str]]] = {}
    for action, entry in REGISTRY.items():
        by_category.setdefault(entry.category, []).append((action.value, entry.label))
    return list(by_category.items())


def _is_address(value: str) -> None:
    try:
        ip_address(value)
    except ValueError:
        raise ValidationError("This is not an IP address such as 192.0.2.7.") from None


class EventFilterSet(PeriodFilterSet):
    """`period` or `since`/`until`, and exact values; `around` with `same`: what happened within an hour of an event."""

    happened = "recorded_date_time"

    outcome = django_filters.ChoiceFilter(choices=Outcome.choices, label="Outcome", empty_label="All outcomes")
    channel = django_filters.ChoiceFilter(choices=Channel.choices, label="Channel", empty_label="All channels")
    category = django_filters.ChoiceFilter(
        choices=[(category, label) for category, label in CATEGORIES.items()],
        method="of_category",
        label="About",
        empty_label="Everything",
    )
    activity = django_filters.ChoiceFilter(
        field_name="action", choices=_actions(), label="Action", empty_label="All actions"
    )
    actor = django_filters.CharFilter(field_name="actor_name", label="Actor")
    object_type = django_filters.ChoiceFilter(choices=OBJECT_TYPES, label="Type of object", empty_label="All types")
    object_id = django_filters.CharFilter(label="Id of object")
    address = django_filters.CharFilter(label="Address", validators=[_is_address])
    request_id = django_filters.CharFilter(label="Request id")
    same = django_filters.ChoiceFilter(
        choices=[(name, label) for name, (label, _) in SAME.items()],
        method="leave",
        label="Around",
        empty_label=None,
    )
    around = django_filters.NumberFilter(
        method="leave", label="Within an hour of event", min_value=1, max_value=2**63 - 1
    )

    def of_category(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(action__in=[action for action, entry in REGISTRY.items() if entry.category == value])

    class Meta:
        model = AuditEvent
        fields: list[str] = []

    def default_period(self, asked: dict[str, Any]) -> str:
        """Whoever names one object, request or event wants all of it."""
        is_narrow = asked["around"] or asked["object_id"] or asked["request_id"]
        return periods.ALL if is_narrow else super().default_period(asked)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        values = self.form.cleaned_data
        if values.get("around"):
            rows = rows.filter(_near(int(values["around"]), values.get("same") or "object"))
        return rows


class BoardEventFilterSet(BoundedFilters, EventFilterSet):
    """The same, for a period that can be counted at once."""


def _near(sequence: int, same: str) -> Q:
    _, fields = SAME[same]
    event = AuditEvent.objects.filter(sequence=sequence).first()
    if event is None:
        return Q(pk=None)
    moment = event.recorded_date_time
    near = Q(recorded_date_time__gte=moment - AROUND, recorded_date_time__lte=moment + AROUND)
    return near & Q(**{name: getattr(event, name) for name in fields})
