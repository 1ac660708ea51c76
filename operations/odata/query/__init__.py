"""The expressions of $filter, $orderby and $search: text, syntax tree, then conditions over columns."""

from operations.odata.query.compiler import filter_rows
from operations.odata.query.ordering import SortKey, sort_keys
from operations.odata.query.search import search_rows

__all__ = ["SortKey", "filter_rows", "search_rows", "sort_keys"]
