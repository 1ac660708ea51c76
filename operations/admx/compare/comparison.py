"""Two versions of a template against each other."""

from collections.abc import Iterator

from operations.admx.compare import declared
from operations.admx.compare.change import Change, Subject
from operations.admx.compare.difference import Difference
from operations.admx.compare.pairing import renames, with_renames
from operations.admx.compare.policies import by_name, policies_compared
from operations.admx.compare.side import Side, sides
from operations.admx.compare.tables import compared
from operations.admx.model.definitions import Template


def compare(old: Template | None, new: Template | None) -> Difference:
    """What changed from the old version to the new one; None is no version at all."""
    before, after = sides(old, new)
    changes = (
        *compared(declared.file(before), declared.file(after)),
        *compared(declared.products(before), declared.products(after)),
        *compared(declared.supported_on(before), declared.supported_on(after)),
        *_categories_compared(before, after),
        *policies_compared(before, after),
    )
    common = by_name(before).keys() & by_name(after).keys()
    return Difference(changes, unchanged_policies=len(common - {change.name for change in changes}))


def _categories_compared(old: Side, new: Side) -> Iterator[Change]:
    before, after = declared.categories(old), declared.categories(new)
    renamed = renames(declared.category_looks(before), declared.category_looks(after))
    yield from with_renames(compared(before, after), Subject.CATEGORY, renamed)
