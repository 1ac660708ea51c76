"""Policies and categories: found by any word, shown whole."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from operations.models import DefinitionFile, GroupPolicyCategory, Policy
from tests import rows
from tests.admin import pages
from tests.admx import samples
from tests.every_control import ADML, BELOW, SETTINGS

pytestmark = pytest.mark.django_db

LIST = reverse("admin:operations_policy_changelist")
TREE = reverse("admin:operations_grouppolicycategory_changelist")
GERMAN = samples.adml(samples.STRINGS | {"Proxy": "Stellvertreter ÄÖ", "Below": "Darin"})


@pytest.fixture
def file(db: None) -> DefinitionFile:
    admx = samples.admx(samples.POLICY, SETTINGS, categories=BELOW)
    return rows.in_force(rows.an_upload(admx.encode(), ADML.encode(), GERMAN.encode()))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("proxy", {"Proxy", "Set"}),
        ("stellvertreter äö", {"Proxy", "Set"}),
        ("software\\example\\list", {"Set"}),
        ("lines", {"Set"}),
        ("proxy nowhere", set()),
        ("%", set()),
    ],
)
def test_a_policy_is_found_by_words_of_any_language_and_of_the_registry(
    admin_browser: Client, file: DefinitionFile, written: str, found: set[str]
) -> None:
    page = admin_browser.get(LIST, {"q": written})
    assert {policy.name for policy in page.context["cl"].result_list} == found


def test_a_policys_page_shows_its_texts_controls_and_registry_effect(
    admin_browser: Client, file: DefinitionFile
) -> None:
    policy = Policy.objects.get(name="Set")
    page = admin_browser.get(pages.page_of_row(policy)).text
    for told in ("Sends traffic through a proxy.", "\\Example\\Inside", "REG_DWORD", "HKEY_LOCAL_MACHINE", "Hello"):
        assert told in page
    for definition in policy.definitions.all():
        assert str(definition.pk) in page
    german = admin_browser.get(pages.page_of_row(policy), {"language": "de-DE"}).text
    assert "Stellvertreter ÄÖ" in german
    assert 'lang="de-DE"' in german


def test_a_policys_page_names_other_files_and_versions_that_have_it(
    admin_browser: Client, file: DefinitionFile
) -> None:
    other = samples.admx(target='<target prefix="o" namespace="Other.Policies"/>').encode()
    rows.in_force(rows.an_upload(other, file_name="other.admx"))
    rows.in_force(rows.a_new_version(file=file, content=samples.admx(samples.POLICY, categories=BELOW).encode()))
    page = admin_browser.get(pages.page_of_row(Policy.objects.get(name="Proxy", definition_file=file))).text
    assert "other.admx" in page
    assert "<dd>1, 2</dd>" in page


def test_categories_stand_in_a_tree_at_a_constant_cost(admin_browser: Client, file: DefinitionFile) -> None:
    page = admin_browser.get(TREE).text
    assert page.index(">Example</a>") < page.index("<ul>", page.index(">Example</a>")) < page.index(">Inside</a>")
    assert page.count("<ul>") == page.count("</ul>") - page.count("<ul class") or "tree" in page
    with CaptureQueriesContext(connection) as few:
        admin_browser.get(TREE)
    many = "".join(f'<category name="C{n}" displayName="$(string.Main)"/>' for n in range(30))
    other = '<target prefix="o" namespace="Other.Policies"/>'
    rows.in_force(rows.an_upload(samples.admx(categories=samples.CATEGORY + many, target=other).encode()))
    with CaptureQueriesContext(connection) as more:
        admin_browser.get(TREE)
    assert len(few) == len(more)


def test_a_categorys_page_lists_what_is_in_it(admin_browser: Client, file: DefinitionFile) -> None:
    page = admin_browser.get(pages.page_of_row(GroupPolicyCategory.objects.get(name="Below"))).text
    assert "\\Example\\Inside" in page
    assert "Use a proxy" in page


@pytest.mark.parametrize("where", [LIST, TREE])
def test_an_empty_portal_says_so_and_strangers_see_nothing(admin_browser: Client, where: str) -> None:
    assert admin_browser.get(where).status_code == 200
    assert Client().get(where).status_code == 302
