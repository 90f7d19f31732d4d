"""Memory and speed of reading a large `report.xml`: `python tests/bench/bench_ufdr.py [MEGABYTES]`, 1,024 by default.

The report is made up (see tests/extractors/made_phone.py). A fresh process surveys it and reads all its parts, one after another,
as a worker does; its peak resident memory is the kernel's own count.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "extractors")]

TARGET_MB = 500


def read(path: Path) -> None:
    """Read the report and print: messages, segments, parts, seconds of the survey, seconds in all, peak in KiB."""
    from extractors.phone.report_bytes import REPORT
    from extractors.phone.ufdr import UfdrReader
    from extractors.protocols import Engines, ReadContext

    began = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        context = ReadContext(languages=(), scratch=Path(scratch))
        reader = UfdrReader()
        survey = reader.survey(path, media_type=REPORT, context=context)
        surveyed = time.monotonic() - began
        messages = segments = 0
        for part in survey.parts:
            reading = reader.read(path, media_type=REPORT, part=part, engines=Engines(), context=context)
            messages += sum(event.kind == "message" for event in reading.events)
            segments += sum(len(unit.segments) for unit in reading.units)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(messages, segments, len(survey.parts), surveyed, time.monotonic() - began, peak)


def main(megabytes: int) -> int:
    """Make the report, read it in a process of its own, print what it took; return 1 where it misses the target."""
    from made_phone import large

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.xml"
        made = large(path, megabytes)
        size = path.stat().st_size / 2**20
        done = subprocess.run(
            [sys.executable, __file__, "--read", str(path)], capture_output=True, text=True, check=True
        )
    messages, segments, parts, surveyed, seconds, peak = done.stdout.split()
    print(
        f"report.xml of {size:,.0f} MiB: {int(messages):,} of {made:,} messages, {int(segments):,} segments in {parts} parts;"
        f" survey {float(surveyed):.1f} s, in all {float(seconds):.0f} s, {size / float(seconds):.1f} MiB/s;"
        f" peak {int(peak) / 1024:,.0f} MiB (wanted: under {TARGET_MB})"
    )
    return 0 if int(peak) < TARGET_MB * 1024 and int(messages) == made else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read(Path(sys.argv[2]))
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1024))
