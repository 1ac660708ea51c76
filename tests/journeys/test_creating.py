"""A person creates operations in the admin, in a real browser."""

import os
import re
import signal
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.admx import samples
from tests.journeys.browsing import Visitor
from tests.journeys.dropping import drop, drop_folder
from tests.journeys.portal import JOURNEY, Portal

pytestmark = JOURNEY

ADD = "/admin/operations/grouppolicyoperation/add/"


def admx(name: str, *policies: str) -> str:
    """A template that may be in force beside those of the other journeys."""
    return samples.admx(*policies, target=samples.target(f"Journey.{name}"))


def file_names(page: Page) -> list[str]:
    """What the file fields hold, in their order."""
    return list(
        page.eval_on_selector_all(
            "#create-operation input[type=file]", "inputs => inputs.flatMap(i => [...i.files].map(f => f.name))"
        )
    )


def languages(page: Page) -> list[str]:
    return [
        text
        for text in page.locator("#language-rows input[type=text]").evaluate_all("i => i.map(x => x.value)")
        if text
    ]


def create(page: Page) -> None:
    page.get_by_role("button", name="Create operation").click()


def test_dropped_files_become_an_operation_that_finishes_before_ones_eyes(operator: Visitor) -> None:
    page = operator.page
    page.goto("/dashboards/")
    page.locator("#user-tools").get_by_role("link", name="Operations").click()
    # The page before has such a link too: only the list's own is meant.
    page.wait_for_url(re.compile("/grouppolicyoperation/$"))
    page.locator(".object-tools .addlink").click()
    page.locator("#drop").wait_for()
    drop(page, ("example.admx", admx("Dropped")), ("example.en-US.adml", samples.adml()))
    expect(page.locator("#drop")).to_contain_text("1 ADMX and 1 ADML taken.")
    assert file_names(page) == ["example.admx", "example.en-US.adml"]
    assert languages(page) == ["en-US"]
    page.get_by_label("Reason").fill("Journey by drop")
    page.get_by_label("Ticket").fill("CHG-1042")
    create(page)
    page.wait_for_url(re.compile("/grouppolicyoperation/[0-9a-f-]{36}/change/"))
    page.evaluate("window.sameDocument = true")
    expect(page.locator("#story")).to_contain_text("Imported 1 policy in 1 category, 1 language.")
    assert page.evaluate("window.sameDocument"), "The page was loaded again"
    assert page.locator("#story[hx-get]").count() == 0, "It goes on asking after the end"
    for told in ("Success", "Performed by the portal", "olga", "Journey by drop", "CHG-1042"):
        expect(page.locator("#story")).to_contain_text(told)
    expect(page.locator(".timeline li")).to_have_count(3)
    expect(page.locator("progress")).to_have_count(0)
    page.locator(".facts").get_by_role("link", name="example.admx").click()
    expect(page.locator(".headline")).to_contain_text("Available")
    expect(page.locator("#content-main")).to_contain_text("Journey.Dropped")


def test_a_waiting_operation_is_cancelled_by_another_person_and_both_see_it(
    operator: Visitor, administrator: Visitor, portal: Portal
) -> None:
    worker = portal.worker_process
    assert worker is not None
    os.kill(worker, signal.SIGSTOP)
    try:
        page, other = operator.page, administrator.page
        page.goto(ADD)
        drop(page, ("waits.admx", admx("Waits")), ("waits.adml", samples.adml()))
        create(page)
        expect(page.locator("#story .headline")).to_contain_text("waiting for the worker")
        expect(page.locator("progress")).to_be_visible()
        page.evaluate("window.sameDocument = true")
        other.goto("/dashboards/")
        other.locator("#board tr", has_text="waits.admx").get_by_role("link", name="Upload").click()
        other.get_by_role("button", name="Cancel").click()
        for story in (page.locator("#story"), other.locator("#story")):
            expect(story).to_contain_text("Cancelled by admin.")
            expect(story).to_contain_text("Failed")
        assert page.evaluate("window.sameDocument")
    finally:
        os.kill(worker, signal.SIGCONT)


def test_a_dropped_folder_fills_a_row_for_each_language_folder(operator: Visitor) -> None:
    page = operator.page
    page.goto(ADD)
    codes = ["de-DE", "en-US", "fr-FR", "pt-BR", "zh-Hans"]
    drop_folder(page, ("folder.admx", admx("Folder")), [(code, "folder.adml", samples.adml()) for code in codes])
    expect(page.locator("#drop")).to_contain_text("1 ADMX and 5 ADML taken.")
    assert languages(page) == codes
    create(page)
    expect(page.locator("#story")).to_contain_text("5 languages")


def test_what_cannot_be_taken_is_said(operator: Visitor) -> None:
    page = operator.page
    page.goto(ADD)
    drop(page, ("one.admx", samples.admx()), ("two.admx", samples.admx()))
    expect(page.locator("#drop")).to_contain_text("only the first was taken")
    drop(page, ("one.admx", samples.admx()), ("readme.txt", "Read me"))
    expect(page.locator("#drop")).to_contain_text("1 other file left out.")
    assert file_names(page) == ["one.admx"]


def test_a_failure_is_explained_with_place_and_remedy(operator: Visitor) -> None:
    page = operator.page
    page.goto(ADD)
    broken = admx("Broken", samples.policy("Proxy", without="key"))
    drop(page, ("broken.admx", broken), ("broken.adml", samples.adml()))
    create(page)
    line = 1 + broken[: broken.index("<policy name")].count("\n")
    finding = page.locator(".finding-error").first
    expect(finding).to_contain_text("The policy “Proxy” has no key.")
    expect(finding).to_contain_text("To fix: add key=")
    expect(finding).to_contain_text(f"broken.admx, line {line}")
    expect(page.locator("#story .headline")).to_contain_text("Failed")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    page.goto("/dashboards/")
    failure = page.locator("#board tr", has_text="broken.admx").first
    expect(failure).to_contain_text("has no key")
    failure.get_by_role("link", name="Upload").click()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#story")).to_contain_text("Retry of")
    expect(page.locator("#story .headline")).to_contain_text("Failed")


def test_an_operation_is_recorded_and_irrelevant_fields_hide(operator: Visitor) -> None:
    page = operator.page
    page.goto(ADD)
    expect(page.get_by_label("ADMX file")).to_be_visible()
    expect(page.get_by_label("Status details")).to_be_hidden()
    page.get_by_label("Record: it was done elsewhere").check()
    expect(page.get_by_label("ADMX file")).to_be_hidden()
    operator.field("Type").select_option("remove")
    operator.field("Status").select_option("unknown")
    page.get_by_label("Status details").fill("Taken out by hand")
    create(page)
    expect(page.locator(".messagelist")).to_contain_text("Recorded: Remove.")
    expect(page.locator("#story")).to_contain_text("Taken out by hand")
    expect(page.get_by_text("Correct this record")).to_have_count(0)  # operators create and view


def test_a_wrong_choice_is_told_beside_its_field_and_nothing_is_lost(operator: Visitor) -> None:
    operator.refusals_expected = {400}
    page = operator.page
    page.goto(ADD)
    operator.field("Type").select_option("remove")
    page.get_by_label("Reason").fill("Kept while mending")
    create(page)
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved.")
    field = page.locator("div:has(> #id_definition_file)")
    expect(field).to_contain_text("Choose the definition file that this is to be done to.")
    expect(page.get_by_label("Reason")).to_have_value("Kept while mending")


def test_the_form_is_usable_by_keyboard_alone(operator: Visitor) -> None:
    page = operator.page
    page.goto(ADD)
    operator.field("Type").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Perform: the portal")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Record: it was done elsewhere")).to_be_checked()
    order = ["Definition file", "Status", "Status details", "Reason", "Ticket"]
    for label in order:
        page.keyboard.press("Tab")
        expect(operator.field(label)).to_be_focused()
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", label
        if label == "Status details":
            page.keyboard.type("Typed with the keyboard")
    page.keyboard.press("Enter")
    expect(page.locator("#story")).to_contain_text("Typed with the keyboard")


def test_without_javascript_the_same_form_uploads(visitor: Callable[..., Visitor]) -> None:
    person = visitor(java_script_enabled=False).sign_in("olga")
    page = person.page
    page.goto(ADD)
    for label in ("ADMX file", "ADML file 1", "Status details", "Reason"):
        expect(person.field(label)).to_be_visible()
    expect(page.locator("#drop")).to_be_hidden()
    for label, name, text in (
        ("ADMX file", "plain.admx", admx("Plain")),
        ("ADML file 1", "plain.adml", samples.adml()),
    ):
        person.field(label).set_input_files({"name": name, "mimeType": "application/xml", "buffer": text.encode()})
    create(page)
    page.wait_for_url(re.compile("/grouppolicyoperation/[0-9a-f-]{36}/change/"))
    # The page asks again by itself, as pages did before scripts.
    expect(page.locator("#story")).to_contain_text("Imported 1 policy", timeout=20_000)


def test_without_javascript_the_same_form_records_and_tells_errors(visitor: Callable[..., Visitor]) -> None:
    person = visitor(java_script_enabled=False).sign_in("olga")
    person.refusals_expected = {400}
    page = person.page
    page.goto(ADD)
    create(page)
    expect(page.locator("#content-main")).to_contain_text("Choose the ADMX file to upload.")
    page.get_by_label("Record: it was done elsewhere").check()
    page.get_by_label("Status details").fill("Without a script")
    create(page)
    expect(page.locator("#story")).to_contain_text("Without a script")
