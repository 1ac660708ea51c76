"""What people fill in to create or correct an operation. Rules stay in the services."""

from typing import Any

from django import forms
from django.forms import formset_factory

from operations.choices import OperationStatus, OperationType
from operations.languages import DEFAULT_LANGUAGE_CODE, LANGUAGE_CODE_LENGTH
from operations.models import DefinitionFile

PERFORM, RECORD = "perform", "record"
OFFERED_FILES = 500
WITH_ADMX = frozenset({OperationType.UPLOAD, OperationType.UPLOAD_NEW_VERSION})


class CreateOperationForm(forms.Form):
    """One form for everything; `static/operations/create.js` hides what does not matter."""

    operation_type = forms.ChoiceField(label="Type", choices=OperationType.choices, initial=OperationType.UPLOAD)
    how = forms.ChoiceField(
        label="Perform or record",
        choices=[
            (PERFORM, "Perform: the portal checks and imports the files"),
            (RECORD, "Record: it was done elsewhere, write it down"),
        ],
        initial=PERFORM,
        widget=forms.RadioSelect,
    )
    admx = forms.FileField(
        label="ADMX file",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".admx"}),
        help_text="The administrative template itself.",
    )
    default_language_code = forms.CharField(
        label="Default language",
        required=False,
        initial=DEFAULT_LANGUAGE_CODE,
        max_length=LANGUAGE_CODE_LENGTH,
        help_text="Its ADML must have every text the ADMX needs.",
    )
    definition_file = forms.ModelChoiceField(
        label="Definition file",
        required=False,
        queryset=DefinitionFile.present.none(),
        empty_label="None",
        help_text="The file that this is or was done to. An upload makes a new one.",
    )
    languages_to_remove = forms.CharField(
        label="Languages to remove",
        required=False,
        max_length=4000,
        help_text="Such as de-DE, fr-FR. The default language cannot be removed.",
    )
    operation_status = forms.ChoiceField(
        label="Status", choices=OperationStatus.choices, initial=OperationStatus.SUCCESS, required=False
    )
    status_details = forms.CharField(
        label="Status details", required=False, widget=forms.Textarea(attrs={"rows": 3}), strip=False
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Why this is done. Auditors read it.",
    )
    ticket = forms.CharField(label="Ticket", required=False, max_length=255, help_text="Such as CHG-1042.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = DefinitionFile.present.order_by("-created_date_time", "-id")[:OFFERED_FILES]
        field = self.fields["definition_file"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (for the type checker)
        field.queryset = DefinitionFile.present.filter(pk__in=[file.pk for file in newest])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("how") == PERFORM and "operation_type" in values:
            self._check_performed(values)
        elif values.get("how") == RECORD and values.get("admx"):
            self.add_error("admx", "A recorded operation stores no files. Choose perform, or remove the file.")
        return values

    def _check_performed(self, values: dict[str, Any]) -> None:
        """What is needed to call a service at all; everything else is the service's to refuse."""
        kind = values.get("operation_type")
        if kind == OperationType.NONE:
            self.add_error("operation_type", "Choose what is to be performed.")
        elif kind in WITH_ADMX and not values.get("admx"):
            self.add_error("admx", "Choose the ADMX file to upload.")
        elif kind not in WITH_ADMX and values.get("admx"):
            self.add_error("admx", "This type takes no ADMX. Remove the file, or choose Upload new version.")
        if kind not in {OperationType.UPLOAD, OperationType.NONE} and not values.get("definition_file"):
            self.add_error("definition_file", "Choose the definition file that this is to be done to.")


class LanguageFileForm(forms.Form):
    """One ADML; its language is not in the file, so somebody has to say it."""

    adml = forms.FileField(
        label="ADML file", required=False, widget=forms.ClearableFileInput(attrs={"accept": ".adml"})
    )
    language_code = forms.CharField(
        label="Language",
        required=False,
        max_length=LANGUAGE_CODE_LENGTH,
        widget=forms.TextInput(attrs={"placeholder": DEFAULT_LANGUAGE_CODE}),
    )


LanguageFileFormSet = formset_factory(LanguageFileForm, extra=3, max_num=100, absolute_max=100)


class CorrectOperationForm(forms.Form):
    """What may still be changed of a recorded operation."""

    operation_type = forms.ChoiceField(label="Type", choices=OperationType.choices)
    operation_status = forms.ChoiceField(label="Status", choices=OperationStatus.choices)
    status_details = forms.CharField(
        label="Status details", required=False, widget=forms.Textarea(attrs={"rows": 4}), strip=False
    )
