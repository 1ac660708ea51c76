"""Every action of a definition file, asked for with msgraph-beta-sdk."""

import os
from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module
from typing import Any

import pytest

from tests.admx import samples
from tests.interop.graph_sdk import Talk, an_admx, ask, files, finished, upload
from tests.rows import ADML
from tests.waiting import until

if os.environ.get("PORTAL_INTEROP") != "1":
    pytest.skip("Microsoft's SDK is large: run `make interop`", allow_module_level=True)

pytestmark = [pytest.mark.journey, pytest.mark.sqlite_only, pytest.mark.xdist_group("interop")]
# The SDK warns about itself.
pytestmark.append(pytest.mark.filterwarnings("ignore::DeprecationWarning"))

__all__ = ["ask"]


def test_every_action_is_performed_and_its_operation_appears(ask: Callable[[Talk], Any]) -> None:
    content = an_admx(samples.POLICY)
    file_id = finished(ask, ask(upload(content)).id, "available")
    newer = content.replace(b"<policies>", b"<policies>" + samples.policy("Second").encode())
    for asked in (
        act("upload_new_version", content=newer, group_policy_uploaded_language_files=[an_adml("en-US")]),
        act("add_language_files", group_policy_uploaded_language_files=[an_adml("de-DE")]),
        act("update_language_files", group_policy_uploaded_language_files=[an_adml("de-DE")]),
        act("remove_language_files", group_policy_uploaded_language_files=[an_adml("de-DE")]),
    ):
        assert ask(partial(asked, file_id)) is None
        finished(ask, file_id, "available")

    async def talk(client: Any) -> tuple[list[str], set[str]]:
        item = files(client).by_group_policy_uploaded_definition_file_id(file_id)
        listed = (await item.group_policy_operations.get()).value
        definitions = (await item.definitions.get()).value
        return [one.operation_type.value for one in listed if one.operation_status.value == "success"], {
            one.display_name for one in definitions
        }

    types, names = ask(talk)
    assert types == ["removeLanguageFiles", "updateLanguageFiles", "addLanguageFiles", "uploadNewVersion", "upload"]
    assert names == {"Use a proxy"}

    async def remove(client: Any) -> Any:
        return await files(client).by_group_policy_uploaded_definition_file_id(file_id).remove.post()

    assert ask(remove) is None

    async def statuses(client: Any) -> list[str]:
        return [file.id for file in (await files(client).get()).value]

    until(lambda: file_id not in ask(statuses), what="the removal to end", every=0.2)


def act(name: str, **members: Any) -> Callable[[str, Any], Awaitable[Any]]:
    """One bound action of the SDK with its request body."""
    module = import_module(
        "msgraph_beta.generated.device_management.group_policy_uploaded_definition_files.item."
        f"{name}.{name}_post_request_body"
    )
    body = getattr(module, f"{name.title().replace('_', '')}PostRequestBody")

    async def talk(file_id: str, client: Any) -> Any:
        item = files(client).by_group_policy_uploaded_definition_file_id(file_id)
        return await getattr(item, name).post(body(**members))

    return talk


def an_adml(language_code: str) -> Any:
    from msgraph_beta.generated.models.group_policy_uploaded_language_file import GroupPolicyUploadedLanguageFile

    return GroupPolicyUploadedLanguageFile(file_name="sdk.adml", language_code=language_code, content=ADML)
