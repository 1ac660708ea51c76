"""`$metadata` and the service document: made from the declarations, and equal to Microsoft's in every fact served."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from tests.conftest import REPOSITORY

pytestmark = pytest.mark.django_db

PUBLISHED = REPOSITORY.parent / "shared" / "graph" / "grouppolicy.csdl.xml"
EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
# What the portal adds to Graph: every operation, across files.
ADDED = {("deviceManagement", "groupPolicyOperations"), ("deviceManagement", "auditEvents")}
# The audit events of device management, of which the shared facts have a page of their own and no CSDL.
TRAIL = {"auditEvent", "auditActor", "auditResource", "auditProperty", "roleScopeTagInfo"}
# Types that the published model does not have, and Graph's pages do not describe either: none yet.
OUR_TYPES: frozenset[str] = frozenset()
TRAIL_FACTS = REPOSITORY.parent / "shared" / "graph" / "audit-event.md"
# What Graph has there and the portal does not serve.
LEFT_OUT = {("deviceManagement", "groupPolicyConfigurations")}


@pytest.fixture
def served(client: Client) -> Any:
    response = client.get("/beta/$metadata")
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml;charset=utf-8")
    return etree.fromstring(response.content)


@pytest.fixture
def published() -> Any:
    if not PUBLISHED.is_file():
        pytest.skip(f"{PUBLISHED} is not there: it is not part of the project")
    return etree.parse(Path(PUBLISHED)).getroot()


def facts(model: Any) -> dict[tuple[str, str], Any]:
    """By kind and name: attributes, and those of everything inside, in any order."""
    (schema,) = model.iter(f"{EDM}Schema")
    found = {}
    for declared in schema:
        if not isinstance(declared.tag, str):
            continue
        inside = {
            (part.tag, part.get("Name")): dict(part.attrib) | {"Key": [ref.get("Name") for ref in part]}
            for part in declared
            if isinstance(part.tag, str) and part.tag != f"{EDM}Annotation"
        }
        found[declared.tag.removeprefix(EDM), declared.get("Name")] = (dict(declared.attrib), inside)
    return found


def test_every_type_that_is_served_is_as_published(served: Any, published: Any) -> None:
    ours, theirs = facts(served), facts(published)
    ours = {key: value for key, value in ours.items() if key[1] not in TRAIL | OUR_TYPES}
    assert ours.keys() <= theirs.keys()
    for (kind, name), (attributes, inside) in ours.items():
        expected_attributes, expected = theirs[kind, name]
        assert attributes == expected_attributes, name
        without = {key: value for key, value in inside.items() if (name, key[1]) not in ADDED}
        wanted = {key: value for key, value in expected.items() if (name, key[1]) not in LEFT_OUT}
        assert without == wanted, name


@pytest.mark.parametrize("name", sorted(TRAIL - {"roleScopeTagInfo"}))
def test_the_trails_types_have_the_properties_that_graph_documents(served: Any, name: str) -> None:
    if not TRAIL_FACTS.is_file():
        pytest.skip(f"{TRAIL_FACTS} is not there: it is not part of the project")
    documented: dict[str, str] = {}
    current = ""
    for line in TRAIL_FACTS.read_text().splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 4 and cells[2] != "EDM type" and "---" not in line:
            current = cells[0].partition(" ")[0] or current
            if current == name:
                documented |= dict.fromkeys((one.strip() for one in cells[1].split(",")), cells[2])
    key = "EntityType" if name == "auditEvent" else "ComplexType"
    _, inside = facts(served)[key, name]
    found = {part: attributes["Type"] for (_, part), attributes in inside.items() if part}
    expected = {one: _edm(kind) for one, kind in documented.items() if one != "id"}
    assert found == expected


def _edm(documented: str) -> str:
    inner = documented.removeprefix("Collection(").removesuffix(")")
    whole = f"Edm.{inner}" if inner[0].isupper() else f"graph.{inner}"
    return f"Collection({whole})" if inner != documented else whole


def test_every_type_that_is_named_is_declared(served: Any) -> None:
    declared = {f"graph.{name}" for _, name in facts(served)}
    for element in served.iter():
        named = element.get("Type", "").removeprefix("Collection(").removesuffix(")") or element.get("BaseType", "")
        if named.startswith("graph."):
            assert named in declared


@pytest.mark.parametrize("address", ["/v1.0/$metadata", "/beta/$METADATA", "/beta/$metadata?$format=application/xml"])
def test_it_is_there_for_both_versions_and_needs_no_token(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == (400 if "format" in address else 200)
    assert client.post(address.partition("?")[0]).status_code == 405


@pytest.mark.parametrize("address", ["/beta", "/beta/", "/v1.0"])
def test_the_service_document_leads_to_device_management(client: Client, address: str) -> None:
    document = client.get(address).json()
    version = address.split("/")[1]
    assert document == {
        "@odata.context": f"http://testserver/{version}/$metadata",
        "value": [{"name": "deviceManagement", "kind": "Singleton", "url": "deviceManagement"}],
    }
