"""From the filled-in form to one service call, and from a refusal back to the field it belongs to."""

from typing import Any

from operations.actor import Actor
from operations.admin.forms import PERFORM, CreateOperationForm
from operations.errors import PortalError
from operations.models import GroupPolicyOperation
from operations.services import definition_files, operations
from operations.services.handed_in import UploadedLanguageFile

LANGUAGE_FILES = "group_policy_uploaded_language_files/"
_FIELDS = {"file_name": "admx", "content": "admx"}
_LANGUAGE_FIELDS = {"file_name": "adml", "content": "adml", "language_code": "language_code"}


def create(form: CreateOperationForm, languages: Any, *, by: Actor) -> GroupPolicyOperation | None:
    """The new operation; None when it was refused, with the reason beside its field."""
    if form.cleaned_data["how"] != PERFORM and _refuse_files(form, languages):
        return None
    try:
        return _upload(form, languages, by) if form.cleaned_data["how"] == PERFORM else _record(form, by)
    except PortalError as error:
        _tell(error, form, languages)
        return None


def _refuse_files(form: CreateOperationForm, languages: Any) -> bool:
    """A recorded operation would drop its files without a word."""
    given = [row for row in languages if row.cleaned_data.get("adml")]
    for row in given:
        row.add_error("adml", "A recorded operation stores no files. Choose perform, or remove the file.")
    if given:
        form.add_error(None, "One of the language files needs your attention.")
    return bool(given)


def _record(form: CreateOperationForm, by: Actor) -> GroupPolicyOperation:
    values = form.cleaned_data
    return operations.record_operation(
        by=by,
        operation_type=values["operation_type"],
        operation_status=values["operation_status"] or form.fields["operation_status"].initial,
        status_details=values["status_details"].replace("\r\n", "\n") or None,
        definition_file=values["definition_file"],
        reason=values["reason"],
        ticket=values["ticket"],
    )


def _upload(form: CreateOperationForm, languages: Any, by: Actor) -> GroupPolicyOperation:
    values = form.cleaned_data
    default = values["default_language_code"] or definition_files.DEFAULT_LANGUAGE_CODE
    given = [row for row in languages.cleaned_data if row.get("adml")]
    return definition_files.upload(
        by=by,
        file_name=values["admx"].name,
        content=values["admx"].read(),
        default_language_code=default,
        language_files=[
            UploadedLanguageFile(
                file_name=row["adml"].name,
                # A single ADML without a language is taken for the default one.
                language_code=row["language_code"] or (default if len(given) == 1 else ""),
                content=row["adml"].read(),
            )
            for row in given
        ],
        reason=values["reason"],
        ticket=values["ticket"],
    )


def _tell(error: PortalError, form: CreateOperationForm, languages: Any) -> None:
    if error.target.startswith(LANGUAGE_FILES):
        index, _, name = error.target.removeprefix(LANGUAGE_FILES).partition("/")
        rows = [row for row in languages if row.cleaned_data.get("adml")]
        rows[int(index)].add_error(_LANGUAGE_FIELDS.get(name), str(error))
        form.add_error(None, "One of the language files needs your attention.")
        return
    name = _FIELDS.get(error.target, error.target)
    form.add_error(name if name in form.fields else None, str(error))
