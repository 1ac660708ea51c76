"""What is in force changes here only: a version comes in, or a file goes out. In the caller's transaction."""

from datetime import datetime

from operations import admx, audit
from operations.actor import Actor
from operations.choices import DefinitionFileStatus
from operations.models import Content, DefinitionFile, GroupPolicyOperation, LanguageFile, Version, VersionLanguageFile
from operations.services.templates import catalogues, references
from operations.services.templates.submissions import Candidate

_WRITTEN = (
    "file_name",
    "status",
    "target_prefix",
    "target_namespace",
    "revision",
    "content",
    "version",
    "policy_count",
    "category_count",
    "upload_date_time",
    "last_modified_date_time",
    "removed_date_time",
)


def activate(
    operation: GroupPolicyOperation,
    *,
    by: Actor,
    candidate: Candidate,
    template: admx.Template,
    rows: catalogues.Rows,
    changes: admx.Difference | None,
    now: datetime,
) -> Version:
    """Bring what an operation was asked with into force and keep it as the file's next version."""
    file = DefinitionFile.objects.select_for_update(of=("self",)).get(operations=operation)
    before = {"status": file.status, "version": _number(file), "content_sha256": file.content_id}
    definitions = template.definitions
    newest = file.versions.order_by("-number").first()
    version = Version.objects.create(
        definition_file=file,
        number=newest.number + 1 if newest else 1,
        operation=operation,
        file_name=candidate.definition.file_name,
        content=Content.store(candidate.definition.content),
        default_language_code=candidate.default_language,
        target_prefix=definitions.target_prefix,
        target_namespace=definitions.target_namespace,
        revision=definitions.revision,
        policy_count=len(definitions.policies),
        category_count=len(definitions.categories),
        policy_names=[policy.name for policy in definitions.policies],
        changes=admx.as_json(changes) if changes is not None else None,
        created_date_time=now,
    )
    _keep_languages(file, version, candidate, now)
    file.status = DefinitionFileStatus.AVAILABLE
    file.version = version
    for name in ("file_name", "content", "target_prefix", "target_namespace", "revision"):
        setattr(file, name, getattr(version, name))
    file.policy_count, file.category_count = version.policy_count, version.category_count
    file.upload_date_time = file.last_modified_date_time = now
    file.removed_date_time = None
    file.save(update_fields=_WRITTEN)
    catalogues.write(file, rows, now=now)
    references.resolve(file)
    audit.record(
        audit.AuditAction.DEFINITION_FILE_AVAILABLE,
        file,
        by=by,
        before=before,
        after={
            "status": file.status,
            "version": version.number,
            "target_namespace": file.target_namespace,
            "revision": file.revision,
            "content_sha256": file.content_id,
            "language_codes": [source.language_code for source in candidate.languages],
            "operation": operation.pk,
        },
    )
    return version


def deactivate(file: DefinitionFile, operation: GroupPolicyOperation, *, by: Actor, now: datetime) -> None:
    """Take a file out of force. The row, its versions and their bytes are kept."""
    before = {"status": file.status, "version": _number(file), "content_sha256": file.content_id}
    file.status = file.settled_status
    file.removed_date_time = file.last_modified_date_time = now
    file.save(update_fields=["status", "removed_date_time", "last_modified_date_time"])
    catalogues.erase(file)
    audit.record(
        audit.AuditAction.DEFINITION_FILE_REMOVED,
        file,
        by=by,
        reason=operation.reason,
        before=before,
        after={"removed_date_time": now, "operation": operation.pk, "ticket": operation.ticket},
    )


def _keep_languages(file: DefinitionFile, version: Version, candidate: Candidate, now: datetime) -> None:
    stored = {source.language_code or "": (source, Content.store(source.content)) for source in candidate.languages}
    VersionLanguageFile.objects.bulk_create(
        VersionLanguageFile(version=version, language_code=code, file_name=source.file_name, content=content)
        for code, (source, content) in stored.items()
    )
    present = {language.language_code.lower(): language for language in file.language_files.all()}
    for code, (source, content) in stored.items():
        language = present.pop(code.lower(), None)
        if language is None:
            language = LanguageFile(definition_file=file)
        elif (language.content_id, language.file_name, language.language_code) == (
            content.pk,
            source.file_name,
            code,
        ):
            continue
        language.language_code, language.file_name, language.content = code, source.file_name, content
        language.last_modified_date_time = now
        language.save()
    for language in present.values():
        language.delete()


def _number(file: DefinitionFile) -> int | None:
    return file.version.number if file.version else None
