"""Rows and bodies to test with, each valid unless told otherwise."""

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.utils import timezone

from operations.actor import Actor, command_line, worker
from operations.choices import FINAL, ActorType, Channel, DefinitionFileStatus, OperationStatus, OperationType
from operations.models import (
    AuditEvent,
    Content,
    DefinitionFile,
    GroupPolicyCategory,
    GroupPolicyDefinition,
    GroupPolicyOperation,
    GroupPolicyPresentation,
    LanguageFile,
    Policy,
    RefusedAttempt,
    Version,
    VersionLanguageFile,
)
from operations.services.access import access_events
from operations.services.operations import execution
from operations.services.templates import definition_files, submissions
from tests.admx import samples

ADMX = samples.admx().encode()
ADML = samples.adml().encode()
NEWER_ADMX = samples.admx(samples.POLICY.replace("Software\\Example", "Software\\Elsewhere")).encode()
BROKEN_ADMX = b"<policyDefinitions><policies></policyDefinitions>"


def changes_told() -> QuerySet[AuditEvent]:
    """The trail without sign-ins, denials and who read it."""
    return AuditEvent.objects.exclude(action__startswith="access.").exclude(action__startswith="trail.")


def the_minute_is_over() -> None:
    """What was refused until now becomes events."""
    RefusedAttempt.objects.update(minute=timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=2))
    access_events.record_refused_attempts()


def an_actor(*held: str, name: str = "Nobody in particular") -> Actor:
    """Somebody at the API with exactly these scopes or permissions."""
    return Actor(ActorType.CLIENT, "client-1", name, Channel.API, permissions=frozenset(held), address="192.0.2.7")


def everybody() -> Actor:
    """Whoever may do everything."""
    return command_line("tester")


def a_definition_file(**values: Any) -> DefinitionFile:
    """One that has been imported and has an English language file."""
    now = timezone.now()
    values = {
        "file_name": "example.admx",
        "status": DefinitionFileStatus.AVAILABLE,
        "target_prefix": "example",
        "target_namespace": "Example.Policies",
        "revision": "1.0",
        "content": Content.store(ADMX),
        "created_date_time": now,
        "last_modified_date_time": now,
        "upload_date_time": now,
    } | values
    file = DefinitionFile.objects.create(**values)
    LanguageFile.objects.create(
        definition_file=file,
        language_code="en-US",
        file_name="example.adml",
        content=Content.store(ADML),
        last_modified_date_time=now,
    )
    if file.upload_date_time:
        a_version(file)
    return file


def a_version(file: DefinitionFile, **values: Any) -> Version:
    """The file's next version, in force: its own bytes unless told otherwise."""
    newest = file.versions.order_by("-number").first()
    values = {
        "number": newest.number + 1 if newest else 1,
        "file_name": file.file_name,
        "content": file.content,
        "default_language_code": file.default_language_code,
        "target_namespace": file.target_namespace or "",
        "created_date_time": timezone.now(),
    } | values
    version = Version.objects.create(definition_file=file, **values)
    VersionLanguageFile.objects.bulk_create(
        VersionLanguageFile(
            version=version,
            language_code=language.language_code,
            file_name=language.file_name,
            content=language.content,
        )
        for language in file.language_files.all()
    )
    file.version = version
    file.save(update_fields=["version"])
    return version


def a_recorded_operation(**values: Any) -> GroupPolicyOperation:
    """One that was carried out elsewhere; final ones are finished."""
    now = timezone.now()
    values = {
        "operation_type": OperationType.UPLOAD,
        "operation_status": OperationStatus.UNKNOWN,
        "created_date_time": now,
        "last_modified_date_time": now,
        "requested_by_type": ActorType.CLIENT,
        "requested_by_id": "client-1",
        "requested_by_name": "Nightly script",
    } | values
    if values["operation_status"] in FINAL:
        values.setdefault("finished_date_time", now)
    return GroupPolicyOperation.objects.create(**values)


def a_performed_operation(**values: Any) -> GroupPolicyOperation:
    """One that the worker carries out, waiting in the queue."""
    values.setdefault("operation_status", OperationStatus.IN_PROGRESS)
    values.setdefault("definition_file", None)
    if values["definition_file"] is None:
        values["definition_file"] = a_definition_file(status=DefinitionFileStatus.UPLOAD_IN_PROGRESS)
    return a_recorded_operation(performed=True, **values)


def an_upload(content: bytes = ADMX, *languages: bytes, by: Actor | None = None, **values: Any) -> GroupPolicyOperation:
    """A template handed in as a channel would, not yet performed."""
    return definition_files.upload(
        by=by or everybody(),
        file_name=values.pop("file_name", "example.admx"),
        content=content,
        language_files=[
            submissions.UploadedLanguageFile("example.adml", code, data)
            for code, data in zip(("en-US", "de-DE", "fr-FR"), languages or (ADML,), strict=False)
        ],
        **values,
    )


def in_force(operation: GroupPolicyOperation) -> DefinitionFile:
    """The file of an operation, once that was performed and succeeded."""
    assert execution.perform(operation.pk)
    operation.refresh_from_db()
    assert operation.operation_status == OperationStatus.SUCCESS, operation.status_details
    return DefinitionFile.objects.get(operations=operation)


def an_adml(language_code: str, content: bytes = ADML) -> submissions.UploadedLanguageFile:
    """As handed in."""
    return submissions.UploadedLanguageFile("example.adml", language_code, content)


def a_new_version(content: bytes = NEWER_ADMX, **values: Any) -> GroupPolicyOperation:
    """Of a file in force, not yet performed."""
    values.setdefault("by", everybody())
    file = values.pop("file", None) or in_force(an_upload())
    return definition_files.upload_new_version(definition_file_id=file.pk, content=content, **values)


def an_old_version() -> Version:
    """The first of two."""
    file = in_force(a_new_version())
    return file.versions.get(number=1)


def a_removal(file: DefinitionFile | None = None) -> GroupPolicyOperation:
    """Of a file in force, not yet performed."""
    file = file or in_force(an_upload())
    return definition_files.remove(by=everybody(), definition_file_id=file.pk)


def held_by_a_worker(operation: GroupPolicyOperation, *, seconds: int, attempt: int = 1) -> None:
    """As if a worker had claimed it, its lease ending in so many seconds (negative: ended)."""
    now = timezone.now()
    GroupPolicyOperation.objects.filter(pk=operation.pk).update(
        attempt=attempt, started_date_time=now, lease_until=now + timedelta(seconds=seconds)
    )
    operation.refresh_from_db()


def an_upload_body(**changed: Any) -> dict[str, Any]:
    """What a client posts to upload a template."""
    return {
        "content": in_base64(ADMX),
        "fileName": "example.admx",
        "defaultLanguageCode": "en-US",
        "groupPolicyUploadedLanguageFiles": [
            {"fileName": "example.adml", "languageCode": "en-US", "content": in_base64(ADML)}
        ],
    } | changed


def in_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def an_unknown_id() -> UUID:
    return uuid4()


WORKER = worker()


def a_category(**values: Any) -> GroupPolicyCategory:
    """At the root of a file of its own, unless told otherwise."""
    values = _declared(values) | {"display_name": values.get("display_name", "Example")}
    return GroupPolicyCategory.objects.create(**values)


def a_policy(**values: Any) -> Policy:
    """For computers, in no category."""
    return Policy.objects.create(**{"policy_class": "Machine", "display_name": "Use a proxy"} | _declared(values))


def a_definition(**values: Any) -> GroupPolicyDefinition:
    """Of a policy of its own."""
    policy = values.pop("policy", None)
    if policy is None:
        policy = a_policy(**{name: values.pop(name) for name in ("definition_file", "category") if name in values})
    now = timezone.now()
    values = {"class_type": "machine", "created_date_time": now, "last_modified_date_time": now} | values
    return GroupPolicyDefinition.objects.create(policy=policy, definition_file=policy.definition_file, **values)


def a_presentation(**values: Any) -> GroupPolicyPresentation:
    """A check box, of a definition of its own."""
    now = timezone.now()
    values = {
        "position": 0,
        "type": "checkBox",
        "label": "On",
        "properties": {"default_checked": False},
        "created_date_time": now,
        "last_modified_date_time": now,
    } | values
    if "definition" not in values and "definition_id" not in values:
        values["definition"] = a_definition()
    return GroupPolicyPresentation.objects.create(**values)


def _declared(values: dict[str, Any]) -> dict[str, Any]:
    now = timezone.now()
    values = {
        "name": f"Name{uuid4().hex}",
        "position": 0,
        "created_date_time": now,
        "last_modified_date_time": now,
    } | values
    if "definition_file" not in values and "definition_file_id" not in values:
        # One file for all of them: whose it is does not matter.
        values["definition_file"] = DefinitionFile.present.first() or a_definition_file()
    return values
