"""MSAL alone for the token, any HTTP client for the rest: a script with its host and authority changed."""

import os
from typing import Any

import pytest

from tests.admx import samples
from tests.journeys.secure import SecurePortal
from tests.rows import ADML, in_base64
from tests.waiting import until

if os.environ.get("PORTAL_INTEROP") != "1":
    pytest.skip("Microsoft's SDK is large: run `make interop`", allow_module_level=True)

pytestmark = [pytest.mark.journey, pytest.mark.sqlite_only, pytest.mark.xdist_group("interop")]

OPERATIONS = "/deviceManagement/groupPolicyOperations"
FILES = "/deviceManagement/groupPolicyUploadedDefinitionFiles"


@pytest.fixture(scope="module")
def session(secure: SecurePortal) -> Any:
    import msal
    import requests

    application = msal.ConfidentialClientApplication(
        secure.client_id,
        authority=f"{secure.root}/contoso",
        client_credential=secure.client_secret,
        instance_discovery=False,
    )
    found = application.acquire_token_for_client(scopes=[f"{secure.root}/.default"])
    assert found["token_type"] == "Bearer", found
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {found['access_token']}"
    yield session
    session.close()


def test_a_wrong_secret_is_refused_in_entras_words(secure: SecurePortal) -> None:
    import msal

    application = msal.ConfidentialClientApplication(
        secure.client_id, authority=f"{secure.root}/contoso", client_credential="wrong", instance_discovery=False
    )
    found = application.acquire_token_for_client(scopes=[f"{secure.root}/.default"])
    assert found["error"] == "invalid_client"
    assert found["error_codes"] == [7000215]


def test_a_script_lives_a_whole_life_with_the_portal(secure: SecurePortal, session: Any) -> None:
    root = f"{secure.root}/beta"
    made = [session.post(f"{root}{OPERATIONS}", json={"statusDetails": f"MSAL {number}"}).json() for number in range(5)]
    asked = {"$filter": "startswith(statusDetails,'MSAL')", "$top": "2", "$count": "true", "$orderby": "statusDetails"}
    page = session.get(f"{root}{OPERATIONS}", params=asked).json()
    seen, count = page["value"], page["@odata.count"]
    while "@odata.nextLink" in page:
        page = session.get(page["@odata.nextLink"]).json()
        seen += page["value"]
    assert [row["id"] for row in seen] == [row["id"] for row in made]
    assert count == 5
    assert session.get(f"{root}{OPERATIONS}/$count", params={"$filter": asked["$filter"]}).text == "5"
    one = f"{root}{OPERATIONS}/{made[0]['id']}"
    assert session.patch(one, json={"operationStatus": "failed"}).json()["operationStatus"] == "failed"
    assert session.delete(one).status_code == 204
    assert session.get(one).status_code == 404


def test_a_template_is_uploaded_changed_by_every_action_and_removed(secure: SecurePortal, session: Any) -> None:
    root = f"{secure.root}/beta"
    target = samples.target("Interop.Msal")

    def languages(*codes: str) -> dict[str, Any]:
        files = [{"fileName": "msal.adml", "languageCode": code, "content": in_base64(ADML)} for code in codes]
        return {"groupPolicyUploadedLanguageFiles": files}

    body = {"fileName": "msal.admx", "content": in_base64(samples.admx(target=target).encode()), **languages("en-US")}
    created = session.post(f"{root}{FILES}", json=body)
    assert created.status_code == 201, created.text
    file = f"{root}{FILES}/{created.json()['id']}"

    def settled() -> Any:
        until(lambda: not session.get(file).json()["status"].endswith("InProgress"), what="the worker", every=0.1)
        return session.get(file).json()["status"]

    assert settled() == "available"
    newer = samples.admx(samples.POLICY, samples.policy("Second"), target=target).encode()
    for action, parameters in (
        ("uploadNewVersion", {"content": in_base64(newer), **languages("en-US")}),
        ("microsoft.graph.addLanguageFiles", languages("de-DE")),
        ("updateLanguageFiles", languages("de-DE")),
        ("removeLanguageFiles", languages("de-DE")),
    ):
        assert session.post(f"{file}/{action}", json=parameters).status_code == 204
        assert settled() == "available"
    found = session.get(file, params={"$expand": "groupPolicyOperations,definitions($select=displayName)"}).json()
    assert {one["operationStatus"] for one in found["groupPolicyOperations"]} == {"success"}
    assert len(found["groupPolicyOperations"]) == 5
    assert len(found["definitions"]) == 2
    batch = {
        "requests": [
            {"id": "1", "method": "GET", "url": f"{FILES}/{created.json()['id']}?$select=status"},
            {"id": "2", "method": "POST", "url": f"{FILES}/{created.json()['id']}/remove", "body": {},
             "headers": {"Content-Type": "application/json"}, "dependsOn": ["1"]},
        ]
    }  # fmt: skip
    answers = session.post(f"{root}/$batch", json=batch).json()["responses"]
    assert [(answer["id"], answer["status"]) for answer in answers] == [("1", 200), ("2", 204)]
    until(lambda: session.get(file).status_code == 404, what="the removal to end", every=0.1)
