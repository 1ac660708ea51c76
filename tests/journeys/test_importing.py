"""A person checks and imports templates that need each other, replaces one, rolls it back, and may not break others."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.admx import samples
from tests.journeys.browsing import Visitor
from tests.journeys.dropping import drop, drop_folder
from tests.journeys.portal import FILES, JOURNEY, Portal
from tests.rows import an_upload_body, in_base64

pytestmark = JOURNEY

ADD = "/admin/operations/grouppolicyoperation/add/"
IMPORT = "/admin/operations/grouppolicyoperation/import/"


def base(name: str, *policies: str) -> str:
    return samples.admx(*policies, target=samples.target(f"Journey.{name}"))


def child(name: str, needs: str) -> str:
    target = samples.target(f"Journey.{name}") + f'<using prefix="base" namespace="Journey.{needs}"/>'
    return samples.admx(samples.POLICY.replace('ref="Main"', 'ref="base:Main"'), target=target)


def put_in_force(portal: Portal, file_name: str, text: str) -> str:
    body = an_upload_body(fileName=file_name, content=in_base64(text.encode()))
    file_id = str(portal.call("POST", FILES, body).json["id"])
    assert portal.finished(file_id)["operationStatus"] == "success"
    return file_id


def check(page: Page) -> None:
    page.get_by_role("button", name="Check first").click()


def test_a_missing_namespace_is_shown_its_file_dropped_too_and_both_go_in_in_order(operator: Visitor) -> None:
    page = operator.page
    page.goto("/admin/operations/grouppolicyoperation/")
    page.get_by_role("link", name="Import templates").click()
    drop(page, ("a_child.admx", child("Child", "Base")), ("a_child.adml", samples.adml()))
    expect(page.locator("#chosen")).to_contain_text("1 ADMX, 1 ADML chosen")
    check(page)
    judged = page.locator(".judged > li")
    expect(judged).to_have_count(1)
    expect(judged).to_contain_text("Would fail")
    expect(judged).to_contain_text("NamespaceMissing:Journey.Base. Please upload it first.")

    drop(page, ("base.admx", base("Base")), ("base.adml", samples.adml()))
    expect(page.locator("#chosen")).to_contain_text("2 ADMX, 2 ADML chosen")
    check(page)
    expect(judged).to_have_count(2)
    expect(judged.nth(0)).to_contain_text("Would be imported")
    expect(judged.nth(0)).to_contain_text("base.admx")
    expect(judged.nth(1)).to_contain_text("Would be imported")
    expect(judged.nth(1)).to_contain_text("a_child.admx")

    page.get_by_label("Reason").fill("Both at once")
    page.get_by_role("button", name="Import", exact=True).click()
    page.wait_for_url(re.compile("/import/[^/]+/$"))
    expect(page.locator("#imported")).to_contain_text("2 of 2 done")
    expect(page.locator("#imported li")).to_have_text(
        [re.compile(r"Success\s+Upload of base\.admx"), re.compile(r"Success\s+Upload of a_child\.admx")]
    )
    page.get_by_role("link", name="Upload of a_child.admx").click()
    expect(page.locator("#story")).to_contain_text("Both at once")


def test_a_dropped_folder_is_imported_with_its_languages_and_dropping_it_again_changes_nothing(
    operator: Visitor,
) -> None:
    page = operator.page
    for told in ("1 of 1 done", "This import created no operations."):
        page.goto(IMPORT)
        codes = ["de-DE", "en-US"]
        drop_folder(page, ("whole.admx", base("Whole")), [(code, "whole.adml", samples.adml()) for code in codes])
        expect(page.locator("#chosen")).to_contain_text("1 ADMX, 2 ADML chosen")
        page.get_by_role("button", name="Import", exact=True).click()
        expect(page.locator("#imported")).to_contain_text(told)
    expect(page.locator(".messagelist")).to_contain_text("whole.admx: is in force already with the same content.")


def test_what_is_wrong_with_the_files_is_said_and_none_need_be_chosen_again(operator: Visitor) -> None:
    operator.refusals_expected = {400}
    page = operator.page
    page.goto(IMPORT)
    check(page)
    expect(page.locator("#import-templates")).to_contain_text("Choose the templates, or a zip of them.")
    drop(page, ("lonely.adml", samples.adml()), ("read.me", "x"))
    expect(page.locator("#drop")).to_contain_text("1 file taken. 1 of another kind left out.")
    check(page)
    expect(page.locator("#import-templates")).to_contain_text("There is no .admx among these files.")
    drop(page, ("lonely.admx", samples.admx(samples.policy("Proxy", without="key"))))
    check(page)
    expect(page.locator(".judged")).to_contain_text("has no key")
    page.get_by_role("button", name="Leave out lonely.admx").click()
    expect(page.locator("#chosen")).to_be_hidden()


def test_without_javascript_a_zip_is_imported(visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    person = visitor(java_script_enabled=False).sign_in("olga")
    page = person.page
    page.goto(IMPORT)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("PolicyDefinitions/zipped.admx", base("Zipped"))
        archive.writestr("PolicyDefinitions/en-US/zipped.adml", samples.adml())
    for button in ("Check first", "Import"):
        person.field("Templates").set_input_files(tmp_path / "all.zip")
        page.get_by_role("button", name=button).click()
        if button == "Check first":
            expect(page.locator(".judged")).to_contain_text("Would be imported")
    expect(page.locator("#imported")).to_contain_text("1 of 1 done", timeout=20_000)


def test_a_breaking_new_version_is_shown_before_uploaded_and_rolled_back(operator: Visitor, portal: Portal) -> None:
    file_id = put_in_force(portal, "replaced.admx", base("Replaced", samples.POLICY, samples.policy("Second")))
    page = operator.page
    page.goto(ADD)
    operator.field("Type").select_option("uploadNewVersion")
    operator.field("Definition file").select_option(file_id)
    newer = base("Replaced", samples.POLICY.replace("Software\\Example", "Software\\Elsewhere"))
    drop(page, ("replaced.admx", newer.replace('revision="1.0"', 'revision="2.0"', 1)))
    check(page)
    checked = page.locator("#checked")
    expect(checked).to_contain_text("This would succeed")
    expect(checked.locator(".badge-breaking")).to_have_count(2)
    for told in ("Software\\Example", "Software\\Elsewhere", "Second"):
        expect(checked).to_contain_text(told)
    expect(operator.field("ADMX file")).to_have_value(re.compile("replaced.admx"))

    page.get_by_role("button", name="Create operation").click()
    story = page.locator("#story")
    expect(story).to_contain_text("1 policy removed (breaking), 1 changed (breaking)")
    expect(story.locator(".badge-breaking")).to_have_count(2)
    expect(story).to_contain_text("version 2")

    page.goto(f"/admin/operations/definitionfile/{file_id}/change/")
    page.get_by_role("button", name="Roll back to version 1").click()
    expect(story).to_contain_text("Restores")
    expect(story.locator(".badge-success")).to_be_visible()
    expect(story).to_contain_text("Version")
    expect(story).to_contain_text("version 3")
    policies = portal.call("GET", f"{FILES}/{file_id}/definitions").json["value"]
    assert len(policies) == 2


def test_a_file_that_others_need_is_not_removed_until_they_are_gone(administrator: Visitor, portal: Portal) -> None:
    needed = put_in_force(portal, "needed.admx", base("Needed"))
    needing = put_in_force(portal, "needing.admx", child("Needing", "Needed"))
    page = administrator.page
    address = "/admin/operations/definitionfile/{}/change/"

    def remove(file_id: str, name: str) -> None:
        page.goto(address.format(file_id))
        page.get_by_text("Remove this definition file").click()
        page.get_by_role("button", name=f"Remove {name}").click()

    remove(needed, "needed.admx")
    expect(page.locator(".messagelist")).to_contain_text("needing.admx")
    assert portal.file_statuses()[needed] == "available"
    remove(needing, "needing.admx")
    expect(page.locator("#story")).to_contain_text("Removed needing.admx.")
    remove(needed, "needed.admx")
    expect(page.locator("#story")).to_contain_text("Removed needed.admx.")
    assert not {needed, needing} & portal.file_statuses().keys()
