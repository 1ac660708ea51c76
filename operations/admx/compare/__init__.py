"""What differs in meaning between two versions of a template; how a file is written down counts for nothing."""

from operations.admx.compare.change import Change, ChangeKind, Subject
from operations.admx.compare.comparison import as_json, compare, from_json
from operations.admx.compare.difference import Difference
from operations.admx.compare.summary import summary
from operations.admx.compare.text import as_text

__all__ = ["Change", "ChangeKind", "Difference", "Subject", "as_json", "as_text", "compare", "from_json", "summary"]
