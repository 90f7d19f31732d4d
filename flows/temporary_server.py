"""The process of the temporary Prefect server: it dies with the process that started it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

from flows.server import TEMPORARY, quiet_prefect


def main(port: int) -> None:
    """Serve Prefect's API on loopback until killed, or until the starter is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)  # whoever started it ends it, after the run has been told
    if os.getppid() == 1:
        return
    quiet_prefect()
    os.environ.update(TEMPORARY)
    import uvicorn

    uvicorn.run("prefect.server.api.server:create_app", factory=True, host="127.0.0.1", port=port, log_level="critical")


if __name__ == "__main__":
    main(int(sys.argv[1]))
