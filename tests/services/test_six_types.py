"""Every operation type carried out: what is in force before, while and after, and what is refused at once."""

from typing import Any

import pytest

from operations.choices import DefinitionFileStatus, OperationStatus
from operations.errors import ConflictError, InvalidError
from operations.models import (
    DefinitionFile,
    Finding,
    GroupPolicyCategory,
    GroupPolicyDefinition,
    GroupPolicyOperation,
    Policy,
    Version,
)
from operations.services.operations import execution, requests
from operations.services.templates import definition_files, versions
from tests import rows
from tests.admx import samples

pytestmark = pytest.mark.django_db

BY = rows.everybody()
BASE = samples.admx(categories='<category name="Main" displayName="$(string.Main)"/>').encode()
CHILD_TARGET = '<target prefix="child" namespace="Child.Policies"/><using prefix="base" namespace="Example.Policies"/>'
CHILD_CATEGORY = '<category name="Below" displayName="$(string.Main)"><parentCategory ref="base:Main"/></category>'
CHILD = samples.admx(
    samples.POLICY.replace('ref="Main"', 'ref="Below"'), target=CHILD_TARGET, categories=CHILD_CATEGORY
).encode()
TWO = (samples.POLICY, samples.POLICY.replace('name="Proxy"', 'name="Second"'))


def ended(operation: GroupPolicyOperation) -> GroupPolicyOperation:
    assert execution.perform(operation.pk)
    operation.refresh_from_db()
    return operation


def again(file: DefinitionFile) -> DefinitionFile:
    return DefinitionFile.objects.get(pk=file.pk)


def the_codes(operation: GroupPolicyOperation) -> list[str]:
    return list(Finding.objects.filter(operation=operation).values_list("code", flat=True))


def test_an_upload_keeps_its_bytes_as_version_one_and_can_be_browsed() -> None:
    file = rows.in_force(rows.an_upload())
    version = Version.objects.get()
    assert (file.version, version.number, version.content.data) == (version, 1, rows.ADMX)
    assert [one.content.data for one in version.language_files.all()] == [rows.ADML]
    policy = Policy.objects.get()
    assert (policy.name, policy.display_name, policy.category) == (
        "Proxy", "Use a proxy", GroupPolicyCategory.objects.get(),
    )  # fmt: skip
    assert GroupPolicyCategory.objects.get().path == "\\Example"
    assert list(GroupPolicyDefinition.objects.values_list("class_type", flat=True)) == ["machine"]


def test_class_both_is_two_definitions() -> None:
    rows.in_force(rows.an_upload(samples.admx(samples.POLICY.replace("Machine", "Both")).encode()))
    assert set(GroupPolicyDefinition.objects.values_list("class_type", flat=True)) == {"user", "machine"}


def test_while_a_new_version_is_in_progress_the_old_one_stays_in_force() -> None:
    operation = rows.a_new_version()
    file = DefinitionFile.objects.get()
    assert (file.status, file.content.data, file.version.number) == ("uploadInProgress", rows.ADMX, 1)  # type: ignore[union-attr]
    assert Policy.objects.get().key == "Software\\Example"
    assert ended(operation).operation_status == OperationStatus.SUCCESS
    file = again(file)
    assert (file.status, file.content.data, file.version.number) == ("available", rows.NEWER_ADMX, 2)  # type: ignore[union-attr]
    assert [version.content.data for version in file.versions.order_by("number")] == [rows.ADMX, rows.NEWER_ADMX]


def test_what_persists_keeps_its_id_and_what_did_not_change_its_time() -> None:
    file = rows.in_force(rows.an_upload(samples.admx(*TWO).encode()))
    before = {policy.name: policy for policy in Policy.objects.all()}
    definitions = dict(GroupPolicyDefinition.objects.values_list("policy__name", "pk"))
    changed = TWO[0].replace("Software\\Example", "Software\\Elsewhere")
    ended(rows.a_new_version(samples.admx("\n", changed, TWO[1]).encode(), file=file))
    after = {policy.name: policy for policy in Policy.objects.all()}
    assert {name: policy.pk for name, policy in after.items()} == {name: one.pk for name, one in before.items()}
    assert dict(GroupPolicyDefinition.objects.values_list("policy__name", "pk")) == definitions
    assert after["Proxy"].last_modified_date_time > before["Proxy"].last_modified_date_time
    assert after["Second"].last_modified_date_time == before["Second"].last_modified_date_time
    assert after["Second"].created_date_time == before["Second"].created_date_time


def test_a_new_version_says_what_changed() -> None:
    operation = ended(rows.a_new_version())
    assert "breaking" in (operation.status_details or "")
    changes: Any = operation.version.changes
    assert changes["breakingCount"] == 1
    assert changes["changes"][0] | {"kind": "changed"} == {
        "kind": "changed", "subject": "policy", "name": "Proxy [Machine]", "attribute": "key",
        "old": "Software\\Example", "new": "Software\\Elsewhere", "isBreaking": True,
    }  # fmt: skip


def test_a_broken_new_version_leaves_everything_as_it_was() -> None:
    file = rows.in_force(rows.an_upload())
    operation = ended(rows.a_new_version(rows.BROKEN_ADMX, file=file))
    assert operation.operation_status == OperationStatus.FAILED
    file = again(file)
    assert (file.status, file.content.data, file.versions.count()) == ("available", rows.ADMX, 1)


def test_a_new_version_keeps_the_languages_that_are_not_sent() -> None:
    file = rows.in_force(rows.an_upload(rows.ADMX, rows.ADML, rows.ADML))
    newer = samples.adml(samples.STRINGS | {"Main": "Renamed"}).encode()
    ended(rows.a_new_version(file=file, language_files=[rows.an_adml("en-US", newer)]))
    stored = {one.language_code: one.content.data for one in again(file).language_files.all()}
    assert stored == {"en-US": newer, "de-DE": rows.ADML}


def test_a_new_version_with_another_namespace_fails() -> None:
    other = samples.admx(target='<target prefix="e" namespace="Other.Policies"/>').encode()
    assert "NamespaceChanged" in the_codes(ended(rows.a_new_version(other)))


def test_languages_are_added_updated_and_removed() -> None:
    file = rows.in_force(rows.an_upload())
    newer = samples.adml(samples.STRINGS | {"Main": "Beispiel"}).encode()
    steps: list[tuple[Any, dict[str, Any], dict[str, bytes]]] = [
        (definition_files.add_language_files, {"language_files": [rows.an_adml("de-DE")]},
         {"en-US": rows.ADML, "de-DE": rows.ADML}),
        (definition_files.update_language_files, {"language_files": [rows.an_adml("de-DE", newer)]},
         {"en-US": rows.ADML, "de-DE": newer}),
        (definition_files.remove_language_files, {"language_codes": ["DE-de"]}, {"en-US": rows.ADML}),
    ]  # fmt: skip
    for number, (service, asked, expected) in enumerate(steps, start=2):
        operation = ended(service(by=BY, definition_file_id=file.pk, **asked))
        assert operation.operation_status == OperationStatus.SUCCESS, operation.status_details
        assert "de-DE" in (operation.status_details or "")
        present = again(file)
        assert {one.language_code: one.content.data for one in present.language_files.all()} == expected
        assert (present.version.number, present.status) == (number, "available")  # type: ignore[union-attr]
    assert Policy.objects.get().texts.keys() == {"en-US"}


@pytest.mark.parametrize(
    ("service", "asked", "told"),
    [
        (definition_files.add_language_files, {"language_files": [rows.an_adml("EN-us")]}, "EN-us"),
        (definition_files.update_language_files, {"language_files": [rows.an_adml("fr-FR")]}, "fr-FR"),
        (definition_files.remove_language_files, {"language_codes": ["fr-FR"]}, "fr-FR"),
        (definition_files.remove_language_files, {"language_codes": ["en-us"]}, "is the default of"),
        (definition_files.remove_language_files, {"language_codes": []}, "at least one"),
        (definition_files.add_language_files, {"language_files": []}, "at least one"),
        (definition_files.remove_language_files, {"language_codes": ["de", "DE"]}, "twice"),
    ],
)
def test_languages_that_cannot_be_meant_are_refused_at_once(service: Any, asked: dict[str, Any], told: str) -> None:
    file = rows.in_force(rows.an_upload())
    with pytest.raises(InvalidError, match=told) as refused:
        service(by=BY, definition_file_id=file.pk, **asked)
    assert refused.value.target.startswith("group_policy_uploaded_language_files")
    assert GroupPolicyOperation.objects.count() == 1


def test_a_busy_file_refuses_everything_naming_the_operation() -> None:
    operation = rows.a_new_version()
    file = DefinitionFile.objects.get()
    version = Version.objects.get()
    attempts: list[Any] = [
        lambda: rows.a_new_version(file=file),
        lambda: rows.a_removal(file),
        lambda: definition_files.remove_at_once(by=BY, definition_file_id=file.pk),
        lambda: definition_files.roll_back(by=BY, version_id=version.pk),
        lambda: definition_files.remove_language_files(by=BY, definition_file_id=file.pk, language_codes=["de"]),
    ]
    for attempt in attempts:
        with pytest.raises(ConflictError, match=str(operation.pk)):
            attempt()


def test_what_never_became_available_cannot_be_changed() -> None:
    ended(rows.an_upload(rows.BROKEN_ADMX))
    with pytest.raises(ConflictError, match="never became available"):
        rows.a_new_version(file=DefinitionFile.objects.get())


def test_a_removal_shows_its_progress_then_keeps_only_the_versions() -> None:
    file = rows.in_force(rows.an_upload())
    operation = rows.a_removal(file)
    assert again(file).status == DefinitionFileStatus.REMOVAL_IN_PROGRESS
    assert ended(operation).operation_status == OperationStatus.SUCCESS
    assert not DefinitionFile.present.filter(pk=file.pk).exists()
    assert again(file).removed_date_time == operation.finished_date_time
    assert (Policy.objects.count(), GroupPolicyCategory.objects.count(), Version.objects.count()) == (0, 0, 1)


def test_what_others_depend_on_cannot_be_removed() -> None:
    base = rows.in_force(rows.an_upload(BASE))
    rows.in_force(rows.an_upload(CHILD, file_name="child.admx"))
    for remove in (definition_files.remove, definition_files.remove_at_once):
        with pytest.raises(ConflictError, match=r"child\.admx"):
            remove(by=BY, definition_file_id=base.pk)


def test_a_dependant_that_came_meanwhile_makes_the_removal_fail() -> None:
    base = rows.in_force(rows.an_upload(BASE))
    removal = rows.a_removal(base)
    rows.in_force(rows.an_upload(CHILD, file_name="child.admx"))
    assert "child.admx" in (ended(removal).status_details or "")
    assert again(base).status == DefinitionFileStatus.REMOVAL_FAILED
    assert GroupPolicyCategory.objects.get(name="Below").parent


def test_a_missing_base_file_fails_the_upload_and_trying_again_after_it_came_succeeds() -> None:
    failed = ended(rows.an_upload(CHILD, file_name="child.admx"))
    assert "NamespaceMissing:Example.Policies. Please upload it first." in (failed.status_details or "")
    rows.in_force(rows.an_upload(BASE))
    retried = ended(requests.retry_operation(by=BY, operation_id=failed.pk))
    assert (retried.operation_status, retried.retry_of) == (OperationStatus.SUCCESS, failed)
    assert GroupPolicyCategory.objects.get(name="Below").path == "\\Example\\Example"


def test_a_category_of_another_file_is_followed_when_that_changes() -> None:
    base = rows.in_force(rows.an_upload(BASE))
    rows.in_force(rows.an_upload(CHILD, file_name="child.admx"))
    renamed = samples.adml(samples.STRINGS | {"Main": "Base"}).encode()
    ended(
        definition_files.update_language_files(
            by=BY, definition_file_id=base.pk, language_files=[rows.an_adml("en-US", renamed)]
        )
    )
    assert GroupPolicyCategory.objects.get(name="Below").path == "\\Base\\Example"


def test_a_new_version_that_drops_what_others_need_fails() -> None:
    base = rows.in_force(rows.an_upload(BASE))
    rows.in_force(rows.an_upload(CHILD, file_name="child.admx"))
    without = samples.admx(
        samples.POLICY.replace('ref="Main"', 'ref="Other"'),
        categories='<category name="Other" displayName="$(string.Main)"/>',
    )
    assert "BreaksDependents" in the_codes(ended(rows.a_new_version(without.encode(), file=base)))
    assert again(base).status == DefinitionFileStatus.AVAILABLE


def test_the_same_namespace_twice_fails_naming_the_file() -> None:
    rows.in_force(rows.an_upload(file_name="first.admx"))
    second = ended(rows.an_upload())
    assert "NamespaceInUse" in the_codes(second)
    assert "first.admx" in (second.status_details or "")


def test_rolling_back_is_a_new_version_with_the_old_bytes_and_languages() -> None:
    file = rows.in_force(rows.an_upload())
    ended(rows.a_new_version(file=file, language_files=[rows.an_adml("de-DE")]))
    first = file.versions.get(number=1)
    operation = ended(definition_files.roll_back(by=BY, version_id=first.pk, reason="It broke the proxy"))
    assert (operation.operation_type, operation.returns_to) == ("uploadNewVersion", first)
    assert "Rolled back to version 1" in (operation.status_details or "")
    present = again(file)
    assert (present.version.number, present.content.data, present.language_codes) == (3, rows.ADMX, ["en-US"])  # type: ignore[union-attr]
    with pytest.raises(ConflictError, match="in force already"):
        definition_files.roll_back(by=BY, version_id=present.version_id)  # type: ignore[arg-type]


def test_a_removed_file_is_restored_under_its_own_id() -> None:
    file = rows.in_force(rows.an_upload())
    ids = set(GroupPolicyDefinition.objects.values_list("pk", flat=True))
    ended(rows.a_removal(file))
    operation = definition_files.restore(by=BY, definition_file_id=file.pk)
    assert not DefinitionFile.present.exists(), "not before it succeeded"
    assert "Restored version 1" in (ended(operation).status_details or "")
    assert DefinitionFile.present.get().status == DefinitionFileStatus.AVAILABLE
    assert set(GroupPolicyDefinition.objects.values_list("pk", flat=True)) == ids
    with pytest.raises(ConflictError, match="not removed"):
        definition_files.restore(by=BY, definition_file_id=file.pk)


def test_a_restoration_that_fails_leaves_the_file_removed() -> None:
    file = rows.in_force(rows.an_upload())
    ended(rows.a_removal(file))
    rows.in_force(rows.an_upload(file_name="other.admx"))
    operation = ended(definition_files.restore(by=BY, definition_file_id=file.pk))
    assert "NamespaceInUse" in the_codes(operation)
    assert again(file).removed_date_time is not None


def test_cancelling_puts_the_file_back_as_it_was() -> None:
    file = rows.in_force(rows.an_upload())
    for request in (rows.a_new_version, rows.a_removal):
        operation = request(file=file)
        requests.cancel_operation(by=BY, operation_id=operation.pk)
        assert again(file).status == DefinitionFileStatus.AVAILABLE


def test_only_the_last_operation_of_a_file_can_be_tried_again() -> None:
    file = rows.in_force(rows.an_upload())
    failed = ended(rows.a_new_version(rows.BROKEN_ADMX, file=file))
    ended(rows.a_new_version(file=file))
    with pytest.raises(ConflictError, match="Only the last operation"):
        requests.retry_operation(by=BY, operation_id=failed.pk)


def test_two_kept_versions_can_be_compared_in_either_direction() -> None:
    ended(rows.a_new_version())
    one, two = Version.objects.order_by("number")
    there, back = versions.difference(one, two), versions.difference(two, one)
    assert [(change.old, change.new) for change in there.changes] == [
        (change.new, change.old) for change in back.changes
    ]
    assert versions.difference(two, two).is_empty
