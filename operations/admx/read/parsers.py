"""Parsers that reach for nothing outside the bytes they are fed, and take those as UTF-8."""

from lxml import etree


def safe_parser(*, drop_blanks: bool, recover: bool = False) -> "etree.XMLParser[etree._Element]":
    """A parser for a whole document, without the blanks between its elements if so wished."""
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_blank_text=drop_blanks,
        collect_ids=False,
        recover=recover,
    )


def safe_pull_parser() -> "etree.XMLPullParser[etree._Element]":
    """A parser for the beginning of a document: tells of each element as soon as it has begun."""
    return etree.XMLPullParser(
        ("start",),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        recover=True,
    )


def is_complete(parser: "etree.XMLParser[etree._Element]") -> bool:
    """Whether a parser that failed only disliked an xmlns address: the document is complete all the same.

    Windows 11 itself ships such a file (WindowsDefender.adml).
    """
    log = list(parser.error_log)
    return bool(log) and all(entry.type == etree.ErrorTypes.WAR_NS_URI for entry in log)
