"""The admin as a channel: who acts, and pages on which nobody changes a row directly."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import BaseModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.text import capfirst

from operations.errors import DeniedError, PortalError

MOST_COUNTED = 10_000


@contextmanager
def denial_as_403() -> Iterator[None]:
    """A service's denial is a page of its own, not a message on the page before."""
    try:
        yield
    except DeniedError as error:
        raise PermissionDenied(str(error)) from error


def whole_number(written: str, *, otherwise: int = 0) -> int:
    """The number in a form or an address, of 18 digits at most; `otherwise` for any other text."""
    return int(written) if written.isascii() and written.isdigit() and len(written) <= 18 else otherwise


class CappedPaginator(Paginator):
    """Counts to a limit and no further, so that a list costs the same at any size."""

    @cached_property
    def reached(self) -> int:
        rows = cast("QuerySet[Any]", self.object_list)
        return rows[: MOST_COUNTED + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self.reached, MOST_COUNTED)

    @property
    def is_capped(self) -> bool:
        return self.reached > MOST_COUNTED


class ServiceAdmin(admin.ModelAdmin):
    """Nothing is added, changed or deleted here but through the services a subclass calls."""

    paginator = CappedPaginator
    show_full_result_count = False
    # Facets count every choice of every filter.
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    actions = None

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what the list's own filters ask: Django would let any column, a hashed secret too, be probed."""
        allowed: set[str] = set()
        for item in self.list_filter:
            if isinstance(item, str):
                allowed.add(f"{item}__exact")
            else:
                allowed.update(getattr(item, "names", None) or (getattr(item, "parameter_name", ""),))
        columns = {field.name for field in self.opts.get_fields()}
        # A name that is no column is left for Django to refuse in its own way.
        return lookup in allowed or lookup.split("__")[0] not in columns | {"pk"}

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Titled by what it lists; Django's "Select … to view" asks for something."""
        changelist = super().get_changelist_instance(request)
        changelist.title = capfirst(str(self.opts.verbose_name_plural))
        return changelist

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RefusalInForm(admin.ModelAdmin):
    """What a service refuses on save stands beside the field that asked for it; what was typed stays."""

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        try:
            with denial_as_403():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except PortalError as error:
            # Everything was rolled back on the way here; the same form, now refused, says why.
            request.refusal = error  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        refusal: PortalError | None = getattr(request, "refusal", None)
        return form if refusal is None else type(form)(form.__name__, (_RefusedForm, form), {"refusal": refusal})

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        try:
            with denial_as_403():
                return super().delete_view(request, object_id, extra_context)
        except PortalError as error:
            messages.error(request, str(error))
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", object_id)


class _RefusedForm(BaseModelForm):
    refusal: PortalError

    def clean(self) -> Any:
        found = super().clean()
        self.add_error(self.refusal.target if self.refusal.target in self.fields else None, str(self.refusal))
        return found


def gone(request: HttpRequest, model_admin: admin.ModelAdmin, object_id: str) -> HttpResponse:
    """Back to the list, saying that there is no such row."""
    noun = model_admin.opts.verbose_name
    messages.warning(request, f"There is no {noun} with the id “{object_id[:80]}”. Perhaps it was deleted?")
    return redirect(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist")
