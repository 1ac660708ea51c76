"""msgraph-beta-sdk, with nothing changed but its base URL and, over TLS, its authority."""

import asyncio
import os
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.interop.graph_sdk import (
    StaticToken,
    Talk,
    an_operation,
    ask,
    file_id,
    files,
    finished,
    operations,
    query,
    upload,
)
from tests.journeys.portal import Portal
from tests.rows import BROKEN_ADMX

if os.environ.get("PORTAL_INTEROP") != "1":
    pytest.skip("Microsoft's SDK is large: run `make interop`", allow_module_level=True)

pytestmark = [pytest.mark.journey, pytest.mark.sqlite_only, pytest.mark.xdist_group("interop")]
# The SDK warns about itself.
pytestmark.append(pytest.mark.filterwarnings("ignore::DeprecationWarning"))

__all__ = ["ask", "file_id"]


def test_an_operation_is_created_read_patched_and_deleted(ask: Callable[[Talk], Any], file_id: str) -> None:
    from msgraph_beta.generated.models.group_policy_operation_status import GroupPolicyOperationStatus
    from msgraph_beta.generated.models.o_data_errors.o_data_error import ODataError

    async def talk(client: Any) -> None:
        collection = operations(client, file_id)
        created = await collection.post(an_operation())
        assert created.operation_type.value == "addLanguageFiles"
        assert created.last_modified_date_time is not None
        item = collection.by_group_policy_operation_id(created.id)
        read = await item.get()
        assert (read.id, read.status_details, read.operation_status.value) == (created.id, "By SDK", "unknown")
        assert not [name for name in read.additional_data if not name.startswith("@odata.")]

        # The habit of the SDK's users: read, change one property, send everything back.
        read.operation_status = GroupPolicyOperationStatus.InProgress
        patched = await item.patch(read)
        assert patched.operation_status.value == "inProgress"

        # Setting None puts the Python name with null on the wire.
        patched.status_details = None
        cleared = await item.patch(patched)
        assert cleared.status_details is None
        assert cleared.operation_status.value == "inProgress"

        assert await item.delete() is None
        with pytest.raises(ODataError) as missing:
            await item.get()
        assert missing.value.response_status_code == 404

    ask(talk)


def test_an_empty_operation_gets_the_defaults(ask: Callable[[Talk], Any], file_id: str) -> None:
    from msgraph_beta.generated.models.group_policy_operation import GroupPolicyOperation

    async def talk(client: Any) -> Any:
        return await operations(client, file_id).post(GroupPolicyOperation())

    created = ask(talk)
    assert (created.operation_type.value, created.operation_status.value) == ("none", "unknown")
    assert created.status_details is None


def test_the_page_iterator_sees_every_row_once(ask: Callable[[Talk], Any], file_id: str) -> None:
    from msgraph_core.tasks.page_iterator import PageIterator

    async def talk(client: Any) -> tuple[set[str], list[str], str]:
        collection = operations(client, file_id)
        made = {(await collection.post(an_operation(f"Row {number}"))).id for number in range(230)}
        first = await collection.get()
        assert len(first.value) == 100
        assert first.odata_next_link.startswith(("http://127.0.0.1:", "https://localhost:"))
        seen: list[str] = []
        iterator = PageIterator(first, client.request_adapter)

        def note(row: Any) -> bool:
            seen.append(row.id)
            return True

        await iterator.iterate(note)
        return made, seen, first.odata_next_link

    made, seen, _ = ask(talk)
    assert len(seen) == len(set(seen))
    assert made < set(seen)
    assert len(seen) == len(made) + 1  # and the upload itself


def test_top_is_the_page_size(ask: Callable[[Talk], Any], file_id: str) -> None:
    from kiota_abstractions.base_request_configuration import RequestConfiguration

    async def talk(client: Any) -> Any:
        collection = operations(client, file_id)
        await collection.post(an_operation())
        builder = type(collection)
        query = next(value for name, value in vars(builder).items() if name.endswith("GetQueryParameters"))(top=1)
        return await collection.get(request_configuration=RequestConfiguration(query_parameters=query))

    page = ask(talk)
    assert len(page.value) == 1
    assert page.odata_next_link


def test_rows_are_filtered_sorted_counted_and_searched(ask: Callable[[Talk], Any], file_id: str) -> None:
    async def talk(client: Any) -> Any:
        collection = operations(client, file_id)
        for details in ("alpha", "beta", "it's alpha"):
            await collection.post(an_operation(details))
        found = await collection.get(
            request_configuration=query(
                collection,
                filter="contains(statusDetails,'alpha') and operationStatus eq 'unknown'",
                orderby=["statusDetails desc"],
                select=["id", "statusDetails"],
                count=True,
            )
        )
        searched = await collection.get(request_configuration=query(collection, search='"it\'s alpha"'))
        number = await collection.count.get(
            request_configuration=query(collection.count, filter="startswith(statusDetails,'beta')")
        )
        return found, searched, number

    found, searched, number = ask(talk)
    assert [row.status_details for row in found.value] == ["it's alpha", "alpha"]
    assert found.odata_count == 2
    assert found.value[0].operation_type is None, "only what was selected comes"
    assert [row.status_details for row in searched.value] == ["it's alpha"]
    assert number == 1


def test_operations_and_definitions_come_along_with_their_file(ask: Callable[[Talk], Any], file_id: str) -> None:
    async def talk(client: Any) -> Any:
        item = files(client).by_group_policy_uploaded_definition_file_id(file_id)
        return await item.get(
            request_configuration=query(item, expand=["groupPolicyOperations", "definitions($expand=category)"])
        )

    file = ask(talk)
    assert [one.operation_status.value for one in file.group_policy_operations] == ["success"]
    assert [one.category.display_name for one in file.definitions] == ["Example"]


def test_a_batch_is_answered(ask: Callable[[Talk], Any], file_id: str) -> None:
    from msgraph_core.requests.batch_request_builder import BatchRequestBuilder
    from msgraph_core.requests.batch_request_content import BatchRequestContent
    from msgraph_core.requests.batch_request_item import BatchRequestItem

    async def talk(client: Any) -> Any:
        collection = operations(client, file_id)
        items = [
            BatchRequestItem(collection.to_get_request_information(), id="1"),
            BatchRequestItem(collection.to_post_request_information(an_operation("Batched")), id="2"),
        ]
        content = BatchRequestContent({item.id: item for item in items})
        return await BatchRequestBuilder(client.request_adapter).post(content)

    answered = ask(talk)
    assert {number: answered.get_response_status_codes()[number] for number in ("1", "2")} == {"1": 200, "2": 201}


def test_a_definition_file_is_uploaded_imported_and_deleted(ask: Callable[[Talk], Any]) -> None:
    from msgraph_beta.generated.models.o_data_errors.o_data_error import ODataError

    created = ask(upload(name="whole.admx"))
    assert created.status.value == "uploadInProgress"
    assert created.odata_type == "#microsoft.graph.groupPolicyUploadedDefinitionFile"
    file_id = finished(ask, created.id, "available")

    async def talk(client: Any) -> None:
        item = files(client).by_group_policy_uploaded_definition_file_id(file_id)
        (performed,) = (await item.group_policy_operations.get()).value
        assert performed.operation_type.value == "upload"
        assert performed.operation_status.value == "success"
        assert performed.status_details == "Imported 1 policy in 1 category, 1 language."
        listed = await files(client).get()
        assert file_id in {file.id for file in listed.value}
        assert (await item.get()).file_name == "whole.admx"
        # A performed operation is the worker's: refused with the reason.
        with pytest.raises(ODataError) as refused:
            await item.group_policy_operations.by_group_policy_operation_id(performed.id).delete()
        assert refused.value.response_status_code == 409
        assert "performs this operation itself" in refused.value.error.message
        assert await item.delete() is None
        with pytest.raises(ODataError) as missing:
            await item.get()
        assert missing.value.response_status_code == 404

    ask(talk)


def test_a_broken_file_fails_with_a_sentence(ask: Callable[[Talk], Any]) -> None:
    file_id = finished(ask, ask(upload(BROKEN_ADMX, "broken.admx")).id, "uploadFailed")

    async def talk(client: Any) -> Any:
        (performed,) = (await operations(client, file_id).get()).value
        return performed

    performed = ask(talk)
    assert performed.operation_status.value == "failed"
    assert "broken.admx" in performed.status_details
    assert "To fix:" in performed.status_details


@pytest.mark.parametrize(
    ("identifier", "status", "told"),
    [("not-a-guid", 404, "not-a-guid"), (str(uuid4()), 404, "")],
)
def test_errors_arrive_as_odata_errors(ask: Callable[[Talk], Any], identifier: str, status: int, told: str) -> None:
    from msgraph_beta.generated.models.o_data_errors.o_data_error import ODataError

    async def talk(client: Any) -> ODataError:
        with pytest.raises(ODataError) as raised:
            await files(client).by_group_policy_uploaded_definition_file_id(identifier).get()
        return raised.value

    error = ask(talk)
    assert error.response_status_code == status
    assert told in error.primary_message
    expect_whole(error)


def test_a_refused_body_names_what_is_wrong(ask: Callable[[Talk], Any]) -> None:
    from msgraph_beta.generated.models.o_data_errors.o_data_error import ODataError

    async def talk(client: Any) -> ODataError:
        with pytest.raises(ODataError) as raised:
            await upload(name="notes.txt")(client)
        return raised.value

    error = ask(talk)
    assert error.response_status_code == 400
    assert error.error.target == "fileName"
    assert ".admx" in error.primary_message
    expect_whole(error)


def expect_whole(error: Any) -> None:
    """Every part of Graph's envelope that the SDK reads."""
    assert error.error.code
    assert error.error.message
    assert error.error.inner_error.request_id == error.response_headers["request-id"]
    assert error.error.inner_error.client_request_id
    assert error.error.inner_error.date is not None


def test_a_refused_token_is_an_odata_error_too(portal: Portal) -> None:
    from msgraph_beta import GraphServiceClient
    from msgraph_beta.generated.models.o_data_errors.o_data_error import ODataError

    async def talk() -> ODataError:
        client = GraphServiceClient(StaticToken("nonsense"), scopes=["https://graph.microsoft.com/.default"])
        client.request_adapter.base_url = f"{portal.root}/beta"
        with pytest.raises(ODataError) as raised:
            await files(client).get()
        return raised.value

    error = asyncio.run(talk())
    assert error.response_status_code == 401
    assert error.error.code == "InvalidAuthenticationToken"
