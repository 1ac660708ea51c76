"""What differs in meaning between two versions of a template; how a file is written down counts for nothing."""

from operations.admx.comparing.change import Change, ChangeKind, Subject
from operations.admx.comparing.compare import compare
from operations.admx.comparing.difference import Difference
from operations.admx.comparing.stored import as_json, from_json
from operations.admx.comparing.summing_up import summary
from operations.admx.comparing.telling import as_text

__all__ = ["Change", "ChangeKind", "Difference", "Subject", "as_json", "as_text", "compare", "from_json", "summary"]
