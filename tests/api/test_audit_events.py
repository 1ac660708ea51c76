"""auditEvents: the trail as Microsoft Graph shapes it, read only, and every reading told."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client

from operations import audit
from operations.choices import Outcome, Scope
from operations.models import AuditEvent
from tests import rows
from tests.api.read_only import ReadOnly
from tests.api.resource import DATE, GUID, content, error_of, ids, statements
from tests.audit.histories import as_owner

pytestmark = pytest.mark.django_db
ADDRESS = "/beta/deviceManagement/auditEvents"
BY_CLIENT = rows.an_actor("*", name="Nightly script")


def corrected(**values: Any) -> AuditEvent:
    operation = rows.a_recorded_operation()
    with transaction.atomic():
        return audit.record(
            audit.AuditAction.OPERATION_CORRECTED,
            operation,
            by=values.pop("by", BY_CLIENT),
            before={"status_details": "before", "operation_status": "unknown"},
            after={"status_details": None, "operation_status": "unknown"},
            **values,
        )


@pytest.fixture
def reader(token_for: Callable[..., str]) -> Client:
    """A caller who may read the trail and nothing else."""
    return Client(headers={"authorization": f"Bearer {token_for(Scope.AUDIT_READ, name='Auditor')}"})


class TestAuditEvents(ReadOnly):
    """The contract's refusals; what is listed here grows with each reading."""

    @pytest.fixture
    def path(self, db: None) -> str:
        return "auditEvents"

    def make(self, path: str, **values: Any) -> AuditEvent:
        return corrected()

    def key_of(self, row: Any) -> str:
        return str(row.event_id)

    @pytest.fixture
    def reader(self, token_for: Callable[..., str]) -> Client:
        return Client(headers={"authorization": f"Bearer {token_for(Scope.AUDIT_READ)}"})

    @pytest.mark.parametrize(("scope", "status"), [(Scope.READ, 403), (Scope.READ_WRITE, 403), (Scope.AUDIT_READ, 200)])
    def test_scopes_decide_who_may_read(
        self, token_for: Callable[..., str], address: str, path: str, scope: str, status: int
    ) -> None:
        caller = Client(headers={"authorization": f"Bearer {token_for(scope)}"})
        for below in ("", "/$count", f"/{self.make(path).event_id}", "/gpoPortal.export"):
            assert caller.get(f"{address}{below}").status_code == status


def test_an_event_has_the_shape_of_graphs_auditevent(reader: Client) -> None:
    event = corrected(outcome=Outcome.FAILURE)
    found = content(reader.get(f"{ADDRESS}/{event.event_id}"))
    assert found.pop("@odata.context").endswith("/beta/$metadata#deviceManagement/auditEvents/$entity")
    assert found.pop("@odata.type") == "#microsoft.graph.auditEvent"
    assert DATE.match(found.pop("activityDateTime"))
    assert found == {
        "activity": "operation.corrected",
        "activityOperationType": "Patch",
        "activityResult": "Failure",
        "activityType": "operation.corrected",
        "actor": {
            "applicationDisplayName": "Nightly script",
            "applicationId": "client-1",
            "auditActorType": "Application",
            "ipAddress": "192.0.2.7",
            "remoteTenantId": None,
            "remoteUserId": None,
            "servicePrincipalName": "Nightly script",
            "type": "Application",
            "userId": None,
            "userPermissions": ["*"],
            "userPrincipalName": None,
            "userRoleScopeTags": [],
        },
        "category": "Operation",
        "componentName": "api",
        "correlationId": event.request_id,
        "displayName": "Recorded operation corrected",
        "id": str(event.event_id),
        "resources": [
            {
                "auditResourceType": "GroupPolicyOperation",
                "displayName": "Upload",
                "modifiedProperties": [{"displayName": "status_details", "newValue": None, "oldValue": "before"}],
                "resourceId": event.object_id,
                "type": "GroupPolicyOperation",
            }
        ],
    }
    assert GUID.match(found["id"])


def test_a_forged_event_hides_no_other(reader: Client) -> None:
    first, second = corrected(), corrected()
    with as_owner():
        AuditEvent.objects.filter(pk=second.pk).update(action="no.such", actor_type="nobody", request_id="")
    page = content(reader.get(ADDRESS))["value"]
    assert {row["id"] for row in page} >= {str(first.event_id), str(second.event_id)}
    (forged,) = [row for row in page if row["id"] == str(second.event_id)]
    assert (forged["displayName"], forged["category"], forged["actor"]["type"]) == (None, None, "System")
    assert ids(reader.get(f"{ADDRESS}?$filter=category eq null")) == [str(second.event_id)]


def test_the_newest_come_first_and_pages_neither_miss_nor_repeat(reader: Client) -> None:
    made = [str(corrected().event_id) for _ in range(5)][::-1]
    found: list[str] = []
    link = f"{ADDRESS}?$top=2&$filter=activity eq 'operation.corrected'"
    while link:
        page = content(reader.get(link))
        found += [row["id"] for row in page["value"]]
        link = page.get("@odata.nextLink", "")
    assert found == made


FILTERS = [
    "activity eq 'operation.corrected'",
    "activityType eq 'operation.corrected' and activityDateTime gt 2020-01-01",
    "displayName eq 'Recorded operation corrected'",
    "activityOperationType eq 'Patch'",
    "activityResult eq 'Denied'",
    "category eq 'Operation' and componentName eq 'api'",
    "correlationId eq {request_id}",
    "correlationId eq '{request_id}'",
    "id eq '{event_id}'",
    "actor/applicationDisplayName eq 'Nightly script' and actor/type eq 'Application' and category eq 'Operation'",
    "actor/ipAddress eq '192.0.2.7' and activity eq 'operation.corrected'",
    "startswith(actor/ipAddress, '192.0.2.') and activity eq 'operation.corrected'",
    "actor/applicationId eq 'client-1' and actor/userId eq null and category eq 'Operation'",
    "resources/any(r: r/resourceId eq '{object_id}')",
    "resources/any(r: r/type eq 'GroupPolicyOperation' and r/displayName eq 'Upload')",
]


@pytest.mark.parametrize("filter_", FILTERS)
def test_events_can_be_filtered_by_what_they_show(reader: Client, filter_: str) -> None:
    rows.a_category()
    event = corrected(outcome=Outcome.DENIED)
    written = filter_.format(request_id=event.request_id, event_id=event.event_id, object_id=event.object_id)
    answer = reader.get(f"{ADDRESS}?$count=true&$filter={quote(written)}")
    assert ids(answer) == [str(event.event_id)]
    assert content(answer)["@odata.count"] == 1


@pytest.mark.parametrize(
    ("option", "naming"),
    [
        ("$filter=actor eq 'x'", "actor"),
        ("$filter=actor/nothing eq 'x'", "nothing"),
        ("$filter=actor/userPermissions eq 'x'", "userPermissions"),
        ("$filter=resources/any(r: r/modifiedProperties/any(p: p/displayName eq 'x'))", "modifiedProperties"),
        ("$orderby=actor", "actor"),
        ("$select=nothing", "nothing"),
        ("$expand=actor", "actor"),
        ("$filter=before eq 'x'", "before"),
    ],
)
def test_an_option_that_cannot_be_honoured_is_refused(reader: Client, option: str, naming: str) -> None:
    error_of(reader.get(f"{ADDRESS}?{option}"), 400, naming=naming)


def test_events_can_be_sorted_searched_selected_and_counted(reader: Client) -> None:
    first, second = corrected(reason="CHG0001 zebra"), corrected(reason="CHG0002 zebra")
    made = [str(first.event_id), str(second.event_id)]
    assert ids(reader.get(f"{ADDRESS}?$search=zebra&$orderby=activityDateTime")) == made
    assert ids(reader.get(f"{ADDRESS}?$search=zebra&$orderby=actor/userId,correlationId desc")) is not None
    assert reader.get(f"{ADDRESS}/$count?$search=zebra").content == b"2"
    (shown,) = content(reader.get(f"{ADDRESS}?$top=1&$select=id,actor"))["value"]
    assert set(shown) == {"id", "actor"}


def test_the_metadata_describes_it(client: Client) -> None:
    text = client.get("/beta/$metadata").text
    for name in ("auditEvent", "auditActor", "auditResource", "auditProperty", "roleScopeTagInfo"):
        assert f'Name="{name}"' in text
    assert '<NavigationProperty Name="auditEvents" Type="Collection(graph.auditEvent)"' in text
    assert '<Property Name="actor" Type="graph.auditActor"' in text
    assert "/beta/deviceManagement/auditEvents" in client.get("/api/schema").text


def test_every_reading_is_an_event(reader: Client) -> None:
    event = corrected()
    reader.get(f"{ADDRESS}?$top=1")
    reader.get(f"{ADDRESS}/$count")
    reader.get(f"{ADDRESS}/{event.event_id}")
    error_of(reader.get(f"{ADDRESS}?$filter=nonsense"), 400)
    told = AuditEvent.objects.filter(action="trail.read").order_by("sequence")
    assert [(one.actor_name, one.after) for one in told] == [
        ("Auditor", {"what": "list", "events": 1, "filters": "$top=1"}),
        ("Auditor", {"what": "count", "events": 0, "filters": ""}),
        ("Auditor", {"what": f"event {event.sequence}", "events": 1, "filters": ""}),
    ]


def test_a_page_costs_as_many_queries_at_any_length(reader: Client, django_assert_max_num_queries: Any) -> None:
    for _ in range(20):
        corrected()
    reader.get(f"{ADDRESS}?$top=1")
    with django_assert_max_num_queries(12) as few:
        reader.get(f"{ADDRESS}?$top=1")
    with django_assert_max_num_queries(12) as many:
        reader.get(f"{ADDRESS}?$top=20")
    assert len(statements(few)) == len(statements(many))


def test_the_trail_is_exported_as_a_stream(reader: Client) -> None:
    events = [corrected().sequence for _ in range(3)]
    answer: Any = reader.get(f"{ADDRESS}/gpoPortal.export?after={events[0]}")
    lines = b"".join(answer.streaming_content).splitlines()
    assert answer["Content-Type"] == "application/jsonl"
    assert "attachment" in answer["Content-Disposition"]
    assert [json.loads(line)["sequence"] for line in lines] == list(range(events[0] + 1, events[-1] + 1))
    assert answer["Gpo-Portal-Up-To"] == str(events[-1])
    answer = reader.get(f"{ADDRESS}/gpoPortal.export?fileFormat=csv")
    header, *told = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode(), newline=""))
    assert header[0] == "sequence"
    assert [row[0] for row in told] == [str(number) for number in range(1, events[-1] + 2)]
    exports = AuditEvent.objects.filter(action="trail.exported").order_by("sequence")
    assert [event.after["up_to_sequence"] for event in exports] == [events[-1], events[-1] + 1]


@pytest.mark.parametrize(
    "query", ["fileFormat=pdf", "format=csv", "after=-1", "after=x", "after=" + "9" * 30, "$filter=x", "before=1"]
)
def test_a_bad_export_is_refused(reader: Client, query: str) -> None:
    error_of(reader.get(f"{ADDRESS}/gpoPortal.export?{query}"), 400)
    assert not AuditEvent.objects.filter(action="trail.exported").exists()
