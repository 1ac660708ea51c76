"""ADMX and ADML: bytes in, frozen dataclasses and findings out. Imports no framework."""

from operations.admx.catalogue import catalogue
from operations.admx.compare import Change, Difference, as_json, as_text, compare, from_json, summary
from operations.admx.dependencies import Dependency, DependencyKind, dependencies
from operations.admx.findings import Finding
from operations.admx.model import Definitions, Reference, Resources, Template
from operations.admx.namespace import target_namespace
from operations.admx.ordering import Ordering, order
from operations.admx.reading import Reading, read
from operations.admx.records import CategoryRecord, PolicyRecord, PresentationRecord, SupportedOnRecord
from operations.admx.rules import RULES, Rule, Severity
from operations.admx.source import MAX_FILE_BYTES, SourceFile, check_file_name, check_language_code
from operations.admx.validation_context import Declared, Dependent, ValidationContext, declared_by

__all__ = [
    "MAX_FILE_BYTES",
    "RULES",
    "CategoryRecord",
    "Change",
    "Declared",
    "Definitions",
    "Dependency",
    "DependencyKind",
    "Dependent",
    "Difference",
    "Finding",
    "Ordering",
    "PolicyRecord",
    "PresentationRecord",
    "Reading",
    "Reference",
    "Resources",
    "Rule",
    "Severity",
    "SourceFile",
    "SupportedOnRecord",
    "Template",
    "ValidationContext",
    "as_json",
    "as_text",
    "catalogue",
    "check_file_name",
    "check_language_code",
    "compare",
    "declared_by",
    "dependencies",
    "from_json",
    "order",
    "read",
    "summary",
    "target_namespace",
]
