"""`make run`: from nothing to a running portal, and back to nothing but its data."""

import os
import signal
import socket
import stat
from pathlib import Path

import pytest

from tests.journeys.portal import JOURNEY, OPERATIONS, Portal, environment, free_port, manage, processes_of, reachable
from tests.waiting import until

pytestmark = JOURNEY


def test_the_first_start_tells_addresses_sign_in_and_a_curl(portal: Portal) -> None:
    screen = until(lambda: portal.log() if "curl -i" in portal.log() else "", what="the screen that tells where to go")
    for told in ("/admin/", OPERATIONS, portal.admin_password, str(portal.folder / "quick-start-token")):
        assert told in screen
    assert screen.count(portal.admin_password) == 1
    assert portal.token not in screen


@pytest.mark.parametrize("name", ["admin-password", "quick-start-token", "secret-key"])
def test_secrets_are_readable_by_their_owner_only(portal: Portal, name: str) -> None:
    assert stat.S_IMODE((portal.folder / name).stat().st_mode) == 0o600


def test_every_file_of_the_portal_is_its_owners_alone_whatever_the_umask(portal: Portal) -> None:
    portal.call("GET", "/readyz")
    open_to_others = {
        str(path.relative_to(portal.folder)): oct(path.stat().st_mode)
        for path in (portal.folder, *portal.folder.rglob("*"))
        if path.exists() and path.stat().st_mode & 0o077
    }
    assert open_to_others == {}


def test_the_start_says_what_makes_it_less_safe(portal: Portal) -> None:
    said = [line for line in portal.log().splitlines() if line.startswith("Warning: ")]
    assert "No checkpoint leaves this machine" in said[-1]
    assert all(line.endswith(".") for line in said)


def test_the_curl_on_the_screen_creates_an_operation(portal: Portal) -> None:
    body = {"operationType": "upload", "operationStatus": "success", "statusDetails": "Done by hand."}
    created = portal.call("POST", OPERATIONS, body)
    assert created.status == 201
    assert portal.call("GET", created.headers["Location"]).json["statusDetails"] == "Done by hand."


def test_a_dead_worker_is_started_again_while_the_web_goes_on(portal: Portal) -> None:
    dead = portal.worker_process
    assert dead is not None
    os.kill(dead, signal.SIGKILL)
    until(
        lambda: portal.call("GET", OPERATIONS).status == 200 and portal.worker_process not in {None, dead},
        what="supervisor to start another worker",
    )


def test_a_killed_web_server_is_started_again_and_leaves_no_process_behind(portal: Portal) -> None:
    def web_processes() -> dict[int, str]:
        return {number: line for number, line in processes_of(portal.folder).items() if "gpo_portal.server" in line}

    (dead,) = web_processes()
    children = {number for number, line in processes_of(portal.folder).items() if "spawn_main" in line}
    os.kill(dead, signal.SIGKILL)
    until(lambda: set(web_processes()) - {dead}, what="a new web server")
    until(lambda: not children & set(processes_of(portal.folder)), what="the old one's processes to end")
    until(lambda: reachable(f"{portal.root}/healthz"), what="the web server to answer")


def test_a_second_start_on_the_same_folder_is_refused_in_one_line(portal: Portal) -> None:
    refused = manage("start", env=environment(portal.folder, free_port()))
    assert refused.returncode != 0
    assert refused.stderr == (
        f"CommandError: A portal is already running on {portal.folder}. Stop it, or choose another PORTAL_DATA_DIR.\n"
    )


def test_a_busy_port_is_refused_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = manage("start", env=environment(tmp_path / "data", port))
    assert refused.returncode != 0
    assert refused.stdout == ""
    assert refused.stderr == (
        f"CommandError: 127.0.0.1:{port} cannot be listened on: Address already in use. "
        "Choose another with PORT=8001 make run.\n"
    )


def test_a_disabled_quick_start_client_is_no_reason_not_to_start(tmp_path: Path) -> None:
    portal = Portal(tmp_path / "data").start()
    try:
        portal.manage("api_client", "disable", f"Quick start on {socket.gethostname()}", "--reason", "Not wanted here")
        assert portal.stop() == 0
        portal.start()
        assert "No quick-start token was made." in portal.log()
        assert not (portal.folder / "quick-start-token").exists()
        assert portal.stop() == 0
    finally:
        portal.kill()


def test_ctrl_c_stops_everything_and_a_new_start_keeps_all_data(portal: Portal, tmp_path: Path) -> None:
    """Beside the portal of the other journeys: two instances do not disturb each other."""
    second = Portal(tmp_path / "second", PORTAL_WEB_PROCESSES="1")
    try:
        second.start()
        created = second.call("POST", OPERATIONS, {"statusDetails": "Kept"})
        first_password, first_token = second.admin_password, second.token
        assert second.stop() == 0, second.log()
        assert second.left_over == {}
        assert portal.call("GET", OPERATIONS).status == 200

        second.start()
        assert second.call("GET", f"{OPERATIONS}/{created.json['id']}").json["statusDetails"] == "Kept"
        assert second.admin_password == first_password
        assert second.token != first_token
        assert second.call("GET", OPERATIONS).json["value"] != portal.call("GET", OPERATIONS).json["value"]
        assert second.stop() == 0, second.log()
        assert second.left_over == {}
        assert second.log().count(first_password) == 1
    finally:
        second.kill()
