"""Which instruction set the processor offers: reduced-precision models can answer differently on another."""

from __future__ import annotations

import platform
from functools import cache
from pathlib import Path


@cache
def instruction_set() -> str:
    """Return machine and widest vector instructions, such as `x86_64 avx512`; only the machine where unknown."""
    flags = _flags()
    widest = next((name for flag, name in _WIDEST_FIRST if flag in flags), "")
    return f"{platform.machine()} {widest}".strip()


_WIDEST_FIRST = (
    ("avx512_vnni", "avx512-vnni"),
    ("avx512f", "avx512"),
    ("avx2", "avx2"),
    ("avx", "avx"),
    ("asimd", "neon"),
)


def _flags() -> frozenset[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return frozenset()
    flags = next((line for line in lines if line.lower().startswith(("flags", "features"))), "")
    return frozenset(flags.partition(":")[2].split())
