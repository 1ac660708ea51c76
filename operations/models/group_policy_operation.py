import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from operations.choices import FINAL, TRANSITIONS, ActorType, OperationStatus, OperationType
from operations.errors import ConflictError
from operations.models.definition_file import DefinitionFile

_FINISHED = Q(finished_date_time__isnull=False)


class GroupPolicyOperation(models.Model):
    """Something asked of a definition file, with a status: Microsoft Graph's groupPolicyOperation and more.

    A performed operation is carried out by the worker; a recorded one was carried out elsewhere.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operation_type = models.CharField("type", max_length=32, choices=OperationType, default=OperationType.NONE)
    operation_status = models.CharField(
        "status", max_length=16, choices=OperationStatus, default=OperationStatus.UNKNOWN
    )
    status_details = models.TextField(null=True, blank=True)
    last_modified_date_time = models.DateTimeField("last modified")

    performed = models.BooleanField(default=False)
    definition_file = models.ForeignKey(
        DefinitionFile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="operations",
        db_index=False,
    )
    created_date_time = models.DateTimeField("created")
    started_date_time = models.DateTimeField("started", null=True, blank=True)
    finished_date_time = models.DateTimeField("finished", null=True, blank=True)
    # As of then: no foreign key, so that who asked outlives the account.
    requested_by_type = models.CharField(max_length=16, choices=ActorType)
    requested_by_id = models.CharField(max_length=64)
    requested_by_name = models.CharField("requested by", max_length=255)
    reason = models.TextField(blank=True)
    ticket = models.CharField(max_length=255, blank=True)
    retry_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="retries")
    # The version that is to be in force again, of a roll-back or a restoration.
    returns_to = models.ForeignKey(
        "Version", on_delete=models.PROTECT, null=True, blank=True, related_name="returns", db_index=False
    )
    create_digest = models.CharField(max_length=64, blank=True, editable=False)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_date_time", "-id"]
        verbose_name = "operation"
        permissions = [("cancel_grouppolicyoperation", "Can cancel operation")]
        constraints = [
            models.CheckConstraint(condition=Q(operation_type__in=OperationType.values), name="operation_type_known"),
            models.CheckConstraint(
                condition=Q(operation_status__in=OperationStatus.values), name="operation_status_known"
            ),
            models.CheckConstraint(
                condition=(Q(operation_status__in=FINAL) & _FINISHED) | (~Q(operation_status__in=FINAL) & ~_FINISHED),
                name="operation_finished_when_final",
            ),
            models.CheckConstraint(
                condition=Q(performed=False) | Q(definition_file__isnull=False),
                name="operation_performed_on_a_file",
            ),
            models.UniqueConstraint(
                fields=["definition_file"],
                condition=Q(performed=True, operation_status=OperationStatus.IN_PROGRESS),
                name="operation_one_in_progress_per_file",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_date_time", "-id"], name="operation_newest"),
            models.Index(fields=["-last_modified_date_time", "-id"], name="operation_last_modified"),
            models.Index(fields=["definition_file", "-created_date_time", "-id"], name="operation_of_file"),
            models.Index(fields=["operation_status", "-created_date_time", "-id"], name="operation_by_status"),
            models.Index(fields=["operation_type", "-created_date_time", "-id"], name="operation_by_type"),
            models.Index(fields=["performed", "-created_date_time", "-id"], name="operation_by_performed"),
            models.Index(fields=["requested_by_name", "-created_date_time", "-id"], name="operation_by_requester"),
            models.Index(
                fields=["definition_file", "requested_by_name", "created_date_time"], name="operation_of_pair"
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(performed=True, operation_status=OperationStatus.IN_PROGRESS),
                name="operation_due",
            ),
        ]

    def __str__(self) -> str:
        subject = f" of {self.definition_file.file_name}" if self.definition_file else ""
        return f"{self.get_operation_type_display()}{subject}"

    def clean(self) -> None:
        if len((self.status_details or "").encode()) > settings.MAX_STATUS_DETAILS_BYTES:
            raise ValidationError(
                {"status_details": f"Longer than {settings.MAX_STATUS_DETAILS_BYTES // 1024} KiB. Shorten it."}
            )
        if "\x00" in (self.status_details or ""):
            raise ValidationError({"status_details": "Contains a NUL character. Remove it."})

    @property
    def is_final(self) -> bool:
        return self.operation_status in FINAL

    @property
    def is_queued(self) -> bool:
        return self.performed and not self.is_final and self.started_date_time is None

    @property
    def duration(self) -> timedelta | None:
        """From its creation to its end; None while it is open."""
        return self.finished_date_time - self.created_date_time if self.finished_date_time else None

    @property
    def age(self) -> timedelta:
        return timezone.now() - self.created_date_time

    def change_status(self, status: str, *, now: datetime) -> None:
        """Move along TRANSITIONS; the same status again is no transition. Raises ConflictError."""
        if status == self.operation_status:
            return
        if status not in TRANSITIONS[self.operation_status]:
            allowed = ", ".join(sorted(TRANSITIONS[self.operation_status]))
            raise ConflictError(
                f"The operation is '{self.operation_status}' and cannot become '{status}'. "
                + (f"Allowed: {allowed}." if allowed else "That status is final."),
                target="operation_status",
            )
        self.operation_status = OperationStatus(status)
        self.finished_date_time = now if self.is_final else None
