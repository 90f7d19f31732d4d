"""A served case: in this process for most tests, and by the real command for a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from running import ROOT
from starlette.testclient import TestClient

from evidence.case import Case, open_case
from evidence.ledger import Actor
from graph.live import LiveGraph
from workbench.web.accounts import ROLES, Account, Accounts, Role
from workbench.web.app import build_app
from workbench.web.desk import Desk

PASSWORD = "a lay-by near Tern Yard"
HOST = Actor(name="the server", account="tester", host="bench")


@dataclass
class Office:
    """A case that is served in this process, and the people who may sign in to it."""

    desk: Desk
    clients: list[TestClient]

    @property
    def case(self) -> Case:
        return self.desk.case

    def visitor(self) -> TestClient:
        """A browser in which nobody is signed in."""
        client = TestClient(build_app(self.desk), raise_server_exceptions=False, follow_redirects=False)
        self.clients.append(client)
        return client

    def person(self, *roles: Role) -> TestClient:
        """A browser in which somebody with these roles is signed in; its requests carry the token."""
        name = "-".join(roles) or "nobody"
        self.let_in(name, roles)
        token, session = self.desk.sessions.begin(name, roles)
        client = self.visitor()
        client.cookies.set("casegraph", token)
        client.headers["x-csrf-token"] = session.csrf
        return client

    def let_in(self, name: str, roles: tuple[Role, ...], *, closed: bool = False) -> None:
        """Put an account on file that no password opens: hashing one takes longer than a test."""
        account = Account(name=name, roles=roles, hashed="", closed=closed)
        self.desk.accounts._write(self.desk.accounts.all() | {name: account})

    def wait(self) -> None:
        """Until the graph tells all that was written."""
        self.desk.live.catch_up()


@pytest.fixture
def serve() -> Iterator[Callable[[Case], Office]]:
    """Serve a case in this process; everything is let go of when the test ends."""
    offices: list[Office] = []

    def start(case: Case) -> Office:
        live = LiveGraph(case)
        live.start()
        offices.append(Office(Desk(case=case, live=live, host=HOST, accounts=Accounts(case)), []))
        return offices[-1]

    yield start
    for office in offices:
        for client in office.clients:
            client.close()
        office.desk.live.close()


@pytest.fixture(scope="module")
def sample_office(ingested_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The ingested sample case, served in this process for all tests of one module: look, and write what others need not see."""
    root = tmp_path_factory.mktemp("served") / "sample"
    shutil.copytree(ingested_sample, root, ignore=shutil.ignore_patterns(".graph.building"))
    case = open_case(root)
    live = LiveGraph(case)
    live.start()
    office = Office(Desk(case=case, live=live, host=HOST, accounts=Accounts(case)), [])
    yield office
    for client in office.clients:
        client.close()
    live.close()


@dataclass
class Site:
    """The sample case as `casegraph serve` serves it, for a real browser."""

    address: str
    case: Case
    name: str = "Ana Reviewer"
    password: str = PASSWORD


@pytest.fixture(scope="module")
def site(ingested_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A copy of the sample case, served by the real command on a free port; one person has every role."""
    with served(ingested_sample, tmp_path_factory.mktemp("site") / "sample") as running:
        yield running


@contextmanager
def served(sample: Path, root: Path, *, settings: str = "") -> Iterator[Site]:
    """Serve a copy of a case by the real command, with these lines more among its settings."""
    shutil.copytree(sample, root, ignore=shutil.ignore_patterns(".graph.building"))
    toml = root / "case.toml"
    toml.write_text(toml.read_text() + settings)
    case = open_case(root)
    Accounts(case).add("Ana Reviewer", PASSWORD, ROLES)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"CASEGRAPH_NAMES_PIPELINE": "bundled"}
    command = [sys.executable, "-m", "workbench", "serve", str(root), "--port", str(port)]
    with (
        (root.parent / "serve.log").open("wb") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as server,
    ):
        try:
            _wait_for(f"http://127.0.0.1:{port}/sign-in", server)
            yield Site(address=f"http://127.0.0.1:{port}", case=case)
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")
