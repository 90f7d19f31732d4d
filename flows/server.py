"""The Prefect server a flow reports to: one that is already up, or a temporary one that dies with us.

Prefect's own temporary server is started late and survives its parent's death; this one starts beside everything else,
is bound to loopback, runs no background services and sends nothing anywhere. (A server in a thread of this process was
tried: it saves importing Prefect twice, and took longer, since all of it then waits for one interpreter.)
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from evidence.errors import EngineMissing

_START_SECONDS = 120.0
_MIGRATED = ".migrated"
_QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_CLIENT_MAX_RETRIES": "3",
    "PREFECT_SHOW_UPDATE_NOTIFICATIONS": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}
TEMPORARY = {
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT__SERVER_FINAL": "1",
    "PREFECT_UI_ENABLED": "0",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
}
"""What makes a Prefect server a temporary one: no page, no services, nothing registered."""


def prefect_home(environment: Mapping[str, str]) -> Path:
    """Return the product's own Prefect folder, unless the user has set one."""
    if given := environment.get("PREFECT_HOME"):
        return Path(given)
    data = environment.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser() / "casegraph" / "prefect"


def quiet_prefect(environment: MutableMapping[str, str] = os.environ) -> None:
    """Turn off telemetry, result storage and console logs; must run before prefect is imported."""
    environment.setdefault("PREFECT_HOME", str(prefect_home(environment)))
    for name, value in _QUIET.items():
        environment.setdefault(name, value)


class TemporaryServer:
    """A Prefect server for one command; a server that is already up is used instead and left alone."""

    def __init__(self, environment: MutableMapping[str, str] = os.environ) -> None:
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._url = ""
        self._before: str | None = None

    @property
    def is_ours(self) -> bool:
        """Whether it is a server of our own that ends with the command."""
        return self._process is not None

    def start(self) -> None:
        """Begin to start it, without waiting; does nothing the second time.

        To be called from the main thread: the server dies with the thread that started it.
        """
        quiet_prefect(self._environment)
        if self._process is not None or server_is_up(self._environment):
            return
        home = prefect_home(self._environment)
        home.mkdir(parents=True, exist_ok=True)
        port = _free_port()
        settings = dict(self._environment) | TEMPORARY
        self._before = settings.pop("PREFECT_API_URL", None)
        if (home / _MIGRATED).is_file():
            settings["PREFECT_SERVER_DATABASE_MIGRATE_ON_START"] = "false"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "flows.temporary_server", str(port)],
            env=settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._url = f"http://127.0.0.1:{port}/api"
        self._environment["PREFECT_API_URL"] = self._url  # before prefect is imported, which reads it once

    def wait(self) -> None:
        """Wait until it answers; raises EngineMissing where it does not come up."""
        if self._process is None:
            return
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(self._url):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise EngineMissing(
                    "Prefect's temporary server does not start",
                    next_step="run `casegraph doctor`, or start one with `prefect server start`",
                )
            time.sleep(0.1)

    def stop(self) -> None:
        """End a server of our own; does nothing to one that was there."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait(timeout=10)
        self._process = None
        if self._before is None:
            self._environment.pop("PREFECT_API_URL", None)
        else:
            self._environment["PREFECT_API_URL"] = self._before


def migrate(environment: MutableMapping[str, str] = os.environ) -> None:
    """Make or upgrade the Prefect database of the product's own folder; set-up does it once."""
    quiet_prefect(environment)
    home = prefect_home(environment)
    home.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "-y"]
    subprocess.run(command, env=dict(environment), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    (home / _MIGRATED).touch()


def server_is_up(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a Prefect server that someone started answers at `PREFECT_API_URL`."""
    return _answers(environment.get("PREFECT_API_URL", ""))


def _answers(url: str) -> bool:
    if not url:
        return False
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=15) as response:  # noqa: S310 - our own loopback address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    migrate()
