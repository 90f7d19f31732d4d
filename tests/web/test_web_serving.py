"""`casegraph serve` and `casegraph user` as commands: what they refuse, and that a served case answers over TLS."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from running import ROOT, casegraph

from evidence.acts import AccountChanged
from evidence.case import Case
from web.conftest import PASSWORD
from workbench.web.accounts import Accounts


def _user(case: Case, *words: str, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "workbench", "user", *words]
    return subprocess.run(command, input=f"{password}\n", capture_output=True, text=True, cwd=ROOT, check=False)


def test_accounts_are_added_changed_closed_and_listed(case: Case) -> None:
    root = str(case.root)
    added = _user(case, "add", root, "ana", "--role", "review", "--role", "analyse", "--password-stdin")
    assert added.stdout == "ana may sign in: analyse, review.\n"
    casegraph("user", "change", root, "ana", "--role", "audit", "--close")
    assert json.loads(casegraph("user", "list", root, "--json")) == [
        {"name": "ana", "roles": ["audit"], "closed": True}
    ]
    casegraph("user", "change", root, "ana", "--reopen")
    acts = [event.act for event in case.access.events() if isinstance(event.act, AccountChanged)]
    assert [act.what for act in acts] == ["added", "roles", "closed", "opened"]
    assert PASSWORD not in (case.root / "ledger" / "access.jsonl").read_text()


def test_what_a_new_account_may_not_be(case: Case) -> None:
    root = str(case.root)
    assert (
        "too short" in _user(case, "add", root, "ana", "--role", "review", "--password-stdin", password="short").stderr
    )
    assert "needs a role" in _user(case, "add", root, "ana", "--password-stdin").stderr
    assert "no such role: root" in _user(case, "add", root, "ana", "--role", "root", "--password-stdin").stderr
    assert "nobody to ask" in _user(case, "add", root, "ana", "--role", "review").stderr
    assert not Accounts(case).all()


def test_serving_refuses_what_would_not_do(case: Case, tmp_path: Path) -> None:
    root = str(case.root)
    assert "nobody can sign in yet" in casegraph("serve", root, code=2)
    Accounts(case).add("ana", PASSWORD, ("review",))
    assert "in the clear" in casegraph("serve", root, "--host", "0.0.0.0", code=7)
    assert "needs its key" in casegraph("serve", root, "--cert", tmp_path / "c.pem", code=2)
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    assert "cannot be used" in casegraph("serve", root, "--cert", broken, "--key", broken, code=2)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "cannot be listened on" in casegraph("serve", root, "--port", taken.getsockname()[1], code=2)


@pytest.mark.skipif(not Path("/usr/bin/openssl").exists(), reason="openssl makes the certificate of this test")
def test_a_certificate_makes_it_https_and_cookies_secure(case: Case, tmp_path: Path) -> None:
    Accounts(case).add("ana", PASSWORD, ("review",))
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2"]
    subprocess.run([*made, "-subj", "/CN=localhost"], check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "workbench",
        "serve",
        str(case.root),
        "--port",
        str(port),
        "--cert",
        cert,
        "--key",
        key,
    ]
    unchecked = ssl.create_default_context()
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ) as server:
        assert server.stdout is not None
        try:
            said = server.stdout.readline()
            data = f"name=ana&password={PASSWORD.replace(' ', '+')}".encode()
            asked = urllib.request.Request(f"https://127.0.0.1:{port}/api/session", data=data)
            with urllib.request.urlopen(asked, context=unchecked, timeout=20) as answer:
                cookie = answer.headers["set-cookie"]
            server.send_signal(signal.SIGINT)
            assert server.wait(timeout=30) == 0
        finally:
            server.kill()
    assert said.startswith(f"The workbench is open at https://localhost:{port}/")
    assert "Secure" in cookie


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6")
def test_the_address_that_is_printed_opens_over_ipv6(case: Case) -> None:
    Accounts(case).add("ana", PASSWORD, ("review",))
    with socket.socket(socket.AF_INET6) as free:
        free.bind(("::1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "workbench", "serve", str(case.root), "--host", "::1", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ) as server:
        assert server.stdout is not None
        try:
            said = server.stdout.readline()
            assert said.startswith(f"The workbench is open at http://[::1]:{port}/ ")
            with urllib.request.urlopen(said.split()[5] + "sign-in", timeout=20) as answer:
                assert answer.status == 200
        finally:
            server.terminate()
            server.wait(timeout=30)
