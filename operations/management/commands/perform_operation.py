from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError

from operations.actor import Actor
from operations.choices import OperationStatus
from operations.languages import DEFAULT_LANGUAGE_CODE
from operations.management.portal_command import PortalCommand
from operations.models import GroupPolicyOperation
from operations.services.importing import run
from operations.services.operations import requests
from operations.services.templates import definition_files, versions
from operations.services.templates.submissions import UploadedLanguageFile

BoardQuery = Callable[[Actor, dict[str, Any]], GroupPolicyOperation]


class Command(PortalCommand):
    help = "Request an operation on a definition file: the worker performs it, or with --wait this command."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="type", required=True, metavar="TYPE")
        common = ArgumentParser(add_help=False)
        common.add_argument("--wait", action="store_true", help="until it has ended; exit status 1 if it failed")
        told = ArgumentParser(add_help=False)
        told.add_argument("--reason", default="", help="why; recorded in the audit trail")
        told.add_argument("--ticket", default="", help="the number of the change in your ticket system")

        def kind(name: str, says: str, *, is_new: bool = True) -> ArgumentParser:
            parents = [common, told] if is_new else [common]
            added: ArgumentParser = kinds.add_parser(name, help=says, description=says, parents=parents)
            return added

        upload = kind("upload", "Upload a new ADMX with its ADMLs.")
        upload.add_argument("admx", type=Path)
        _languages(upload, "*")
        upload.add_argument("--default-language", default="", metavar="CODE", help=f"default: {DEFAULT_LANGUAGE_CODE}")
        newer = kind("uploadNewVersion", "Replace the ADMX and the ADMLs given; other languages stay.")
        _id(newer)
        newer.add_argument("admx", type=Path)
        _languages(newer, "*")
        for name, says in (("addLanguageFiles", "Add ADMLs."), ("updateLanguageFiles", "Replace ADMLs.")):
            changed = kind(name, says)
            _id(changed)
            _languages(changed, "+")
        fewer = kind("removeLanguageFiles", "Remove languages.")
        _id(fewer)
        fewer.add_argument("codes", nargs="+", metavar="LANG")
        _id(kind("remove", "Take a definition file out of force."))
        back = kind("rollBack", "Restore a kept version as a new version.")
        _id(back)
        back.add_argument("number", type=int, metavar="VERSIONNUMBER")
        _id(kind("restore", "Restore a removed definition file."))
        for name, says in (("retry", "Try a failed operation again."), ("cancel", "Cancel one that has not started.")):
            kind(name, says, is_new=False).add_argument("id", type=UUID, metavar="OPERATION_ID")

    def run(self, **options: Any) -> None:
        operation = ASKED[options["type"]](self.actor, options)
        if options["type"] == "cancel":
            self.stdout.write(f"{operation.pk} is cancelled.")
            return
        self.stdout.write(f"Operation {operation.pk} on definition file {operation.definition_file_id}")
        if not options["wait"]:
            self.stdout.write("It is queued. To see how it ends, look at the portal, or use --wait.")
            return
        operation = run.carried_out(operation)
        if operation.operation_status != OperationStatus.SUCCESS:
            raise CommandError(f"{operation.operation_status}: {operation.status_details or ''}", returncode=1)
        self.stdout.write(f"{operation.operation_status}: {operation.status_details or ''}")


def _upload(by: Actor, given: dict[str, Any]) -> GroupPolicyOperation:
    return definition_files.upload(
        by=by,
        file_name=given["admx"].name,
        content=_read(given["admx"]),
        language_files=_adml(given),
        default_language_code=given["default_language"],
        **_told(given),
    )


def _upload_new_version(by: Actor, given: dict[str, Any]) -> GroupPolicyOperation:
    return definition_files.upload_new_version(
        by=by,
        definition_file_id=given["id"],
        file_name=given["admx"].name,
        content=_read(given["admx"]),
        language_files=_adml(given),
        **_told(given),
    )


def _add_language_files(by: Actor, given: dict[str, Any]) -> GroupPolicyOperation:
    return definition_files.add_language_files(
        by=by, definition_file_id=given["id"], language_files=_adml(given), **_told(given)
    )


def _update_language_files(by: Actor, given: dict[str, Any]) -> GroupPolicyOperation:
    return definition_files.update_language_files(
        by=by, definition_file_id=given["id"], language_files=_adml(given), **_told(given)
    )


def _remove_language_files(by: Actor, given: dict[str, Any]) -> GroupPolicyOperation:
    return definition_files.remove_language_files(
        by=by, definition_file_id=given["id"], language_codes=given["codes"], **_told(given)
    )


def _remove(by: Actor, given: dict[str, Any]) -> GroupPolicyOperation:
    return definition_files.remove(by=by, definition_file_id=given["id"], **_told(given))


def _roll_back(by: Actor, given: dict[str, Any]) -> GroupPolicyOperation:
    version = versions.version_of(by=by, definition_file_id=given["id"], number=given["number"])
    return definition_files.roll_back(by=by, version_id=version.pk, **_told(given))


def _restore(by: Actor, given: dict[str, Any]) -> GroupPolicyOperation:
    return definition_files.restore(
        by=by, definition_file_id=given["id"], reason=given["reason"], ticket=given["ticket"]
    )


def _retry(by: Actor, given: dict[str, Any]) -> GroupPolicyOperation:
    return requests.retry_operation(by=by, operation_id=given["id"])


def _cancel(by: Actor, given: dict[str, Any]) -> GroupPolicyOperation:
    return requests.cancel_operation(by=by, operation_id=given["id"])


ASKED: dict[str, BoardQuery] = {
    "upload": _upload,
    "uploadNewVersion": _upload_new_version,
    "addLanguageFiles": _add_language_files,
    "updateLanguageFiles": _update_language_files,
    "removeLanguageFiles": _remove_language_files,
    "remove": _remove,
    "rollBack": _roll_back,
    "restore": _restore,
    "retry": _retry,
    "cancel": _cancel,
}


def _id(parser: ArgumentParser) -> None:
    parser.add_argument("id", type=UUID, metavar="ID", help="the definition file's id")


def _languages(parser: ArgumentParser, count: str) -> None:
    parser.add_argument(
        "languages", nargs=count, type=_language, metavar="LANG=ADML", help="such as de-DE=de-DE/example.adml"
    )


def _language(written: str) -> tuple[str, Path]:
    code, equals, path = written.partition("=")
    if not (code and equals and path):
        raise ArgumentTypeError(f"'{written}' is not of the form LANG=ADML, such as de-DE=de-DE/example.adml.")
    return code, Path(path)


def _adml(given: dict[str, Any]) -> list[UploadedLanguageFile]:
    return [UploadedLanguageFile(path.name, code, _read(path)) for code, path in given["languages"]]


def _told(given: dict[str, Any]) -> dict[str, str]:
    return {"reason": given["reason"], "ticket": given["ticket"]}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=2) from error
