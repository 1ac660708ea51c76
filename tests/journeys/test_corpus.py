"""Every real ADMX family into an empty portal by REST, as scripts do it, performed by the portal's own worker."""

from pathlib import Path

from tests.journeys.portal import FILES, JOURNEY, Portal
from tests.test_corpus import BROKEN, FAMILIES, as_graph_body, templates
from tests.waiting import until

pytestmark = JOURNEY


def test_every_family_ends_as_it_should(corpus: Path, tmp_path: Path) -> None:
    portal = Portal(tmp_path / "corpus", PORTAL_WEB_PROCESSES="1")
    try:
        portal.start()
        sent = {}
        for family in FAMILIES:
            for definition in templates(corpus / family):
                created = portal.call("POST", FILES, as_graph_body(definition))
                assert created.status == 201, (definition, created.text)
                assert created.json["status"] == "uploadInProgress"
                sent[created.json["id"]] = definition.relative_to(corpus).as_posix()

        def states() -> dict[str, str]:
            listed = portal.call("GET", f"{FILES}?$top=1000").json["value"]
            return {file["id"]: file["status"] for file in listed}

        until(lambda: "uploadInProgress" not in states().values(), what="all to end", within=180, every=0.5)
        ended = states()
        assert set(ended) == set(sent)
        assert {sent[key] for key, state in ended.items() if state == "uploadFailed"} == set(BROKEN)
        for key, name in sent.items():
            details = portal.operation_of(key)["statusDetails"]
            assert ended[key] == ("uploadFailed" if name in BROKEN else "available"), (name, details)
            assert BROKEN.get(name, "Imported ") in details, name
            assert ("To fix: " in details) or name not in BROKEN
        assert " ERROR " not in portal.log(), portal.log()
        assert portal.stop() == 0
        assert portal.left_over == {}
    finally:
        portal.kill()
