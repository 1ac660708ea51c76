"""What becomes of each template of a batch. The preflight shows these decisions, the import carries them out."""

import hashlib
from collections import ChainMap
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import cast

from django.conf import settings

from operations import admx
from operations.choices import OperationType
from operations.errors import PortalError
from operations.models import DefinitionFile
from operations.services.importing.sources import Bundle
from operations.services.templates import versions
from operations.services.templates.preflight import Preflight, judge
from operations.services.templates.submissions import Candidate, candidate, check_definition, check_language_files
from operations.services.templates.validation_context import context_of, provider


class ImportOutcome(StrEnum):
    """What becomes of one template of a batch."""

    IMPORTED = "imported"
    NEW_VERSION = "newVersion"
    ALREADY_THERE = "alreadyThere"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Order:
    """Templates in dependency order, and the groups whose members need each other."""

    bundles: tuple[Bundle, ...]
    cycles: tuple[tuple[Bundle, ...], ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one template.

    `refusal` says why nothing is checked, and `obstacle` which finding, of the batch rather than of the template,
    keeps it out. `is_superseded` where another template of the batch is the next version of the same file. In all
    three cases no operation is created.
    """

    bundle: Bundle
    outcome: ImportOutcome
    preflight: Preflight | None = None
    refusal: str = ""
    obstacle: admx.Finding | None = None
    is_superseded: bool = False

    @property
    def creates_operation(self) -> bool:
        """Also of a template that fails by its own findings: the failed operation keeps them."""
        return not self.refusal and self.obstacle is None and not self.is_superseded

    @property
    def sentence(self) -> str:
        """Why it fails, or what changes."""
        if self.refusal or self.preflight is None:
            return self.refusal
        if self.obstacle is not None:
            return self.obstacle.sentence
        if self.outcome is ImportOutcome.FAILED and self.preflight.errors:
            return self.preflight.errors[0].sentence
        difference = self.preflight.difference
        return admx.summary(difference) if difference and not difference.is_empty else ""

    @property
    def findings(self) -> tuple[admx.Finding, ...]:
        """Most severe first."""
        return self.preflight.findings if self.preflight else ()

    @property
    def changes(self) -> str:
        """What is added, changed and removed, a line for each."""
        difference = self.preflight.difference if self.preflight else None
        return admx.as_text(difference) if difference else ""


def decide(
    bundles: Sequence[Bundle], *, alone: bool = False, new_versions: bool = True, intune_fails: bool | None = None
) -> tuple[Decision, ...]:
    """Decide about every template, in dependency order, against what is in force and what the batch adds before it.

    Of several templates with one namespace the first that does not fail by itself takes it. `alone` ignores the
    database, and leaves open whether needed files are there.
    """
    order = in_dependency_order(bundles)
    batch = _Batch(
        alone=alone,
        new_versions=new_versions,
        intune_fails=settings.PORTAL_INTUNE_RULES == "fail" if intune_fails is None else intune_fails,
        cycles=order.cycles,
    )
    decisions = tuple(batch.decide(bundle) for bundle in order.bundles)
    return decisions if alone else _one_operation_a_file(decisions)


def in_dependency_order(bundles: Sequence[Bundle]) -> Order:
    """A template whose categories others need comes before them; what cannot be read comes last."""
    pairs = [(definitions_of(bundle), bundle) for bundle in bundles]
    readable = [(definitions, bundle) for definitions, bundle in pairs if definitions is not None]
    bundle_of = {id(definitions): bundle for definitions, bundle in readable}
    ordering = admx.order([definitions for definitions, _ in readable])
    unreadable = [bundle for definitions, bundle in pairs if definitions is None]
    return Order(
        (*(bundle_of[id(definitions)] for definitions in ordering.in_order), *unreadable),
        tuple(tuple(bundle_of[id(definitions)] for definitions in cycle) for cycle in ordering.circular),
    )


def definition_file_in_force(namespace: str) -> DefinitionFile | None:
    return provider(namespace) if namespace else None


def namespace_of(bundle: Bundle) -> str:
    """Empty where the template declares none that can be read."""
    return admx.target_namespace(bundle.content) or ""


def digests_of(bundle: Bundle) -> set[tuple[str, str | None]]:
    """Language code in lower case, empty for the ADMX, and SHA-256 of every file."""
    files = [("", bundle.content), *((file.language_code.lower(), file.content) for file in bundle.language_files)]
    return {(code, hashlib.sha256(content).hexdigest()) for code, content in files}


def definitions_of(bundle: Bundle) -> admx.Definitions | None:
    source = admx.SourceFile(bundle.file_name, bundle.content)
    return admx.read(source, (), default_language=bundle.default_language).definitions


class _Batch:
    """Decides about one template after the other and remembers what those before it declare."""

    def __init__(
        self, *, alone: bool, new_versions: bool, intune_fails: bool, cycles: Sequence[tuple[Bundle, ...]]
    ) -> None:
        self._alone = alone
        self._new_versions = new_versions
        self._intune_fails = intune_fails
        self._cycle_of = {id(bundle): cycle for cycle in cycles for bundle in cycle}
        self._taken: dict[str, Bundle] = {}
        self._declared: dict[str, admx.Declared] = {}
        self._added = 0

    def decide(self, bundle: Bundle) -> Decision:
        try:
            check_definition(bundle.file_name, bundle.content)
            check_language_files(bundle.language_files)
        except PortalError as error:
            return Decision(bundle, ImportOutcome.FAILED, refusal=str(error))
        namespace = namespace_of(bundle)
        holder = self._taken.get(namespace)
        # What an earlier template of the batch declares is not replaced by a later one.
        file = None if self._alone or holder else definition_file_in_force(namespace)
        decision = self._unchanged(bundle, file) if file else None
        if decision is None:
            decision = self._checked(bundle, file, holder)
        if decision.outcome is not ImportOutcome.FAILED and namespace:
            self._taken[namespace] = bundle
        return decision

    def _unchanged(self, bundle: Bundle, file: DefinitionFile) -> Decision | None:
        """What is in force stays because it is the same, or because nothing is to be replaced."""
        if _contains(file, bundle):
            return Decision(bundle, ImportOutcome.ALREADY_THERE, refusal="It is in force already with the same bytes.")
        if not self._new_versions:
            return Decision(bundle, ImportOutcome.KEPT, refusal="Another version of it is in force and stays so.")
        return None

    def _checked(self, bundle: Bundle, file: DefinitionFile | None, holder: Bundle | None) -> Decision:
        cycle = self._blocking_cycle(bundle)
        preflight = self._preflight(bundle, file, cycle)
        obstacle = self._obstacle(bundle, holder, cycle, preflight)
        if obstacle is not None:
            others = tuple(finding for finding in preflight.findings if finding != obstacle)
            preflight = replace(preflight, findings=(obstacle, *others), would_succeed=False)
        if not preflight.would_succeed:
            return Decision(bundle, ImportOutcome.FAILED, preflight, obstacle=obstacle)
        if preflight.template is not None:
            self._declared[preflight.template.target_namespace] = admx.declared_by(preflight.template.definitions)
        self._added += file is None
        return Decision(bundle, ImportOutcome.NEW_VERSION if file else ImportOutcome.IMPORTED, preflight)

    def _blocking_cycle(self, bundle: Bundle) -> Sequence[Bundle]:
        """The templates that need each other and this one; none as long as all are in force, in whatever version."""
        cycle = self._cycle_of.get(id(bundle), ())
        is_blocking = self._alone or any(definition_file_in_force(namespace_of(member)) is None for member in cycle)
        return cycle if is_blocking else ()

    def _obstacle(
        self, bundle: Bundle, holder: Bundle | None, cycle: Sequence[Bundle], preflight: Preflight
    ) -> admx.Finding | None:
        if holder is not None:
            found = [finding for finding in preflight.findings if finding.code == "NamespaceInUse"]
            return (found or [_namespace_in_use(bundle, holder)])[0]
        return _circular(bundle, cycle) if cycle else None

    def _preflight(self, bundle: Bundle, file: DefinitionFile | None, cycle: Sequence[Bundle]) -> Preflight:
        proposed = candidate(
            file,
            operation_type=OperationType.UPLOAD_NEW_VERSION if file else OperationType.UPLOAD,
            file_name=bundle.file_name,
            content=bundle.content,
            language_files=bundle.language_files,
            default_language=bundle.default_language,
        )
        if self._alone:
            return _preflight_alone(proposed, intune_fails=self._intune_fails)
        context = context_of(file, kept=proposed.kept, is_new_version=file is not None).context
        # One finding says it all: that the others of a cycle are missing follows from it.
        others = [definitions_of(member) for member in cycle if member is not bundle]
        known = {other.target_namespace: admx.declared_by(other) for other in others if other is not None}
        context = replace(
            context,
            declared=_layered(self._declared, known, context.declared),
            file_count=context.file_count + self._added,
            intune_fails=self._intune_fails,
        )
        return judge(proposed, context, before=versions.template_of(file.version) if file else None)


def _one_operation_a_file(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """A file takes one operation at a time: of its proposed versions the one that succeeds, or the first to fail."""
    chosen: dict[str, Decision] = {}
    for decision in decisions:
        namespace = namespace_of(decision.bundle)
        if decision.creates_operation and definition_file_in_force(namespace) is not None:
            known = chosen.setdefault(namespace, decision)
            if known.outcome is ImportOutcome.FAILED:
                chosen[namespace] = known if decision.outcome is ImportOutcome.FAILED else decision
    return tuple(
        replace(decision, is_superseded=True)
        if decision.creates_operation and chosen.get(namespace_of(decision.bundle), decision) is not decision
        else decision
        for decision in decisions
    )


def _contains(file: DefinitionFile, bundle: Bundle) -> bool:
    """Whether the version in force has these bytes; further languages do no harm."""
    version = versions.in_force(file)
    if version is None:
        return False
    stored = {("", version.content_id)}
    stored |= {(language.language_code.lower(), language.content_id) for language in version.language_files.all()}
    return digests_of(bundle) <= stored


def _preflight_alone(proposed: Candidate, *, intune_fails: bool) -> Preflight:
    reading = versions.read(proposed)
    findings = sorted(
        (
            replace(finding, severity=admx.Severity.ERROR)
            if intune_fails and admx.RULES[finding.code].intune_refuses
            else finding
            for finding in reading.findings
        ),
        key=lambda finding: list(admx.Severity).index(finding.severity),
    )
    template = versions.as_read(reading)
    return Preflight(
        file_name=proposed.definition.file_name,
        findings=tuple(findings),
        template=template,
        difference=admx.compare(None, template) if template else None,
        would_succeed=template is not None and all(finding.severity is not admx.Severity.ERROR for finding in findings),
    )


def _namespace_in_use(bundle: Bundle, holder: Bundle) -> admx.Finding:
    return _finding("NamespaceInUse", bundle, namespace=f"“{namespace_of(bundle)}”", file=holder.path)


def _circular(bundle: Bundle, cycle: Sequence[Bundle]) -> admx.Finding:
    return _finding("LoadOrderCircular", bundle, files=", ".join(member.file_name for member in cycle))


def _finding(code: str, bundle: Bundle, **words: str) -> admx.Finding:
    rule = admx.RULES[code]
    return admx.Finding(
        code, rule.severity, rule.message.format(**words), rule.remedy.format(**words), bundle.file_name
    )


def _layered(*layers: Mapping[str, admx.Declared]) -> Mapping[str, admx.Declared]:
    # ChainMap writes to its first layer only, and nobody writes here. Its own `in` and `get` ask each layer's.
    return ChainMap(*(cast(MutableMapping[str, admx.Declared], layer) for layer in layers))
