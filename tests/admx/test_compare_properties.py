"""For random mutations of real templates the difference lists exactly the mutations made, and nothing else.

PORTAL_FUZZ=1 (`make fuzz`) tries many more.
"""

import os
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from operations.admx import SourceFile, Template, compare, read
from tests.admx import samples
from tests.conftest import CORPUS

EXAMPLES = 1500 if os.environ.get("PORTAL_FUZZ") == "1" else 60
NAMES = ("adobe-dc/AdobeDC.admx", "samba/samba.admx", "onedrive/OneDrive.admx", "makemeadmin/MakeMeAdmin.admx")
REAL = [CORPUS / name for name in NAMES if (CORPUS / name).is_file()]

Told = set[tuple[str, str, str, str]]


class Files(NamedTuple):
    """An ADMX and its English ADML, as trees that may be changed."""

    definition: etree._Element
    english: etree._Element


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


def inside(element: etree._Element, *path: str) -> list[etree._Element]:
    found = [element]
    for name in path:
        found = [child for one in found for child in one if isinstance(child.tag, str) and local(child) == name]
    return found


def policies_of(files: Files) -> list[etree._Element]:
    return inside(files.definition, "policies", "policy")


def name_of(policy: etree._Element) -> str:
    return f"{policy.get('name')} [{policy.get('class')}]"


def remove(files: Files, policy: etree._Element) -> Told:
    parent = policy.getparent()
    assert parent is not None
    parent.remove(policy)
    return {("removed", "policy", name_of(policy), "")}


def add(files: Files, policy: etree._Element) -> Told:
    new = deepcopy(policy)
    new.set("name", f"{policy.get('name')}_Added")
    new.set("valueName", "OnlyOfTheAdded")
    policy.addnext(new)
    return {("added", "policy", name_of(new), "")}


def change_value_name(files: Files, policy: etree._Element) -> Told:
    policy.set("valueName", f"{policy.get('valueName', '')}Changed")
    return {("changed", "policy", name_of(policy), "valueName")}


def change_class(files: Files, policy: etree._Element) -> Told:
    old = name_of(policy)
    policy.set("class", "User" if policy.get("class") != "User" else "Machine")
    return {("removed", "policy", old, ""), ("added", "policy", name_of(policy), "")}


def move(files: Files, policy: etree._Element) -> Told:
    (parent,) = inside(policy, "parentCategory")
    others = [one.get("name") for one in inside(files.definition, "categories", "category")]
    parent.set("ref", next(name for name in others if name and name != parent.get("ref")))
    return {("moved", "policy", name_of(policy), "parentCategory")}


def change_text(files: Files, policy: etree._Element) -> Told:
    new_id = f"Mutation_{policy.get('name')}"
    table = inside(files.english, "resources", "stringTable")[0]
    string = etree.SubElement(table, str(table.tag).replace("stringTable", "string"), id=new_id)
    string.text = f"A text that no vendor wrote, for {new_id}"
    policy.set("displayName", f"$(string.{new_id})")
    return {("changed", "text", name_of(policy), "displayName")}


def add_element(files: Files, policy: etree._Element) -> Told:
    elements = inside(policy, "elements")
    namespace = str(policy.tag).rpartition("policy")[0]
    holder = elements[0] if elements else etree.SubElement(policy, f"{namespace}elements")
    etree.SubElement(holder, f"{namespace}boolean", id="MutationFlag", valueName="MutationFlag")
    return {("added", "element", name_of(policy), "")}


MUTATIONS: tuple[Callable[[Files, etree._Element], Told], ...] = (
    remove, add, change_value_name, change_class, move, change_text, add_element,
)  # fmt: skip


@cache
def original(path: Path | None) -> tuple[bytes, bytes]:
    if path is None:
        policies = [samples.POLICY.replace('name="Proxy"', f'name="Policy{n}" ') for n in range(8)]
        policies = [one.replace('valueName="Proxy"', f'valueName="Value{n}"') for n, one in enumerate(policies)]
        categories = samples.CATEGORY + '<category name="Other" displayName="$(string.Main)"/>'
        return samples.admx(*policies, categories=categories).encode(), samples.adml().encode()
    adml = next(file for file in path.parent.glob("*/*.adml")
                if file.parent.name.lower() == "en-us" and file.stem.lower() == path.stem.lower())  # fmt: skip
    return path.read_bytes(), adml.read_bytes()


def as_template(definition: bytes, english: bytes) -> Template:
    reading = read(SourceFile("a.admx", definition), [SourceFile("a.adml", english, "en-US")], default_language="en-US")
    assert reading.definitions, reading.findings[:3]
    return Template(reading.definitions, reading.resources)


@cache
def original_template(path: Path | None) -> Template:
    return as_template(*original(path))


@pytest.mark.parametrize("path", [None, *REAL], ids=lambda path: path.stem if path else "sample")
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_difference_lists_exactly_the_mutations_made(path: Path | None, data: st.DataObject) -> None:
    definition, english = original(path)
    files = Files(etree.fromstring(definition), etree.fromstring(english))
    usable = [one for one in policies_of(files) if inside(one, "parentCategory")]
    count = data.draw(st.integers(0, min(6, len(usable))))
    chosen = data.draw(st.lists(st.integers(0, len(usable) - 1), min_size=count, max_size=count, unique=True))
    expected: Told = set()
    for index in chosen:
        expected |= data.draw(st.sampled_from(MUTATIONS))(files, usable[index])
    changed = as_template(etree.tostring(files.definition), etree.tostring(files.english))
    difference = compare(original_template(path), changed)
    assert {
        (c.kind.value, c.subject.value, c.name, c.attribute if c.kind.value in ("changed", "moved") else "")
        for c in difference.changes
    } == expected
    assert len(difference.changes) == len(expected)
    assert {c.name for c in difference.breaking} == {
        name for kind, subject, name, attribute in expected if kind == "removed" or attribute == "valueName"
    }


def with_comments(root: etree._Element) -> bytes:
    for element in list(root.iter(etree.Element))[:400]:
        if len(element):
            element.insert(0, etree.Comment(" no meaning "))
    return etree.tostring(root)


def with_attributes_turned(root: etree._Element) -> bytes:
    for element in root.iter(etree.Element):
        pairs = list(element.attrib.items())[::-1]
        element.attrib.clear()
        element.attrib.update(pairs)
    return etree.tostring(root)


def with_other_prefixes(root: etree._Element) -> bytes:
    for using in inside(root, "policyNamespaces", "using"):
        old, new = using.get("prefix", ""), "p" + using.get("prefix", "")
        using.set("prefix", new)
        for element in root.iter(etree.Element):
            if element.get("ref", "").startswith(f"{old}:"):
                element.set("ref", f"{new}:{element.get('ref', '').partition(':')[2]}")
    return etree.tostring(root)


REWRITINGS: dict[str, Callable[[bytes], bytes]] = {
    "comments": lambda content: with_comments(etree.fromstring(content)),
    "attributes turned": lambda content: with_attributes_turned(etree.fromstring(content)),
    "other prefixes": lambda content: with_other_prefixes(etree.fromstring(content)),
    "UTF-16": lambda content: etree.tostring(etree.fromstring(content), encoding="utf-16", xml_declaration=True),
    "UTF-8 mark": lambda content: b"\xef\xbb\xbf" + etree.tostring(etree.fromstring(content)),
    "other line ends": lambda content: etree.tostring(etree.fromstring(content)).replace(b">\n<", b">\r\n\r\n  <"),
}


@pytest.mark.parametrize("path", [None, *REAL], ids=lambda path: path.stem if path else "sample")
@pytest.mark.parametrize("rewriting", REWRITINGS.values(), ids=REWRITINGS)
def test_the_same_in_other_bytes_is_no_difference(path: Path | None, rewriting: Callable[[bytes], bytes]) -> None:
    definition, english = original(path)
    rewritten = rewriting(definition)
    assert rewritten != definition
    difference = compare(original_template(path), as_template(rewritten, english))
    assert difference.is_empty, difference.changes[:3]
