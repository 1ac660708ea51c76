"""Three hundred templates: their bytes, what becomes of them in the course of the story, and their rows at its end."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import product
from random import Random
from uuid import UUID, uuid5

from benchmarks.history.moments import as_datetime
from operations import admx
from operations.choices import DefinitionFileStatus, OperationType
from operations.models import Content, DefinitionFile, LanguageFile, OperationFile, Version, VersionLanguageFile
from operations.services.templates import catalogues, references, versions
from operations.services.templates.submissions import Candidate

TEMPLATES = 300
# What others need; they are never removed.
BASES = 12
NEVER_IN_FORCE = 24
VARIANTS = 4
VENDORS = ("Adatum", "Contoso", "Fabrikam", "Litware", "Northwind", "Proseware", "Tailspin", "Trey", "Wingtip", "Zava")
PRODUCTS = (
    *("Agent", "Archive", "Backup", "Browser", "Calendar", "Chat", "Desktop", "Drive", "Editor", "Firewall"),
    *("Gateway", "Identity", "Launcher", "Mail", "Meeting", "Notes", "Office", "Player", "Printer", "Proxy"),
    *("Reader", "Remote", "Scanner", "Search", "Shell", "Sync", "Terminal", "Update", "Vault", "Viewer"),
)
LANGUAGES = ("en-US", "de-DE", "fr-FR", "ja-JP", "es-ES", "it-IT")
DEFAULT_LANGUAGE = LANGUAGES[0]


@dataclass(frozen=True, slots=True)
class Kept:
    """A version as of one operation."""

    number: int
    operation_id: str
    operation_type: str
    variant: int
    languages: tuple[str, ...]
    given: tuple[str, ...]
    moment: int


@dataclass
class Template:
    id: str
    name: str
    base: "Template | None"
    base_kind: str
    policies: int
    is_base: bool
    is_sound: bool
    languages: list[str]
    kept: deque[Kept]
    # A bucket of all templates fails twice as often as the others.
    frailty: float
    status: DefinitionFileStatus = DefinitionFileStatus.UPLOAD_IN_PROGRESS
    number: int = 0
    created: int = 0
    modified: int = 0
    uploaded: int = 0
    removed: int = 0
    busy_until: int = 0
    tries: int = 0
    failed_operation: tuple[str, str] | None = None
    _read: dict[tuple[int, tuple[str, ...]], admx.Template] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        return f"{self.name}.admx"

    @property
    def namespace(self) -> str:
        return f"{self.name}.Policies"

    @property
    def variant(self) -> int:
        """The ADMX in force or last handed in."""
        return self.kept[-1].variant if self.kept else 0

    @property
    def is_in_force(self) -> bool:
        return self.number > 0 and not self.removed

    @property
    def categories(self) -> int:
        return 1 + self.policies // 8

    def policy_count(self, variant: int) -> int:
        return self.policies + variant

    @cached_property
    def contents(self) -> list[bytes]:
        return [self._admx(variant) for variant in range(VARIANTS)]

    @cached_property
    def digests(self) -> list[str]:
        return [sha256(content).hexdigest() for content in self.contents]

    def adml(self, language: str) -> bytes:
        texts = {f"Category{number}": f"{self.name} {number + 1}" for number in range(self.categories)}
        for number in range(self.policies + VARIANTS):
            texts[f"Policy{number}"] = f"{self.name}: setting {number + 1} ({language})"
            texts[f"Policy{number}_Help"] = f"What setting {number + 1} of {self.name} does, in {language}."
        texts["Supported"] = f"{self.name} 1.0 or later"
        strings = "".join(f'<string id="{key}">{text}</string>\n' for key, text in texts.items())
        return (
            '<policyDefinitionResources revision="1.0" schemaVersion="1.0"><displayName/><description/>\n'
            f"<resources><stringTable>\n{strings}</stringTable></resources>\n</policyDefinitionResources>\n"
        ).encode()

    def _admx(self, variant: int) -> bytes:
        using = supported = parent = ""
        if self.base is not None:
            using = f'<using prefix="base" namespace="{self.base.namespace}"/>'
            parent = '<parentCategory ref="base:Category0"/>' if self.base_kind == "hard" else ""
            supported = '<supportedOn ref="base:Supported"/>' if self.base_kind in {"hard", "soft"} else ""
        categories = "".join(
            f'<category name="Category{number}" displayName="$(string.Category{number})">{parent}</category>\n'
            for number in range(self.categories)
        )
        policies = "".join(
            f'<policy name="Policy{number}" class="{("Machine", "User", "Both")[number % 3]}" '
            f'displayName="$(string.Policy{number})" explainText="$(string.Policy{number}_Help)" '
            f'key="Software\\Policies\\{self.name}" valueName="Setting{number}">'
            f'<parentCategory ref="Category{number % self.categories}"/>{supported}</policy>\n'
            for number in range(self.policy_count(variant))
        )
        return (
            f'<policyDefinitions revision="1.{variant}" schemaVersion="1.0">\n'
            f'<policyNamespaces><target prefix="own" namespace="{self.namespace}"/>{using}</policyNamespaces>\n'
            '<resources minRequiredRevision="1.0"/>\n<supportedOn><definitions>'
            '<definition name="Supported" displayName="$(string.Supported)"/></definitions></supportedOn>\n'
            f"<categories>{categories}</categories>\n<policies>{policies}</policies>\n</policyDefinitions>\n"
        ).encode()

    def read(self, kept: Kept) -> admx.Template:
        key = (kept.variant, kept.languages)
        if key not in self._read:
            languages = tuple(
                admx.SourceFile(f"{self.name}.adml", self.adml(language), language) for language in kept.languages
            )
            definition = admx.SourceFile(self.file_name, self.contents[kept.variant])
            template = versions.as_read(versions.read(Candidate(definition, languages, DEFAULT_LANGUAGE)))
            assert template is not None, self.file_name
            self._read[key] = template
        return self._read[key]


def templates(rng: Random) -> list[Template]:
    """In the order in which they need each other."""
    names = [f"{vendor}{product}" for vendor, product in product(VENDORS, PRODUCTS)]
    rng.shuffle(names)
    unsound = set(rng.sample(range(BASES, TEMPLATES), NEVER_IN_FORCE))
    made: list[Template] = []
    for index, name in enumerate(names[:TEMPLATES]):
        kind = rng.choices(("", "hard", "soft", "unused"), (50, 28, 15, 7))[0] if index >= BASES else ""
        languages = rng.choices((1, 2, 3, 4), (50, 25, 15, 10))[0]
        made.append(
            Template(
                id=str(UUID(int=rng.getrandbits(128), version=4)),
                name=name,
                base=rng.choice(made[:BASES]) if kind else None,
                base_kind=kind,
                policies=int(min(max(rng.lognormvariate(2.3, 0.8), 2), 120)),
                is_base=index < BASES,
                is_sound=index not in unsound,
                languages=[DEFAULT_LANGUAGE, *rng.sample(LANGUAGES[1:], languages - 1)],
                kept=deque(maxlen=rng.choices((1, 2, 3, 4), (30, 30, 25, 15))[0]),
                frailty=1.6 if rng.random() < 0.25 else 0.8,
            )
        )
    return made


def store_contents(told: Sequence[Template]) -> None:
    """First of all: files refer to them."""
    for template in told:
        rows = [Content.of(content) for content in template.contents]
        rows += [Content.of(template.adml(language)) for language in LANGUAGES]
        Content.objects.bulk_create(rows, ignore_conflicts=True)


def begun(template: Template) -> DefinitionFile:
    """The row as its first operation leaves it."""
    created = as_datetime(template.created)
    return DefinitionFile(
        id=template.id,
        file_name=template.file_name,
        target_namespace=template.namespace,
        status=DefinitionFileStatus.UPLOAD_IN_PROGRESS,
        content_id=template.digests[0],
        created_date_time=created,
        last_modified_date_time=created,
    )


def finish(template: Template) -> int:
    """Bring the row to where the story ended, with its versions and, in force, what it declares. Returns versions."""
    file = DefinitionFile.objects.get(pk=template.id)
    file.status, file.last_modified_date_time = template.status, as_datetime(template.modified)
    made = [_version(file, template, kept) for kept in template.kept]
    before = None
    for version, kept in zip(made, template.kept, strict=True):
        read = template.read(kept)
        version.policy_names = [policy.name for policy in read.definitions.policies]
        version.changes = admx.as_json(admx.compare(before, read)) if kept.number > 1 and before else None
        before = read
    Version.objects.bulk_create(made)
    VersionLanguageFile.objects.bulk_create(
        VersionLanguageFile(version=version, **_language(template, code))
        for version, kept in zip(made, template.kept, strict=True)
        for code in kept.languages
    )
    OperationFile.objects.bulk_create(row for kept in template.kept for row in _operation_files(template, kept))
    LanguageFile.objects.bulk_create(
        LanguageFile(
            id=uuid5(file.pk, f"language:{code}"),
            definition_file=file,
            last_modified_date_time=file.last_modified_date_time,
            **_language(template, code),
        )
        for code in (template.kept[-1].languages if template.kept else template.languages)
    )
    if made:
        last = made[-1]
        file.version, file.content_id = last, last.content_id
        file.target_prefix, file.revision = last.target_prefix, last.revision
        file.policy_count, file.category_count = last.policy_count, last.category_count
        file.upload_date_time = as_datetime(template.uploaded)
        file.removed_date_time = as_datetime(template.removed) if template.removed else None
    file.save()
    if template.is_in_force:
        now = as_datetime(template.uploaded)
        catalogues.write(file, catalogues.rows_of(file.pk, template.read(template.kept[-1])), now=now)
        references.resolve(file)
    return len(made)


def _version(file: DefinitionFile, template: Template, kept: Kept) -> Version:
    return Version(
        id=uuid5(file.pk, f"version:{kept.number}"),
        definition_file=file,
        number=kept.number,
        operation_id=kept.operation_id,
        file_name=template.file_name,
        content_id=template.digests[kept.variant],
        default_language_code=DEFAULT_LANGUAGE,
        target_prefix="own",
        target_namespace=template.namespace,
        revision=f"1.{kept.variant}",
        policy_count=template.policy_count(kept.variant),
        category_count=template.categories,
        created_date_time=as_datetime(kept.moment),
    )


def _language(template: Template, code: str) -> dict[str, str]:
    digest = sha256(template.adml(code)).hexdigest()
    return {"language_code": code, "file_name": f"{template.name}.adml", "content_id": digest}


def _operation_files(template: Template, kept: Kept) -> list[OperationFile]:
    """What the operation of a kept version was asked with."""
    made = []
    if kept.operation_type in {OperationType.UPLOAD, OperationType.UPLOAD_NEW_VERSION}:
        digest = template.digests[kept.variant]
        made.append(OperationFile(file_name=template.file_name, content_id=digest))
    if kept.operation_type == OperationType.REMOVE_LANGUAGE_FILES:
        made += [OperationFile(language_code=code) for code in kept.given]
    else:
        made += [OperationFile(**_language(template, code)) for code in kept.given]
    for one in made:
        one.operation_id = UUID(kept.operation_id)
    return made
