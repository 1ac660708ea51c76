"""ADMX and ADML: bytes in, frozen dataclasses and findings out. Imports no framework."""

from operations.admx.findings import Finding
from operations.admx.namespace import target_namespace
from operations.admx.reading import Reading, Template, read
from operations.admx.rules import RULES, Rule, Severity
from operations.admx.source import MAX_FILE_BYTES, SourceFile, check_file_name, check_language_code

__all__ = [
    "MAX_FILE_BYTES",
    "RULES",
    "Finding",
    "Reading",
    "Rule",
    "Severity",
    "SourceFile",
    "Template",
    "check_file_name",
    "check_language_code",
    "read",
    "target_namespace",
]
