"""Rules about a file as such: whether it can be read at all."""

from functools import partial

from operations.admx.model.rules import Group, Rule, Severity, declare

_error = partial(Rule, Group.FILE, Severity.ERROR)
_warning = partial(Rule, Group.FILE, Severity.WARNING)
_note = partial(Rule, Group.FILE, Severity.NOTE)

declare(
    {
        "SizeExceeded": _error(
            "The file is {size} bytes; the limit is {limit} bytes.",
            "check that this is the right file; a template this large must be split by its vendor.",
            "The largest template known has less than half of that.",
        ),
        "ContentEmpty": _error(
            "The file is empty.",
            "get the file again from the vendor and upload it again.",
            "A download that broke off often leaves an empty file.",
        ),
        "NotXml": _error(
            "The file does not hold an XML document: {reason}.",
            "upload the .admx or .adml file itself; if it came in an archive, unpack it first.",
            "A template is an XML document, which begins with a <.",
        ),
        "HtmlInsteadOfXml": _error(
            "The file is a saved web page, not a template.",
            "download the file itself (on GitHub: Raw or Download raw file) and upload that.",
            "Other tools say of such a file only that “DTD is prohibited”.",
        ),
        "DtdProhibited": _error(
            "The file contains a DOCTYPE, which can make other files be read and is never needed in a template.",
            "remove the <!DOCTYPE …> part, or get a clean copy from the vendor.",
            "A DOCTYPE can make a program read other files or fill its memory, so no such file is read.",
        ),
        "InstructionProhibited": _error(
            "The file contains the processing instruction <?{name} …?>, which has no place in a template.",
            "remove that instruction; only <?xml …?> at the very start is allowed.",
            "Instructions are meant for programs; what one of them would do to a template is unknown.",
        ),
        "EncodingInvalid": _error(
            "The file cannot be read as {encoding} text: {reason}.",
            "open the file in a text editor, save it as UTF-8 and upload it again.",
            "Guessing at the characters could change texts and registry keys unnoticed.",
        ),
        "EncodingMismatch": _warning(
            "The first line says the file is encoded as {declared}, but it is {used}. It was read as {used}.",
            'change encoding="{declared}" to encoding="{used}"; other tools may refuse the file as it is.',
            "Editors and downloads often change how a file is stored and leave its first line as it was.",
        ),
        "BlankBeforeDeclaration": _error(
            "There are spaces or blank lines before <?xml at the start of the file.",
            "delete everything before <?xml so that it is the very first thing in the file.",
            "XML allows nothing before that line, and every other tool refuses such a file too.",
        ),
        "XmlInvalid": _error(
            "The file is not well-formed XML at column {column}: {reason}.",
            "correct this place, or get a fresh copy of the file from the vendor.",
            "From such a place on, it is unclear what the rest of the file means.",
        ),
        "XmlNamespaceInvalid": _warning(
            "The xmlns attribute {namespace} is not a valid address. The file was read all the same.",
            'use xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions".',
            "Windows itself has shipped such a file; stricter tools refuse it.",
        ),
        "LimitExceeded": _error(
            "The file goes beyond what a template may hold: {reason}.",
            "check that this is a real template; get a fresh copy from the vendor.",
            "The limits are several times what the largest real templates need, and keep the portal quick for "
            "everyone.",
        ),
        "WrongRoot": _error(
            "The outermost element is <{root}>, but {kind} begins with <{expected}>.",
            "check that you chose the right file, and upload {kind}.",
            "The file is XML, but of some other kind.",
        ),
        "FilesSwapped": _error(
            "This is {found}, but it was given as {expected}.",
            "swap the files: the .admx is the template, the .adml files are its languages.",
            "The two kinds of file are easily mistaken for each other.",
        ),
        "StrayText": _warning(
            "Between two elements stands the text {text}, which belongs nowhere.",
            "remove that text; it is often left over from a damaged element next to it.",
            "It is ignored, but Windows' editor may refuse the file, and the true mistake is often right beside it.",
        ),
        "FindingsOmitted": _note(
            "{count} more findings in this file are not shown.",
            "correct the findings shown first, then upload the file again.",
            "Of very many findings only the most important are shown.",
        ),
    }
)
