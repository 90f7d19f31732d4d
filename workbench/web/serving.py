"""Serving a case until someone stops it: one process that keeps the graph up to date and answers browsers."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from types import FrameType

import uvicorn

from evidence.case import Case
from evidence.errors import UsageError
from evidence.ledger import Actor
from graph.live import LiveGraph
from workbench.printing import out, say
from workbench.web.accounts import Accounts
from workbench.web.app import build_app
from workbench.web.desk import Desk


def serve(case: Case, *, actor: Actor, host: str, port: int, cert: Path | None = None, key: Path | None = None) -> None:
    """Serve until stopped; raises UsageError where the address is taken or the certificate will not do, Busy where another serves."""
    _check_certificate(cert, key)
    listening = _listen(host, port)
    live = LiveGraph(case)
    desk = Desk(case=case, live=live, host=actor, accounts=Accounts(case), secure=cert is not None)
    hosts = [_written(host), "localhost", "127.0.0.1", "[::1]"] if host not in ("0.0.0.0", "::") else ["*"]  # noqa: S104 - compared, not bound
    app = build_app(desk, hosts=hosts)
    live.start()
    try:
        scheme = "https" if cert else "http"
        say(
            f"The workbench is open at {scheme}://{'localhost' if host == '127.0.0.1' else _written(host)}:{port}/ (ctrl-C stops it)"
        )
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, proxy_headers=False, timeout_keep_alive=30,
            timeout_graceful_shutdown=5, ssl_certfile=cert, ssl_keyfile=key and str(key), lifespan="off",
        )  # fmt: skip
        out.file.flush()
        _Stoppable(config).run(sockets=[listening])
    finally:
        live.close()
        listening.close()
    say("The workbench is closed.")


def _written(host: str) -> str:
    """Return a host as addresses carry it: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


class _Stoppable(uvicorn.Server):
    """A server that ends quietly when it is told to stop, so that whoever started it can put things away."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; the signal is not raised again afterwards."""
        super().handle_exit(sig, frame)
        self._captured_signals.clear()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(128)  # whoever reads our line and knocks at once is let in a moment later
    except OSError as error:
        made.close()
        raise UsageError(
            f"{_written(host)}:{port} cannot be listened on: {error.strerror}", next_step="choose another --port"
        ) from error
    return made


def _check_certificate(cert: Path | None, key: Path | None) -> None:
    if cert is None or key is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(
            f"the certificate and its key cannot be used: {error}", next_step="give PEM files that belong together"
        ) from error
