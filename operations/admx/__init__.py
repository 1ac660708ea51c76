"""ADMX and ADML: bytes in, frozen dataclasses and findings out. Imports no framework."""

from operations.admx.check.dependencies import Dependency, DependencyKind, dependencies
from operations.admx.check.ordering import Ordering, order
from operations.admx.compare import Change, Difference, as_json, as_text, compare, from_json, summary
from operations.admx.model.definitions import Definitions, Reference, Resources, Template
from operations.admx.model.findings import Finding
from operations.admx.model.rules import RULES, Rule, Severity
from operations.admx.model.source import MAX_FILE_BYTES, SourceFile, check_file_name, check_language_code
from operations.admx.model.validation_context import Declared, Dependent, ValidationContext, declared_by
from operations.admx.present.catalogue import catalogue
from operations.admx.present.records import CategoryRecord, PolicyRecord, PresentationRecord, SupportedOnRecord
from operations.admx.read.namespace import target_namespace
from operations.admx.read.reading import Reading, read

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
