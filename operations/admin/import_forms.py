"""Many templates at once: dropped, checked together, and asked for in the order they need."""

import json
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from operations.actor import Actor
from operations.errors import PortalError
from operations.languages import DEFAULT_LANGUAGE_CODE, LANGUAGE_CODE_LENGTH
from operations.services.importing import preflight, run, sources
from operations.services.importing.plan import ImportOutcome

FINDINGS_SHOWN = 10
LABELS = {
    ImportOutcome.IMPORTED: ("success", "Would be imported"),
    ImportOutcome.NEW_VERSION: ("success", "Would become a new version"),
    ImportOutcome.ALREADY_THERE: ("note", "Already imported"),
    ImportOutcome.KEPT: ("note", "Unchanged"),
    ImportOutcome.FAILED: ("failed", "Would fail"),
}


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """A list of uploaded files."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        one = super().clean
        return [one(file, initial) for file in data or [None]]


class ImportForm(forms.Form):
    """`static/operations/import.js` collects dropped files and tells the folders they lay in."""

    templates = ManyFilesField(
        label="Templates",
        widget=ManyFilesInput(attrs={"accept": ".admx,.adml,.zip"}),
        help_text="ADMX with their ADMLs, or a zip of a PolicyDefinitions folder.",
        error_messages={"required": "Choose the templates, or a zip of them."},
    )
    paths = forms.CharField(required=False, widget=forms.HiddenInput)
    default_language_code = forms.CharField(
        label="Default language",
        required=False,
        initial=DEFAULT_LANGUAGE_CODE,
        max_length=LANGUAGE_CODE_LENGTH,
        help_text="Used for templates that have it.",
    )
    new_versions = forms.BooleanField(
        label="Upload new versions of files that differ",
        required=False,
        initial=True,
        help_text="Otherwise they are left unchanged.",
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Why this is done. Auditors read it.",
    )
    ticket = forms.CharField(label="Ticket", required=False, max_length=255, help_text="Such as CHG-1042.")

    def clean_paths(self) -> list[str]:
        """A browser sends names without their folders, so they come beside the files, in the same order."""
        if not self.cleaned_data["paths"]:
            return []
        try:
            paths = json.loads(self.cleaned_data["paths"])
        except ValueError:
            paths = None
        if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
            raise forms.ValidationError("The paths of the files are damaged. Reload the page and choose them again.")
        return paths


def found_in(form: ImportForm) -> sources.Found | None:
    """The templates that were handed in; None when refused, with the reason beside its field."""
    values = form.cleaned_data
    files, paths = values["templates"], values["paths"]
    if len(paths) != len(files):
        paths = [file.name for file in files]
    try:
        found = sources.read_uploaded(
            [(path, file) for path, file in zip(paths, files, strict=True)],
            default_language=values["default_language_code"] or DEFAULT_LANGUAGE_CODE,
        )
    except PortalError as error:
        form.add_error(error.target if error.target in form.fields else "templates", str(error))
        return None
    if not found.bundles:
        form.add_error("templates", " ".join(["There is no .admx among these files.", *_reasons(found)]))
        return None
    return found


def check_first(form: ImportForm, found: sources.Found, *, by: Actor) -> list[dict[str, Any]]:
    """What would come of each, needed ones first; nothing is stored."""
    judged = preflight.preflight_batch(by=by, bundles=found.bundles, new_versions=form.cleaned_data["new_versions"])
    return [
        {
            "path": one.bundle.path,
            "languages": [language.language_code for language in one.bundle.language_files],
            "badge": LABELS[one.outcome][0],
            "label": LABELS[one.outcome][1],
            "failed": one.outcome is ImportOutcome.FAILED,
            "refusal": one.refusal,
            "findings": one.findings[:FINDINGS_SHOWN],
            "more": max(0, len(one.findings) - FINDINGS_SHOWN),
            "difference": one.preflight.difference if one.preflight else None,
        }
        for one in judged
    ]


def request(form: ImportForm, found: sources.Found, *, by: Actor) -> list[str]:
    """Queue an operation for each and say, a sentence each, why some of them got none."""
    values = form.cleaned_data
    steps = run.request_folder(
        by=by,
        bundles=found.bundles,
        new_versions=values["new_versions"],
        reason=values["reason"],
        ticket=values["ticket"],
    )
    told = {
        ImportOutcome.ALREADY_THERE: "is in force already with the same content.",
        ImportOutcome.KEPT: "was left as it is.",
    }
    return [
        f"{step.bundle.path}: {told.get(step.outcome, step.details)}" for step in steps if step.operation_id is None
    ] + _reasons(found)


def _reasons(found: sources.Found) -> list[str]:
    return [f"{path} was left out: {reason}" for path, reason in found.left_over]
