"""The page that shows the API and lets one try it."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.browsing import Visitor
from tests.journeys.portal import JOURNEY, Portal

pytestmark = JOURNEY


def test_a_reader_sees_the_api_and_tries_a_request_within_the_content_security_policy(
    visitor: Callable[..., Visitor], portal: Portal
) -> None:
    page = visitor().page
    page.goto("/api/docs")
    reading = page.locator(".opblock", has=page.locator("[data-path$='groupPolicyOperations']")).first
    expect(reading).to_be_visible()
    page.get_by_role("button", name="Authorize").first.click()
    page.locator(".auth-container input").first.fill(portal.token)
    page.locator(".auth-btn-wrapper .authorize").first.click()
    page.locator(".btn-done").first.click()
    reading.locator(".opblock-summary-control").click()
    reading.get_by_role("button", name="Try it out").click()
    reading.get_by_role("button", name="Execute").click()
    expect(reading.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
