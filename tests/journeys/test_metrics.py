"""One scrape tells of all web processes, whichever of them answers it."""

from prometheus_client.parser import text_string_to_metric_families

from tests.journeys.portal import JOURNEY, Portal

pytestmark = JOURNEY


def probes_counted(portal: Portal) -> float:
    scrape = portal.call("GET", "/metrics")
    assert scrape.status == 200
    return sum(
        sample.value
        for family in text_string_to_metric_families(scrape.text)
        for sample in family.samples
        if sample.name == "gpo_portal_http_request_duration_seconds_count" and sample.labels["route"] == "healthz"
    )


def test_every_answer_is_counted_whichever_process_gave_it(portal: Portal) -> None:
    before = probes_counted(portal)
    for _ in range(40):
        portal.call("GET", "/healthz")
    assert probes_counted(portal) == before + 40
    assert len(list((portal.folder / "latencies").glob("histogram_*.db"))) == 2
