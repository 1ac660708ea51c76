"""What every collection of the API keeps, whatever it holds. Subclasses fill in Resource and inherit the tests."""

from tests.api.paging import Paging
from tests.api.read_only import ReadOnly
from tests.api.reading import Reading
from tests.api.refusals import Refusals
from tests.api.writing import Writing


class CollectionContract(Reading, Writing, Refusals, Paging):
    """The whole of it."""


class ReadOnlyContract(Reading, Paging, ReadOnly):
    """What is left of it where nothing can be written."""
