"""A worker that dies inside any step of any operation: the next one ends it as if nothing had happened."""

import os
import shutil
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from operations.audit.write_guard import allow_unrecorded_writes
from operations.models import (
    AuditEvent,
    DefinitionFile,
    Finding,
    GroupPolicyCategory,
    GroupPolicyDefinition,
    GroupPolicyOperation,
    GroupPolicyPresentation,
    NamespaceUse,
    Policy,
    VersionLanguageFile,
)
from operations.services.operations import execution
from operations.services.templates import activation, catalogues, definition_files, references
from tests import rows
from tests.admx import samples
from tests.journeys.portal import JOURNEY, environment, free_port, manage

pytestmark = JOURNEY

BY = rows.everybody()
ELEMENT = '<elements><text id="Server" valueName="Server"/></elements>'
PRESENTATION = (
    '<presentationTable><presentation id="Proxy"><textBox refId="Server"><label>Server</label></textBox>'
    "</presentation></presentationTable>"
)
ADML = samples.adml().replace("</resources>", f"{PRESENTATION}</resources>").encode()
NEWER_ADML = ADML.replace(b"Use a proxy", b"Use any proxy")
AT_COMMIT = "right before the commit"
COMMITTED = "right after the commit"


def template(number: int, *names: str, **changed: str) -> bytes:
    """Of a namespace of its own; every policy has a control."""
    presented = changed | {"presentation": "$(presentation.Proxy)"}
    target = f'<target prefix="example" namespace="Example.Policies.Number{number}"/>'
    return samples.admx(*(samples.policy(name, ELEMENT, **presented) for name in names), target=target).encode()


def an_upload(number: int) -> GroupPolicyOperation:
    return rows.an_upload(template(number, "First", "Second", "Third"), ADML)


def a_broken_upload(number: int) -> GroupPolicyOperation:
    return rows.an_upload(template(number, "First", "First"), ADML)


def a_new_version(number: int) -> GroupPolicyOperation:
    """One policy goes, one changes, one comes, one stays."""
    file = rows.in_force(an_upload(number))
    newer = template(number, "First", "Second", "Fourth")
    return rows.a_new_version(newer.replace(b"Software\\Example", b"Software\\Elsewhere", 1), file=file)


def a_broken_new_version(number: int) -> GroupPolicyOperation:
    return rows.a_new_version(rows.BROKEN_ADMX, file=rows.in_force(an_upload(number)))


def more_languages(number: int) -> GroupPolicyOperation:
    file = rows.in_force(an_upload(number))
    return definition_files.add_language_files(
        by=BY, definition_file_id=file.pk, language_files=[rows.an_adml("de-DE", ADML)]
    )


def newer_languages(number: int) -> GroupPolicyOperation:
    file = rows.in_force(more_languages(number))
    return definition_files.update_language_files(
        by=BY, definition_file_id=file.pk, language_files=[rows.an_adml("en-US", NEWER_ADML)]
    )


def fewer_languages(number: int) -> GroupPolicyOperation:
    file = rows.in_force(more_languages(number))
    return definition_files.remove_language_files(by=BY, definition_file_id=file.pk, language_codes=["de-DE"])


def a_removal(number: int) -> GroupPolicyOperation:
    return rows.a_removal(rows.in_force(more_languages(number)))


def a_roll_back(number: int) -> GroupPolicyOperation:
    file = rows.in_force(a_new_version(number))
    return definition_files.roll_back(by=BY, version_id=file.versions.get(number=1).pk)


def a_restoration(number: int) -> GroupPolicyOperation:
    file = rows.in_force(a_removal(number))
    return definition_files.restore(by=BY, definition_file_id=file.pk)


# Where to die: the module that calls, the name by which it calls, and whether to die before or after that.
CLAIMED = ("the claim", execution, "_claim", "after")
JUDGED = ("the judgement", execution, "_judge", "after")
FINISHED = ("the operation's end", execution, "_finish", "after")
SUCCEEDING = (
    CLAIMED,
    JUDGED,
    FINISHED,
    ("the version's row", activation, "_keep_languages", "before"),
    ("the version's languages", activation, "_keep_languages", "after"),
    ("the policies' rows", catalogues, "write", "after"),
    ("the references", references, "resolve", "after"),
    ("everything", activation, "activate", "after"),
)
FAILING = (CLAIMED, JUDGED, FINISHED, ("the file's status", execution, "set_file_status", "after"))
REMOVING = (
    CLAIMED,
    ("the look at dependents", execution, "refuse_dependents", "after"),
    FINISHED,
    ("the file's row", catalogues, "erase", "before"),
    ("the rows are gone", catalogues, "erase", "after"),
    ("everything", activation, "deactivate", "after"),
)
KINDS: dict[str, tuple[Callable[[int], GroupPolicyOperation], tuple[Any, ...], str]] = {
    "upload": (an_upload, SUCCEEDING, "success"),
    "upload that fails": (a_broken_upload, FAILING, "failed"),
    "uploadNewVersion": (a_new_version, SUCCEEDING, "success"),
    "uploadNewVersion that fails": (a_broken_new_version, FAILING, "failed"),
    "addLanguageFiles": (more_languages, SUCCEEDING, "success"),
    "updateLanguageFiles": (newer_languages, SUCCEEDING, "success"),
    "removeLanguageFiles": (fewer_languages, SUCCEEDING, "success"),
    "remove": (a_removal, REMOVING, "success"),
    "roll-back": (a_roll_back, SUCCEEDING, "success"),
    "restoration": (a_restoration, SUCCEEDING, "success"),
}


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(tmp_path_factory.mktemp("dying")) / "migrated"
    done = manage("migrate", "--verbosity", "0", env=environment(folder, free_port()))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_a_death_in_any_step_leaves_no_trace(migrated: Path, tmp_path: Path, kind: str) -> None:
    folder = shutil.copytree(migrated, tmp_path / "data")
    script = f"from tests.journeys import test_dying; test_dying.die_in_every_step({kind!r})"
    done = manage("shell", "--no-imports", "-c", script, env=environment(folder, free_port()))
    assert done.returncode == 0, done.stdout + done.stderr


def die_in_every_step(kind: str) -> None:
    """In a process and on a data folder of its own."""
    prepare, steps, status = KINDS[kind]
    undisturbed = prepare(0)
    assert execution.perform(undisturbed.pk)
    expected = told(undisturbed)
    assert expected["operation_status"] == status, expected

    deaths = [(f"{when} {what}", dying(module, name, when)) for what, module, name, when in steps]
    deaths += [(AT_COMMIT, dying_at_commit("before")), (COMMITTED, dying_at_commit("after"))]
    for number, (where, arrange) in enumerate(deaths, start=1):
        with transaction.atomic():  # at once: many small commits would take most of the time
            operation = prepare(number)
        before = told(operation)
        perform_and_die(operation, arrange, where)
        if where == COMMITTED:
            assert not execution.perform(operation.pk), where
        else:
            expect_same(told(operation), before, f"{where}: something half-done can be seen")
            assert not execution.perform(operation.pk), f"{where}: the dead worker's lease was not heeded"
            end_lease(operation)
            assert execution.perform(operation.pk), where
        assert not execution.perform(operation.pk), f"{where}: twice"
        expect_same(told(operation), expected, where)
        expect_attempts(operation, 1 if where == COMMITTED else 2, where)
    sequences = list(AuditEvent.objects.order_by("sequence").values_list("sequence", flat=True))
    assert sequences == list(range(1, len(sequences) + 1)), "the trail has a gap"


def dying(module: Any, name: str, when: str) -> Callable[[], None]:
    """Arranges death before or after the module's function is called."""

    def arrange() -> None:
        setattr(module, name, followed_or_preceded_by_death(getattr(module, name), when))

    return arrange


def dying_at_commit(when: str) -> Callable[[], None]:
    """Arranges death before or after the commit of the transaction that ends the operation."""

    def arrange() -> None:
        finish = execution._finish

        @wraps(finish)
        def finish_and_arrange(*arguments: Any) -> Any:
            wrapper: Any = BaseDatabaseWrapper  # private to Django, and in no stubs
            wrapper._commit = followed_or_preceded_by_death(wrapper._commit, when)
            return finish(*arguments)

        module: Any = execution
        module._finish = finish_and_arrange

    return arrange


def followed_or_preceded_by_death(function: Callable[..., Any], when: str) -> Callable[..., Any]:
    @wraps(function)
    def disturbed(*arguments: Any, **named: Any) -> None:
        if when == "after":
            function(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    return disturbed


def perform_and_die(operation: GroupPolicyOperation, arrange: Callable[[], None], where: str) -> None:
    connections.close_all()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        try:
            arrange()
            execution.perform(operation.pk)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    _, end = os.waitpid(child, 0)
    assert os.WIFSIGNALED(end), f"{where}: never reached"
    assert os.WTERMSIG(end) == signal.SIGKILL


def end_lease(operation: GroupPolicyOperation) -> None:
    with allow_unrecorded_writes("time passes"):
        assert GroupPolicyOperation.objects.filter(pk=operation.pk).update(lease_until=timezone.now()) == 1


def told(operation: GroupPolicyOperation) -> dict[str, Any]:
    """All that can be seen of an operation and its file, without what no two of them share."""
    operation = GroupPolicyOperation.objects.get(pk=operation.pk)
    file = DefinitionFile.objects.get(operations=operation)
    of_file: dict[str, Any] = {"definition_file": file}
    happened = AuditEvent.objects.filter(object_id__in=[str(operation.pk), str(file.pk)])
    return {
        "operation_status": operation.operation_status,
        "status_details": operation.status_details,
        "finished": operation.finished_date_time is not None,
        "findings": list(Finding.objects.filter(operation=operation).values_list("position", "code", "severity")),
        "status": file.status,
        "removed": file.removed_date_time is not None,
        "counts": (file.policy_count, file.category_count),
        "in force": file.version.number if file.version else None,
        "languages": sorted(file.language_files.values_list("language_code", "file_name")),
        "versions": list(
            file.versions.order_by("number").values_list("number", "operation__operation_type", "policy_names")
        ),
        "version languages": sorted(
            VersionLanguageFile.objects.filter(version__definition_file=file).values_list(
                "version__number", "language_code", "content"
            )
        ),
        "policies": sorted(Policy.objects.filter(**of_file).values_list("name", "position", "key", "category__name")),
        "texts": sorted(Policy.objects.filter(**of_file).values_list("name", "display_name")),
        "categories": sorted(GroupPolicyCategory.objects.filter(**of_file).values_list("name", "path")),
        "definitions": sorted(
            GroupPolicyDefinition.objects.filter(**of_file).values_list("policy__name", "class_type")
        ),
        "presentations": sorted(
            GroupPolicyPresentation.objects.filter(definition__definition_file=file).values_list(
                "definition__policy__name", "position", "type", "label"
            )
        ),
        "namespaces": NamespaceUse.objects.filter(**of_file).count(),
        # One for each attempt, whatever became of it.
        "events": Counter(happened.exclude(action="operation.started").values_list("action", flat=True)),
    }


def expect_same(found: dict[str, Any], expected: dict[str, Any], where: str) -> None:
    different = {name: (found[name], expected[name]) for name in expected if found[name] != expected[name]}
    assert not different, f"{where}: {different}"


def expect_attempts(operation: GroupPolicyOperation, attempts: int, where: str) -> None:
    operation.refresh_from_db()
    assert (operation.attempt, operation.lease_until) == (attempts, None), where
    events = AuditEvent.objects.filter(object_id=str(operation.pk), action="operation.started")
    assert events.count() == attempts, where
