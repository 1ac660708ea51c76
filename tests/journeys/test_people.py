"""What each of the three kinds of people sees and may do, in a real browser."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.admx import samples
from tests.conftest import REPOSITORY
from tests.journeys.browsing import Visitor
from tests.journeys.portal import FILES, JOURNEY, OPERATIONS, Portal
from tests.rows import an_upload_body, in_base64

pytestmark = JOURNEY

LIST = "/admin/operations/grouppolicyoperation/"
PEOPLE = samples.admx(target=samples.target("Journey.People")).encode()
GOES = samples.admx(target=samples.target("Journey.Goes")).encode()


@pytest.fixture(scope="module")
def recorded(portal: Portal) -> str:
    return str(portal.call("POST", OPERATIONS, {"operationType": "upload", "statusDetails": "Seen by all"}).json["id"])


@pytest.fixture(scope="module")
def uploaded(portal: Portal) -> str:
    """A definition file that was imported."""
    file = portal.call("POST", FILES, an_upload_body(fileName="people.admx", content=in_base64(PEOPLE))).json
    assert portal.finished(file["id"])["operationStatus"] == "success"
    return str(file["id"])


def test_an_administrator_corrects_and_deletes_a_recorded_operation(administrator: Visitor, portal: Portal) -> None:
    made = portal.call("POST", OPERATIONS, {"operationType": "upload", "statusDetails": "Wrogn"}).json["id"]
    page = administrator.page
    page.goto(f"{LIST}{made}/change/")
    page.get_by_text("Correct this record").click()
    page.get_by_label("Status details").fill("Right")
    administrator.field("Status").select_option("success")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".messagelist")).to_contain_text("The operation was corrected.")
    expect(page.locator("#story")).to_contain_text("Right")
    expect(page.locator(".timeline")).to_contain_text("Recorded operation corrected by admin")
    assert portal.call("GET", f"{OPERATIONS}/{made}").json["operationStatus"] == "success"

    page.get_by_text("Correct this record").click()
    administrator.refusals_expected = {400}
    administrator.field("Status").select_option("failed")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".correct")).to_contain_text("That status is final.")

    page.get_by_role("link", name="Delete", exact=True).click()
    page.get_by_role("button", name=re.compile("Yes")).click()
    expect(page.locator(".messagelist")).to_contain_text("was deleted successfully")
    assert portal.call("GET", f"{OPERATIONS}/{made}").status == 404


def test_an_administrator_removes_a_definition_file(administrator: Visitor, portal: Portal) -> None:
    file = portal.call("POST", FILES, an_upload_body(fileName="goes.admx", content=in_base64(GOES))).json["id"]
    portal.finished(file)
    page = administrator.page
    page.goto(f"/admin/operations/definitionfile/{file}/change/")
    page.get_by_text("Remove this definition file").click()
    page.get_by_label("Reason").fill("Superseded")
    page.get_by_role("button", name="Remove goes.admx").click()
    expect(page.locator("#story")).to_contain_text("Removed goes.admx.")
    expect(page.locator("#story")).to_contain_text("Superseded")
    assert portal.call("GET", f"{FILES}/{file}").status == 404


def test_an_auditor_sees_everything(auditor: Visitor, recorded: str, uploaded: str) -> None:
    page = auditor.page
    for address, told in {
        "/dashboards/": "By type and status",
        LIST: "Upload",
        f"{LIST}{recorded}/change/": "Seen by all",
        "/admin/operations/definitionfile/": "people.admx",
        f"/admin/operations/definitionfile/{uploaded}/change/": "Journey.People",
        "/admin/operations/auditevent/": "Definition file available",
        "/admin/operations/apiclient/": "Quick start",
        "/admin/operations/user/": "olga",
    }.items():
        page.goto(address)
        expect(page.locator("#content")).to_contain_text(told)
    page.goto(f"{LIST}{recorded}/change/")
    page.locator(".timeline a").first.click()
    expect(page.locator("#content")).to_contain_text("Recorded by")


def test_an_auditor_takes_a_proof_home_and_checks_it_without_the_portal(
    auditor: Visitor, recorded: str, tmp_path: Path
) -> None:
    page = auditor.page
    page.goto("/admin/operations/auditevent/checkpoints/")
    key = page.locator("pre").inner_text().strip()
    page.goto("/admin/operations/auditevent/?activity=portal.started")
    page.locator("#result_list a").first.click()
    page.get_by_role("link", name="Show and print").click()
    expect(page.locator("#content")).to_contain_text("portal.started")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    proof, export = tmp_path / "proof.json", tmp_path / "trail.jsonl"
    download.value.save_as(proof)
    page.goto("/admin/operations/auditevent/checkpoints/")
    with page.expect_download() as download:
        page.get_by_role("link", name="checkpoint-").last.click()
    checkpoint = tmp_path / "checkpoint.txt"
    download.value.save_as(checkpoint)
    page.goto("/admin/operations/auditevent/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export JSON Lines").click()
    download.value.save_as(export)
    command = [sys.executable, "-I", "-S", str(REPOSITORY / "docs/verify_trail.py"), "--key", key]
    checked = subprocess.run([*command, proof, export, checkpoint], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "is in the trail" in checked.stdout
    assert "1 checkpoint(s) fit" in checked.stdout


def test_an_auditor_finds_nothing_to_press(auditor: Visitor, recorded: str, uploaded: str) -> None:
    page = auditor.page
    for address in (
        "/dashboards/",
        LIST,
        f"{LIST}{recorded}/change/",
        f"/admin/operations/definitionfile/{uploaded}/change/",
        "/admin/operations/auditevent/",
        "/admin/operations/apiclient/",
    ):
        page.goto(address)
        # Filters and sign-out are forms too; they change nothing here.
        posting = page.locator("form[method=post]:not(#logout-form):not(#changelist-form)")
        expect(posting).to_have_count(0)
        expect(page.locator("#content .addlink, #content .deletelink, #content input[name=_save]")).to_have_count(0)
        expect(page.get_by_text("Create operation")).to_have_count(0)
        expect(page.locator("#content input[type=checkbox]")).to_have_count(0)


def test_an_auditors_direct_posts_are_refused(auditor: Visitor, portal: Portal, recorded: str, uploaded: str) -> None:
    before = portal.call("GET", f"{OPERATIONS}/{recorded}").json
    auditor.page.goto("/admin/password_change/")  # the one form an auditor has: it brings the token
    form = {"operation_type": "upload", "operation_status": "failed", "status_details": "Forged", "how": "record"}
    management = {"languages-TOTAL_FORMS": "0", "languages-INITIAL_FORMS": "0"}
    assert auditor.post(f"{LIST}add/", **form, **management) == 403
    assert auditor.post(f"{LIST}{recorded}/delete/", post="yes") == 403
    for address in (
        f"{LIST}{recorded}/correct/",
        f"{LIST}{recorded}/cancel/",
        f"{LIST}{recorded}/retry/",
        f"/admin/operations/definitionfile/{uploaded}/remove/",
        f"/admin/operations/definitionfile/{uploaded}/delete/",
        f"/admin/operations/definitionfile/{uploaded}/change/",
        "/admin/operations/definitionfile/add/",
        "/admin/operations/apiclient/1/act/revoke/",
        "/admin/operations/apiclient/add/",
        "/admin/operations/auditevent/1/change/",
        "/admin/operations/auditevent/1/delete/",
        "/admin/operations/user/add/",
        "/admin/operations/user/1/change/",
    ):
        assert auditor.post(address, **form) == 403, address
    assert portal.call("GET", f"{OPERATIONS}/{recorded}").json == before
    assert portal.call("GET", f"{FILES}/{uploaded}").status == 200


def test_an_operator_sees_no_trail_and_no_clients(operator: Visitor) -> None:
    operator.refusals_expected = {403}
    page = operator.page
    for address in ("/admin/operations/auditevent/", "/admin/operations/apiclient/", "/admin/operations/user/"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 403


def test_a_stranger_is_asked_to_sign_in_and_brought_where_they_wanted(
    portal: Portal, visitor: Callable[[], Visitor], recorded: str
) -> None:
    person = visitor()
    page = person.page
    page.goto(f"{LIST}{recorded}/change/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(portal.admin_password)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#story")).to_contain_text("Seen by all")
