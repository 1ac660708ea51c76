"""What the preflight of a batch shows is what its import does: one function decides."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operations.choices import OperationStatus
from operations.models import GroupPolicyOperation
from operations.services.importing import preflight, run
from operations.services.importing.plan import Decision, ImportOutcome
from operations.services.importing.sources import Bundle
from operations.services.operations import execution
from operations.services.templates.submissions import UploadedLanguageFile
from tests import rows
from tests.admx import samples
from tests.conftest import REPOSITORY
from tests.services.importing.test_importing import a_folder, a_template, bundles_in

pytestmark = pytest.mark.django_db

BY = rows.everybody()
NAMESPACES = "Alpha", "Beta", "Gamma"
Shown = list[tuple[str, ImportOutcome]]


@dataclass(frozen=True)
class Template:
    """What makes a random one: whose namespace, what it needs, and what is wrong with it."""

    namespace: str
    needs: tuple[str, ...]
    has_language: bool
    is_readable: bool
    revision: int

    def bundle(self, number: int) -> Bundle:
        text = a_template(self.namespace, *self.needs) + f"<!-- {self.revision} -->"
        content = text.encode() if self.is_readable else text.encode()[:-80]
        language = UploadedLanguageFile(f"{number}.adml", "en-US", samples.adml().encode())
        name = f"{number}.admx"
        return Bundle(name, name, content, (language,) if self.has_language else (), "en-US")


@st.composite
def templates(draw: st.DrawFn) -> Template:
    namespace = draw(st.sampled_from(NAMESPACES))
    others = [name for name in NAMESPACES if name != namespace]
    return Template(
        namespace=namespace,
        needs=tuple(draw(st.lists(st.sampled_from(others), unique=True, max_size=2))),
        has_language=draw(st.sampled_from([True, True, True, False])),
        is_readable=draw(st.sampled_from([True, True, True, True, False])),
        revision=draw(st.integers(1, 2)),
    )


def bundles_of(batch: Sequence[Template], start: int = 0) -> list[Bundle]:
    return [template.bundle(number) for number, template in enumerate(batch, start)]


def in_short(decisions: Sequence[Decision]) -> Shown:
    return [(decision.bundle.path, decision.outcome) for decision in decisions]


def perform_all() -> None:
    """As one worker does: those that wait for older ones come round again."""
    unfinished = GroupPolicyOperation.objects.filter(finished_date_time=None).order_by("created_date_time")
    while waiting := list(unfinished.all()):
        for operation in waiting:
            execution.perform(operation.pk)


def imported_here(bundles: Sequence[Bundle], new_versions: bool) -> Shown:
    steps = run.import_folder(by=BY, bundles=bundles, new_versions=new_versions)
    return [(step.bundle.path, step.outcome) for step in steps]


def imported_by_the_worker(bundles: Sequence[Bundle], new_versions: bool) -> Shown:
    steps = run.request_folder(by=BY, bundles=bundles, new_versions=new_versions)
    perform_all()
    failed = set(
        GroupPolicyOperation.objects.filter(operation_status=OperationStatus.FAILED).values_list("pk", flat=True)
    )
    return [(step.bundle.path, ImportOutcome.FAILED if step.operation_id in failed else step.outcome) for step in steps]


@pytest.mark.parametrize("carry_out", [imported_here, imported_by_the_worker])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.lists(templates(), max_size=3),
    batch=st.lists(templates(), min_size=1, max_size=5),
    new_versions=st.booleans(),
)
def test_what_the_preflight_of_a_batch_shows_is_what_its_import_does(
    carry_out: Callable[[Sequence[Bundle], bool], Shown],
    before: list[Template],
    batch: list[Template],
    new_versions: bool,
) -> None:
    with transaction.atomic():
        imported_here(bundles_of(before, start=100), True)
        bundles = bundles_of(batch)
        shown = in_short(preflight.preflight_batch(by=BY, bundles=bundles, new_versions=new_versions))
        assert carry_out(bundles, new_versions) == shown
        transaction.set_rollback(True)


@pytest.fixture
def twice_one_namespace(tmp_path: Path) -> Path:
    """a.admx lacks its ADML, b.admx is complete."""
    folder = a_folder(tmp_path, a=a_template("Same"), b=a_template("Same") + "\n")
    (folder / "en-US" / "a.adml").unlink()
    return folder


@pytest.mark.parametrize("carry_out", [imported_here, imported_by_the_worker])
def test_a_template_that_fails_by_itself_leaves_its_namespace_to_the_next(
    twice_one_namespace: Path, carry_out: Callable[[Sequence[Bundle], bool], Shown]
) -> None:
    bundles = bundles_in(twice_one_namespace)
    shown = in_short(preflight.preflight_batch(by=BY, bundles=bundles))
    assert shown == [("a.admx", ImportOutcome.FAILED), ("b.admx", ImportOutcome.IMPORTED)]
    assert carry_out(bundles, True) == shown


def test_the_failure_of_a_template_is_kept_with_its_findings(twice_one_namespace: Path) -> None:
    steps = list(run.import_folder(by=BY, bundles=bundles_in(twice_one_namespace)))
    assert steps[0].operation_id is not None
    failed = GroupPolicyOperation.objects.get(pk=steps[0].operation_id)
    assert failed.findings.exists()


def test_the_sentence_shown_is_the_sentence_of_the_import(tmp_path: Path) -> None:
    bundles = bundles_in(a_folder(tmp_path, a=a_template("Same"), b=a_template("Same") + "\n"))
    shown = preflight.preflight_batch(by=BY, bundles=bundles)[1].sentence
    assert "a.admx" in shown
    assert [step.details for step in run.import_folder(by=BY, bundles=bundles)][1] == shown


def test_of_two_new_versions_of_one_file_the_one_that_succeeds_is_asked_for() -> None:
    imported_here(bundles_of([Template("Alpha", (), True, True, 1)]), True)
    bundles = bundles_of([Template("Alpha", ("Beta",), True, True, 1), Template("Alpha", (), True, True, 2)])
    shown = in_short(preflight.preflight_batch(by=BY, bundles=bundles))
    assert shown == [("0.admx", ImportOutcome.FAILED), ("1.admx", ImportOutcome.NEW_VERSION)]
    assert imported_by_the_worker(bundles, True) == shown


def test_only_the_plan_decides_about_batches() -> None:
    deciding = re.compile(r"admx\.order\(|NamespaceInUse|LoadOrderCircular|ImportOutcome\.(?:ALREADY_THERE|KEPT)\b[,)]")
    room = REPOSITORY / "operations"
    found = {path for path in room.rglob("*.py") if deciding.search(path.read_text()) and "admx" not in path.parts}
    assert found == {room / "services" / "importing" / "plan.py"}
