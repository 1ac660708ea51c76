"""How the tests speak to the portal with msgraph-beta-sdk. Its imports stand inside: it is large and optional."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.admx import samples
from tests.rows import ADML
from tests.waiting import until

Talk = Callable[[Any], Awaitable[Any]]


class StaticToken:
    """A credential as azure.identity has them, for a token that is already there."""

    def __init__(self, token: str) -> None:
        self.token = token

    def get_token(self, *scopes: str, **options: Any) -> Any:
        from azure.core.credentials import AccessToken

        return AccessToken(self.token, 4102444800)


@pytest.fixture(params=["a token over http", "azure-identity over TLS"])
def ask(request: pytest.FixtureRequest) -> Callable[[Talk], Any]:
    """Run one conversation with a fresh client."""
    from azure.identity import ClientSecretCredential
    from msgraph_beta import GraphServiceClient

    with_identity = request.param == "azure-identity over TLS"
    portal = request.getfixturevalue("secure" if with_identity else "portal")

    def run(talk: Talk) -> Any:
        async def conversation() -> Any:
            if with_identity:
                credential: Any = ClientSecretCredential(
                    "contoso",
                    portal.client_id,
                    portal.client_secret,
                    authority=portal.root,
                    disable_instance_discovery=True,
                )
                client = GraphServiceClient(credential, scopes=[f"{portal.root}/.default"])
            else:
                credential = StaticToken(portal.token)
                client = GraphServiceClient(credential, scopes=["https://graph.microsoft.com/.default"])
            client.request_adapter.base_url = f"{portal.root}/beta"
            return await talk(client)

        return asyncio.run(conversation())

    return run


def files(client: Any) -> Any:
    return client.device_management.group_policy_uploaded_definition_files


@pytest.fixture
def file_id(ask: Callable[[Talk], Any]) -> str:
    """A definition file that was imported; operations in the SDK hang below one."""
    return str(finished(ask, ask(upload()).id, "available"))


def an_admx(*policies: str) -> bytes:
    """A template that may be in force beside all others."""
    return samples.admx(*policies, target=samples.target(f"Sdk.{uuid4()}")).encode()


def upload(content: bytes = b"", name: str = "sdk.admx") -> Talk:
    from msgraph_beta.generated.models.group_policy_uploaded_definition_file import GroupPolicyUploadedDefinitionFile
    from msgraph_beta.generated.models.group_policy_uploaded_language_file import GroupPolicyUploadedLanguageFile

    async def talk(client: Any) -> Any:
        body = GroupPolicyUploadedDefinitionFile(
            file_name=name,
            default_language_code="en-US",
            content=content or an_admx(),
            group_policy_uploaded_language_files=[
                GroupPolicyUploadedLanguageFile(file_name="sdk.adml", language_code="en-US", content=ADML)
            ],
        )
        return await files(client).post(body)

    return talk


def finished(ask: Callable[[Talk], Any], file_id: str, status: str) -> str:
    async def current(client: Any) -> Any:
        return (await files(client).by_group_policy_uploaded_definition_file_id(file_id).get()).status

    until(lambda: ask(current).value not in {"uploadInProgress"}, what="the upload to end", every=0.2)
    assert ask(current).value == status
    return file_id


def operations(client: Any, file_id: str) -> Any:
    return files(client).by_group_policy_uploaded_definition_file_id(file_id).group_policy_operations


def an_operation(details: str | None = "By SDK") -> Any:
    from msgraph_beta.generated.models.group_policy_operation import GroupPolicyOperation
    from msgraph_beta.generated.models.group_policy_operation_status import GroupPolicyOperationStatus
    from msgraph_beta.generated.models.group_policy_operation_type import GroupPolicyOperationType

    return GroupPolicyOperation(
        odata_type="#microsoft.graph.groupPolicyOperation",
        operation_type=GroupPolicyOperationType.AddLanguageFiles,
        operation_status=GroupPolicyOperationStatus.Unknown,
        status_details=details,
    )


def query(builder: Any, **options: Any) -> Any:
    """The SDK's own class for the query options of a request builder."""
    from kiota_abstractions.base_request_configuration import RequestConfiguration

    parameters = next(value for name, value in vars(type(builder)).items() if name.endswith("GetQueryParameters"))
    return RequestConfiguration(query_parameters=parameters(**options))
