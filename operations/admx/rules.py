"""Every rule in one table: its code, usual severity, and the words shown to people."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: an error fails the upload."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a finding code means: its usual severity and the words shown to people."""

    severity: Severity
    message: str
    remedy: str


_ERROR, _WARNING, _NOTE = Severity

RULES: dict[str, Rule] = {
    "SizeExceeded": Rule(
        _ERROR,
        "The file is {size} bytes; the limit is {limit} bytes.",
        "check that this is the right file; a template this large must be split by its vendor.",
    ),
    "ContentEmpty": Rule(
        _ERROR,
        "The file is empty.",
        "get the file again from the vendor and upload it again.",
    ),
    "NotXml": Rule(
        _ERROR,
        "The file does not hold an XML document: {reason}.",
        "upload the .admx or .adml file itself; if it came in an archive, unpack it first.",
    ),
    "HtmlInsteadOfXml": Rule(
        _ERROR,
        "The file is a saved web page, not a template.",
        "download the file itself (on GitHub: Raw or Download raw file) and upload that.",
    ),
    "DtdProhibited": Rule(
        _ERROR,
        "The file contains a DOCTYPE, which can make other files be read and is never needed in a template.",
        "remove the <!DOCTYPE …> part, or get a clean copy from the vendor.",
    ),
    "InstructionProhibited": Rule(
        _ERROR,
        "The file contains the processing instruction <?{name} …?>, which has no place in a template.",
        "remove that instruction; only <?xml …?> at the very start is allowed.",
    ),
    "EncodingInvalid": Rule(
        _ERROR,
        "The file cannot be read as {encoding} text: {reason}.",
        "open the file in a text editor, save it as UTF-8 and upload it again.",
    ),
    "EncodingMismatch": Rule(
        _WARNING,
        "The first line says the file is encoded as {declared}, but it is {used}. It was read as {used}.",
        'change encoding="{declared}" to encoding="{used}"; other tools may refuse the file as it is.',
    ),
    "BlankBeforeDeclaration": Rule(
        _ERROR,
        "There are spaces or blank lines before <?xml at the start of the file.",
        "delete everything before <?xml so that it is the very first thing in the file.",
    ),
    "XmlInvalid": Rule(
        _ERROR,
        "The file is not well-formed XML at column {column}: {reason}.",
        "correct this place, or get a fresh copy of the file from the vendor.",
    ),
    "XmlNamespaceInvalid": Rule(
        _WARNING,
        "The xmlns attribute {namespace} is not a valid address. The file was read all the same.",
        'use xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions".',
    ),
    "LimitExceeded": Rule(
        _ERROR,
        "The file goes beyond what a template may hold: {reason}.",
        "check that this is a real template; get a fresh copy from the vendor.",
    ),
    "WrongRoot": Rule(
        _ERROR,
        "The outermost element is <{root}>, but {kind} begins with <{expected}>.",
        "check that you chose the right file, and upload {kind}.",
    ),
    "FilesSwapped": Rule(
        _ERROR,
        "This is {found}, but it was given as {expected}.",
        "swap the files: the .admx is the template, the .adml files are its languages.",
    ),
    "TargetMissing": Rule(
        _ERROR,
        "The template does not say what it is called: {reason}.",
        'add <target prefix="…" namespace="…"/> in <policyNamespaces>, or ask the vendor for a repaired one.',
    ),
    "RevisionMissing": Rule(
        _ERROR,
        "The <{root}> element has no revision.",
        'add a revision such as revision="1.0" to that element.',
    ),
    "RevisionOdd": Rule(
        _WARNING,
        "The revision {revision} is not two numbers with a point between them.",
        "use a revision such as 1.0; Windows and Intune may refuse the file as it is.",
    ),
    "RevisionMismatch": Rule(
        _WARNING,
        "The language file has revision {revision}; the template asks for {minimum} or a later {major}.x.",
        "use the language file that was published together with this template.",
    ),
    "AttributeMissing": Rule(
        _ERROR,
        "The {element} {name} has no {attribute}.",
        'add {attribute}="…" to this <{element}>, or ask the vendor for a repaired file.',
    ),
    "ClassInvalid": Rule(
        _ERROR,
        "The policy {name} has the class {value}; it must be User, Machine or Both.",
        "correct the class of this policy.",
    ),
    "DuplicateId": Rule(
        _ERROR,
        "The {element} {name} is defined more than once (first on line {first}).",
        "remove or rename one of the two, so that each {element} is defined once.",
    ),
    "StringMissing": Rule(
        _ERROR,
        "The text {name} is missing in {language}; {template} needs it on line {line_used} for the {owner}.",
        'add <string id="…"> with this id, or use the language file that belongs to this template.',
    ),
    "LanguageMissing": Rule(
        _ERROR,
        "The template takes its texts from language files, but the one for {language} is not there.",
        "add the .adml file for {language}, which is the default language.",
    ),
    "LanguageCodeInvalid": Rule(
        _ERROR,
        "The language code {language} is not valid.",
        "give the language of this file as a code such as en-US, de-DE or zh-Hans.",
    ),
    "LanguageDuplicate": Rule(
        _ERROR,
        "There is already a file for the language {language}.",
        "keep one file for each language.",
    ),
    "FindingsOmitted": Rule(
        _NOTE,
        "{count} more findings in this file are not shown.",
        "correct the findings shown first, then upload the file again.",
    ),
}
