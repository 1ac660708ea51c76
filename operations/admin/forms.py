"""What people fill in to create or correct an operation. Rules stay in the services."""

from typing import Any

from django import forms
from django.forms import formset_factory

from operations.choices import OperationStatus, OperationType
from operations.models import DefinitionFile

PERFORM, RECORD = "perform", "record"
OFFERED_FILES = 500
PERFORMED_TYPES = (OperationType.UPLOAD,)


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
        initial="en-US",
        max_length=35,
        help_text="Its ADML must have every text the ADMX needs.",
    )
    definition_file = forms.ModelChoiceField(
        label="Definition file",
        required=False,
        queryset=DefinitionFile.present.none(),
        empty_label="None",
        help_text="The file this was done to, if it is in the portal.",
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
        if values.get("how") == PERFORM:
            if values.get("operation_type") not in PERFORMED_TYPES:
                self.add_error(
                    "operation_type",
                    "The portal performs uploads so far; performing this type comes with a later version. "
                    "Choose Upload, or record what was done elsewhere.",
                )
            elif not values.get("admx"):
                self.add_error("admx", "Choose the ADMX file to upload.")
        elif values.get("how") == RECORD and values.get("admx"):
            self.add_error("admx", "A recorded operation stores no files. Choose perform, or remove the file.")
        return values


class LanguageFileForm(forms.Form):
    """One ADML; its language is not in the file, so somebody has to say it."""

    adml = forms.FileField(
        label="ADML file", required=False, widget=forms.ClearableFileInput(attrs={"accept": ".adml"})
    )
    language_code = forms.CharField(
        label="Language", required=False, max_length=35, widget=forms.TextInput(attrs={"placeholder": "en-US"})
    )


LanguageFileFormSet = formset_factory(LanguageFileForm, extra=3, max_num=100, absolute_max=100)


class CorrectOperationForm(forms.Form):
    """What may still be changed of a recorded operation."""

    operation_type = forms.ChoiceField(label="Type", choices=OperationType.choices)
    operation_status = forms.ChoiceField(label="Status", choices=OperationStatus.choices)
    status_details = forms.CharField(
        label="Status details", required=False, widget=forms.Textarea(attrs={"rows": 4}), strip=False
    )
