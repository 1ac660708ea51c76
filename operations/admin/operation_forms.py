"""From the filled-in form to one service call, and from a refusal back to the field it belongs to."""

from typing import Any

from operations.actor import Actor
from operations.admin.forms import PERFORM, CreateOperationForm
from operations.choices import OperationType
from operations.errors import PortalError
from operations.languages import DEFAULT_LANGUAGE_CODE
from operations.models import GroupPolicyOperation
from operations.services.operations import records
from operations.services.templates import definition_files
from operations.services.templates.preflight import Preflight, preflight
from operations.services.templates.submissions import LANGUAGE_FILES, UploadedLanguageFile

TAKES_LANGUAGE_FILES = frozenset(
    {
        OperationType.UPLOAD,
        OperationType.UPLOAD_NEW_VERSION,
        OperationType.ADD_LANGUAGE_FILES,
        OperationType.UPDATE_LANGUAGE_FILES,
    }
)
_FIELDS = {
    "file_name": "admx",
    "content": "admx",
    "id": "definition_file",
}
_LANGUAGE_FIELDS = {"file_name": "adml", "content": "adml", "language_code": "language_code"}


def create(form: CreateOperationForm, languages: Any, *, by: Actor) -> GroupPolicyOperation | None:
    """The new operation; None when it was refused, with the reason beside its field."""
    performed = form.cleaned_data["how"] == PERFORM
    takes_files = form.cleaned_data["operation_type"] in TAKES_LANGUAGE_FILES
    if not (performed and takes_files) and _refuse_files(form, languages, performed=performed):
        return None
    try:
        return _perform(form, languages, by) if performed else _record(form, by)
    except PortalError as error:
        _tell(error, form, languages)
        return None


def check_first(form: CreateOperationForm, languages: Any, *, by: Actor) -> Preflight | None:
    """What would come of it, nothing stored; None when it was refused, with the reason beside its field."""
    values = form.cleaned_data
    if values["how"] != PERFORM or values["operation_type"] not in TAKES_LANGUAGE_FILES:
        form.add_error(None, "There is nothing to check: this takes no files.")
        return None
    admx, file = values["admx"], values["definition_file"]
    is_new = values["operation_type"] == OperationType.UPLOAD
    try:
        return preflight(
            by=by,
            file_name=admx.name if admx else "",
            content=admx.read() if admx else b"",
            language_files=_language_files(form, languages),
            default_language_code=values["default_language_code"] or DEFAULT_LANGUAGE_CODE,
            definition_file_id=file.pk if file and not is_new else None,
            operation_type=values["operation_type"],
        )
    except PortalError as error:
        _tell(error, form, languages)
        return None


def _refuse_files(form: CreateOperationForm, languages: Any, *, performed: bool) -> bool:
    """What takes no files would drop them without a word."""
    told = (
        "This type takes no ADML. Remove the file."
        if performed
        else "A recorded operation stores no files. Choose perform, or remove the file."
    )
    given = [row for row in languages if row.cleaned_data.get("adml")]
    for row in given:
        row.add_error("adml", told)
    if given:
        form.add_error(None, "One of the language files needs your attention.")
    return bool(given)


def _record(form: CreateOperationForm, by: Actor) -> GroupPolicyOperation:
    values = form.cleaned_data
    return records.record_operation(
        by=by,
        operation_type=values["operation_type"],
        operation_status=values["operation_status"] or form.fields["operation_status"].initial,
        status_details=values["status_details"].replace("\r\n", "\n") or None,
        definition_file=values["definition_file"],
        reason=values["reason"],
        ticket=values["ticket"],
    )


def _perform(form: CreateOperationForm, languages: Any, by: Actor) -> GroupPolicyOperation:
    values = form.cleaned_data
    why = {"by": by, "reason": values["reason"], "ticket": values["ticket"]}
    kind, file, admx = values["operation_type"], values["definition_file"], values["admx"]
    if kind == OperationType.UPLOAD:
        return definition_files.upload(
            file_name=admx.name,
            content=admx.read(),
            default_language_code=values["default_language_code"] or DEFAULT_LANGUAGE_CODE,
            language_files=_language_files(form, languages),
            **why,
        )
    on = {"definition_file_id": file.pk, **why}
    match kind:
        case OperationType.UPLOAD_NEW_VERSION:
            return definition_files.upload_new_version(
                file_name=admx.name, content=admx.read(), language_files=_language_files(form, languages), **on
            )
        case OperationType.ADD_LANGUAGE_FILES:
            return definition_files.add_language_files(language_files=_language_files(form, languages), **on)
        case OperationType.UPDATE_LANGUAGE_FILES:
            return definition_files.update_language_files(language_files=_language_files(form, languages), **on)
        case OperationType.REMOVE_LANGUAGE_FILES:
            codes = values["languages_to_remove"].replace(",", " ").split()
            return definition_files.remove_language_files(language_codes=codes, **on)
    return definition_files.remove(**on)


def _language_files(form: CreateOperationForm, languages: Any) -> list[UploadedLanguageFile]:
    given = [row for row in languages.cleaned_data if row.get("adml")]
    default = form.cleaned_data["default_language_code"] or DEFAULT_LANGUAGE_CODE
    return [
        UploadedLanguageFile(
            file_name=row["adml"].name,
            # A single ADML without a language is taken for the default one.
            language_code=row["language_code"] or (default if len(given) == 1 else ""),
            content=row["adml"].read(),
        )
        for row in given
    ]


def _tell(error: PortalError, form: CreateOperationForm, languages: Any) -> None:
    rows = [row for row in languages if row.cleaned_data.get("adml")]
    target, _, rest = error.target.partition("/")
    if target == LANGUAGE_FILES and rest and rows:
        index, _, name = rest.partition("/")
        rows[int(index)].add_error(_LANGUAGE_FIELDS.get(name), str(error))
        form.add_error(None, "One of the language files needs your attention.")
        return
    name = _FIELDS.get(target, target)
    if target == LANGUAGE_FILES and form.cleaned_data["operation_type"] == OperationType.REMOVE_LANGUAGE_FILES:
        name = "languages_to_remove"
    form.add_error(name if name in form.fields else None, str(error))
