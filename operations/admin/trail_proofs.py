"""Proofs and checkpoints as pages and files."""

import base64
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header

from operations.actor import person
from operations.admin.base import denial_as_403, whole_number
from operations.audit import checkpoint_store, entry_of, sinks
from operations.errors import PortalError
from operations.models import AuditCheckpoint
from operations.permissions import Action, require
from operations.queries.trail import deliveries
from operations.services import audit_log

CHECKPOINTS_ON_A_PAGE = 50
Page = Callable[[dict[str, Any]], HttpResponse]


def proof_page(request: HttpRequest, sequence: int, page: Page) -> HttpResponse:
    try:
        with denial_as_403():
            proof = audit_log.prove_event(by=person(request), sequence=sequence)
    except PortalError as error:
        return refused(request, error, "admin:operations_auditevent_change", sequence)
    return page(
        {
            "title": f"Proof of event {sequence}",
            "event": proof.event,
            "proof": proof,
            "entry": entry_of(proof.event).decode(),
            "leaf": _text(proof.leaf),
            "path": [_text(step) for step in proof.path],
            "root": _text(proof.checkpoint.root),
            "key": str(checkpoint_store.verification_key()),
        }
    )


def proof_file(request: HttpRequest, sequence: int) -> HttpResponse:
    try:
        with denial_as_403():
            proof = audit_log.prove_event(by=person(request), sequence=sequence)
    except PortalError as error:
        return refused(request, error, "admin:operations_auditevent_change", sequence)
    return _file(proof.as_json(), f"proof-of-event-{sequence}.json", "application/json")


def growth_file(request: HttpRequest) -> HttpResponse:
    """That the newer of two checkpoints goes on from the older."""
    sizes = [request.GET.get(name, "") for name in ("older", "newer")]
    try:
        with denial_as_403():
            older, newer = (whole_number(size) for size in sizes)
            proof = audit_log.prove_consistency(by=person(request), older=older, newer=newer)
    except PortalError as error:
        return refused(request, error, "admin:trail-checkpoints")
    return _file(proof.as_json(), f"proof-from-{proof.older.size}-to-{proof.newer.size}.json", "application/json")


def checkpoints_page(request: HttpRequest, page: Page) -> HttpResponse:
    with denial_as_403():
        require(Action.READ_TRAIL, person(request).permissions)
    found = Paginator(AuditCheckpoint.objects.all(), CHECKPOINTS_ON_A_PAGE).get_page(request.GET.get("page"))
    return page(
        {
            "title": "Checkpoints",
            "checkpoints": found,
            "deliveries": deliveries(),
            "leaves_this_machine": sinks.leaves_this_machine(),
            "key": str(checkpoint_store.verification_key()),
        }
    )


def checkpoint_file(request: HttpRequest, size: int) -> HttpResponse:
    with denial_as_403():
        require(Action.READ_TRAIL, person(request).permissions)
    checkpoint = AuditCheckpoint.objects.filter(size=size).first()
    if checkpoint is None:
        messages.warning(request, f"There is no checkpoint at {size}.")
        return redirect("admin:trail-checkpoints")
    return _file(checkpoint.note, f"checkpoint-{size}.txt", "text/plain; charset=utf-8")


def refused(
    request: HttpRequest, error: PortalError, page: str = "admin:operations_auditevent_changelist", *keys: int
) -> HttpResponse:
    """Back to where one came from, with the reason."""
    messages.error(request, str(error))
    return redirect(page, *keys)


def _file(text: str, name: str, content_type: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(text, content_type=content_type, headers=headers)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
