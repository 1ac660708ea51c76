"""One of the two versions, with the languages that both have."""

from dataclasses import dataclass

from operations.admx.model.definitions import Definitions, Reference, Resources, Template

_NO_DEFINITIONS = Definitions("", 0, "", "", "", "", "", None, (), (), (), (), (), ())
_LITERALS_ONLY = Resources("", 0, "", "", "", "", "", {}, {})

Languages = tuple[tuple[str, Resources], ...]


@dataclass(frozen=True, slots=True)
class Side:
    """A version, or none. `languages` are those with a counterpart, under the codes of the newer version."""

    template: Template | None
    languages: Languages

    @property
    def definitions(self) -> Definitions:
        """The ADMX; one without anything where there is no version."""
        return self.template.definitions if self.template else _NO_DEFINITIONS

    def texts(self, written: str | None) -> tuple[tuple[str, str | None], ...]:
        """What each language itself says; None where it says nothing."""
        return texts_in(self.languages, written)

    def named(self, reference: Reference | None) -> str | None:
        """A reference without its prefix, which is free; names of this template stay short."""
        if reference is None:
            return None
        if reference.namespace is None:
            return reference.written
        own = reference.namespace == self.definitions.target_namespace
        return reference.name if own else f"{reference.name} ({reference.namespace})"


def sides(old: Template | None, new: Template | None) -> tuple[Side, Side]:
    """Both versions, their languages in the same order. Without a common one only literals can be compared."""
    before, after = by_code(old), by_code(new)
    common = [(resources.language_code, before[key], resources) for key, resources in after.items() if key in before]
    if not common:
        common = [("", _LITERALS_ONLY, _LITERALS_ONLY)]
    return (
        Side(old, tuple((code, resources) for code, resources, _ in common)),
        Side(new, tuple((code, resources) for code, _, resources in common)),
    )


def texts_in(languages: Languages, written: str | None) -> tuple[tuple[str, str | None], ...]:
    """What each of these languages itself says; None where it says nothing."""
    return tuple((code, resources.text(written) or None) for code, resources in languages)


def by_code(template: Template | None) -> dict[str, Resources]:
    """The language files by their codes in small letters; of one code the first counts."""
    found: dict[str, Resources] = {}
    for resources in template.resources if template else ():
        found.setdefault(resources.language_code.lower(), resources)
    return found
