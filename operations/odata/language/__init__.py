"""The expressions of $filter, $orderby and $search: text, syntax tree, then conditions over columns."""

from operations.odata.language.filtering import filter_rows
from operations.odata.language.ordering import SortKey, sort_keys
from operations.odata.language.searching import search_rows

__all__ = ["SortKey", "filter_rows", "search_rows", "sort_keys"]
