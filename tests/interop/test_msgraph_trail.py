"""The trail through msgraph-beta-sdk, which knows Graph's auditEvents."""

import asyncio
import os
from datetime import timedelta
from typing import Any

import pytest

from tests.interop.graph_sdk import StaticToken
from tests.journeys.portal import OPERATIONS, Portal

if os.environ.get("PORTAL_INTEROP") != "1":
    pytest.skip("Microsoft's SDK is large: run `make interop`", allow_module_level=True)

pytestmark = [pytest.mark.journey, pytest.mark.sqlite_only, pytest.mark.xdist_group("interop")]
pytestmark.append(pytest.mark.filterwarnings("ignore::DeprecationWarning"))


def test_an_auditors_script_reads_filters_and_counts_the_trail(portal: Portal) -> None:
    from msgraph_beta import GraphServiceClient
    from msgraph_beta.generated.device_management.audit_events.audit_events_request_builder import (
        AuditEventsRequestBuilder,
    )

    portal.call("POST", OPERATIONS, {"operationType": "upload"})
    token = portal.manage("issue_token", "Auditing", "--scope", "AuditLog.Read.All").stdout.strip()

    async def talk() -> Any:
        client = GraphServiceClient(StaticToken(token), scopes=["https://graph.microsoft.com/.default"])
        client.request_adapter.base_url = f"{portal.root}/beta"
        events = client.device_management.audit_events
        builder = AuditEventsRequestBuilder.AuditEventsRequestBuilderGetQueryParameters
        asked = builder(filter="activity eq 'operation.recorded'", top=1, count=True)
        found = await events.get(
            AuditEventsRequestBuilder.AuditEventsRequestBuilderGetRequestConfiguration(query_parameters=asked)
        )
        item = await events.by_audit_event_id(found.value[0].id).get()
        return found, item

    found, item = asyncio.run(talk())
    assert found.odata_count >= 1
    assert item.activity == "operation.recorded"
    assert item.actor.audit_actor_type == "Application"
    assert item.actor.ip_address == "127.0.0.1"
    assert item.resources[0].audit_resource_type == "GroupPolicyOperation"
    assert item.activity_date_time.utcoffset() == timedelta(0)
    assert not [name for name in item.additional_data if not name.startswith("@odata.")]
