"""An mbox through to searchable segments and threads, against what Python's `mailbox` and `email` take to read and decode it.

    python tests/bench/bench_mail.py [--messages 50000] [--profile]

Both in one run on the same file, so the ratio travels and the seconds do not. Names and identifiers are not looked for: that is a
step of its own. What is enclosed is written out and hashed, and not read.
"""

from __future__ import annotations

import argparse
import base64
import cProfile
import mailbox
import pstats
import quopri
import random
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from email.header import Header, decode_header, make_header
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "graph")]

from small_cases import ANNA, AUTHORITY  # noqa: E402

from evidence.acts import ExhibitReceived, ExtractionRecorded  # noqa: E402
from evidence.authority import CaseHints  # noqa: E402
from evidence.case import new_case, open_case  # noqa: E402
from evidence.digest import Sha256, sha256_file  # noqa: E402
from evidence.records import ArtifactRef, Exhibit, ExhibitNumber, Findings, Recipe, Stamp  # noqa: E402
from extractors.mail.mailbox import MailboxReader  # noqa: E402
from extractors.protocols import Engines, Part, ReadContext  # noqa: E402
from graph.project import catch_up, open_graph  # noqa: E402
from graph.threads import threads  # noqa: E402

MBOX = "application/mbox"
WORDS = (ROOT / "LICENSE").read_text(encoding="utf-8").split()
NAMES = (
    "Ann Lee",
    "Jörg Marsh",
    "Dana Popescu",
    "Ioana Știrbu",
    "Marc Dupont",
    "Wei Chen",
    "Olga Petrova",
    "Sam O'Neill",
)
MINE = "desk@harbour.example"


# --- a mailbox as people have them ---------------------------------------------------------------------------------


def write_mailbox(path: Path, messages: int) -> None:
    """Write messages in threads: plain, HTML beside it, quoted replies, small attachments, four encodings, mail servers' routes."""
    chance = random.Random(4)
    day = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
    ids: list[str] = []
    with path.open("wb") as out:
        for number in range(messages):
            day += timedelta(seconds=chance.randrange(40, 900))
            made = _message(chance, number, ids, day)
            made = b"".join(
                b">" + line if line.lstrip(b">").startswith(b"From ") else line
                for line in made.splitlines(keepends=True)
            )
            out.write(
                b"From sender@example.org " + day.strftime("%a %b %d %H:%M:%S %Y").encode() + b"\n" + made + b"\n"
            )


def _message(chance: random.Random, number: int, ids: list[str], day: datetime) -> bytes:
    who, whom = chance.sample(NAMES, 2)
    answered = ids[-chance.randrange(1, min(60, len(ids)) + 1)] if ids and chance.random() < 0.6 else ""
    key = f"<{number}.{chance.getrandbits(48):x}@mail.example.org>"
    ids.append(key)
    lines = [
        f"Received: from mx{hop}.example.net (mx{hop}.example.net [203.0.113.{hop + 1}])\n\tby mail{hop}.example.org with ESMTPS id "
        f"{chance.getrandbits(60):x}\n\tfor <{MINE}>; {format_datetime(day)}"
        for hop in range(chance.randrange(2, 6))
    ]
    subject = " ".join(chance.sample(WORDS, 5)) + (" – știri" if chance.random() < 0.2 else "")
    recipients = [_mailbox(whom, "example.com"), MINE][: chance.randrange(1, 3)]
    lines += [
        "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s1;\n\tbh="
        + base64.b64encode(chance.randbytes(32)).decode()
        + ";",
        f"From: {_mailbox(who, 'example.org')}",
        f"To: {', '.join(recipients)}",
        f"Date: {format_datetime(day)}",
        f"Message-ID: {key}",
        f"Subject: {Header(f'Re: {subject}' if answered else subject).encode()}",
        "MIME-Version: 1.0",
    ]
    lines += [f"In-Reply-To: {answered}", f"References: {answered}"] if answered else []
    return "\n".join(lines).encode("ascii") + b"\n" + _content(chance, number, whom if answered else "", day) + b"\n"


def _mailbox(name: str, host: str) -> str:
    local = name.split()[0].lower().encode("ascii", "ignore").decode()
    shown = name if name.isascii() else Header(name, "utf-8").encode()
    return f"{shown} <{local}@{host}>"


def _content(chance: random.Random, number: int, answered: str, day: datetime) -> bytes:
    text = "\n".join(" ".join(chance.choices(WORDS, k=11)) for _ in range(chance.randrange(4, 40)))
    if chance.random() < 0.3:
        text += "\nGrüße, și mulțumesc"
    if answered:
        quoted = (f"> {' '.join(chance.choices(WORDS, k=10))}\n" for _ in range(chance.randrange(3, 30)))
        text += f"\n\nOn {day:%a, %d %b %Y at %H:%M}, {answered} wrote:\n" + "".join(quoted)
    charset = chance.choice(("utf-8", "utf-8", "iso-8859-2", "us-ascii"))
    parts = [_text(chance, text, "plain", charset)]
    if chance.random() < 0.5:
        page = "".join(f"<p>{line}</p>\n" for line in text.split("\n"))
        page = f"<html><head><style>p{{margin:0}}</style></head><body>{page}<a href='https://example.org/x'>here</a></body></html>"
        parts = [_parted("alternative", f"a{number}", [*parts, _text(chance, page, "html", charset)])]
    if chance.random() < 0.1:
        data = base64.encodebytes(chance.randbytes(chance.randrange(2_000, 30_000)))
        head = f'Content-Type: application/pdf; name="scan {number}.pdf"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="scan {number}.pdf"\n\n'
        parts = [_parted("mixed", f"m{number}", [*parts, head.encode() + data])]
    return parts[0]


def _parted(kind: str, boundary: str, parts: list[bytes]) -> bytes:
    mark = b"--" + boundary.encode()
    body = b"".join(mark + b"\n" + part + b"\n" for part in parts) + mark + b"--\n"
    return f'Content-Type: multipart/{kind};\n\tboundary="{boundary}"\n\n'.encode() + body


def _text(chance: random.Random, text: str, kind: str, charset: str) -> bytes:
    data = text.encode(charset, "replace")
    encoding = chance.choice(("quoted-printable", "base64", "quoted-printable", "8bit"))
    if encoding == "base64":
        written = base64.encodebytes(data)
    else:
        written = quopri.encodestring(data) if encoding == "quoted-printable" else data
    return f"Content-Type: text/{kind}; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n".encode() + written


# --- the standard library alone ------------------------------------------------------------------------------------


def standard_library(path: Path) -> tuple[float, float]:
    """Return the seconds that `mailbox` and `email` take to read every message and decode its headers and parts.

    By the clock and of the processor.
    """
    began, began_cpu = time.perf_counter(), time.process_time()
    box = mailbox.mbox(path, create=False)
    for message in box:
        for name in ("From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References"):
            value = message[name]
            if value is not None:
                str(make_header(decode_header(value)))
        for part in message.walk():
            if part.is_multipart():
                continue
            data = part.get_payload(decode=True)
            part.get_filename()
            if part.get_content_maintype() == "text":
                data.decode(part.get_content_charset() or "ascii", "replace")
    box.close()
    return time.perf_counter() - began, time.process_time() - began_cpu


# --- ours ----------------------------------------------------------------------------------------------------------


class Read(NamedTuple):
    """What came of one part in a worker."""

    messages: int
    reading_s: float
    shelf_s: float
    refs: tuple[ArtifactRef, ...]


def read_part(case_root: Path, sha256: str, part: Part) -> Read:
    """Read a part from the vault and lay the reading on the case's shelf, as a worker of `ingest` does."""
    case = open_case(case_root)
    context = ReadContext(languages=("en",), scratch=case.tmp / part.name.replace(" ", "-"))
    context.scratch.mkdir(parents=True)
    reader = MailboxReader()
    path = case.vault.path(Sha256(sha256))
    began = time.process_time()
    reading = reader.read(path, media_type=MBOX, part=part, engines=Engines(), context=context)
    read = time.process_time()
    stamps = reader.stamps(engines=Engines(), context=context)
    recipe = Recipe(step="reading", inputs=(Sha256(sha256),), part=part.name, stamps=stamps)
    ref = case.shelf.keep(recipe, reading)
    found = Recipe(step="mentions", inputs=(ref.content,), part=part.name, stamps=(Stamp(name="none", version="1"),))
    named = case.shelf.keep(found, Findings(mentions=reading.named))
    return Read(len(reading.units), read - began, time.process_time() - read, (ref, named))


class Times(NamedTuple):
    """Seconds of the clock, step by step, and of the processors where they are many."""

    reading: float
    projection: float
    threads: float
    reader_cpu: float
    shelf_cpu: float
    rest_cpu: float

    @property
    def whole(self) -> float:
        """From the mailbox in the vault to searchable segments and threads."""
        return self.reading + self.projection + self.threads


def ours(folder: Path, mbox: Path, workers: int) -> Times:
    """Read the mailbox into a new case, project it and ask for its threads."""
    made = new_case(folder, title="Bench", authority=AUTHORITY, actor=ANNA, hints=CaseHints())
    state_case, sha256 = made, sha256_file(mbox)
    state_case.vault.path(sha256).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(mbox, state_case.vault.path(sha256))
    exhibit = Exhibit(
        number=ExhibitNumber("CG-0001"), sha256=sha256, size_bytes=mbox.stat().st_size, name="bench.mbox",
        name_bytes_hex=b"bench.mbox".hex(), authority=AUTHORITY.reference, custodian="Bench",
    )  # fmt: skip
    state_case.record(ExhibitReceived(exhibit=exhibit), actor=ANNA)
    began = time.perf_counter()
    context = ReadContext(languages=("en",), scratch=folder)
    survey = MailboxReader().survey(mbox, media_type=MBOX, context=context)
    parts = list(survey.parts)
    if workers == 1:
        done = [read_part(folder, sha256, part) for part in parts]
    else:
        with ProcessPoolExecutor(max_workers=workers) as pool:
            done = list(pool.map(read_part, [folder] * len(parts), [sha256] * len(parts), parts))
    stamps = MailboxReader().stamps(engines=Engines(), context=context)
    read, read_cpu = time.perf_counter(), time.process_time()
    recorded = ExtractionRecorded(
        exhibit="CG-0001", media_type=MBOX, outcome="read", units={"read": survey.units},
        artifacts=tuple(ref for one in done for ref in one.refs), stamps=stamps,
    )  # fmt: skip
    state_case.record(recorded, actor=ANNA)
    catch_up(state_case)
    projected = time.perf_counter()
    with open_graph(state_case) as graph:
        found = threads(graph)
        assert sum(line.messages for line in found) == survey.units == sum(one.messages for one in done)
    asked, rest_cpu = time.perf_counter(), time.process_time() - read_cpu
    print(f"  {len(found):,} threads of {survey.units:,} messages in {len(parts)} parts")
    return Times(
        read - began,
        projected - read,
        asked - projected,
        sum(one.reading_s for one in done),
        sum(one.shelf_s for one in done),
        rest_cpu,
    )


def main() -> None:
    """Run the standard library and ours on one mailbox, and print both and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--profile", action="store_true", help="show where one process spends its time")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        mbox = Path(name) / "bench.mbox"
        write_mailbox(mbox, asked.messages)
        seconds, cpu = standard_library(mbox)
        print(f"{asked.messages:,} messages, {mbox.stat().st_size / 1e6:.0f} MB")
        print(f"  mailbox and email: {seconds:.1f} s (processor {cpu:.1f} s)")
        for workers in map(int, asked.workers.split(",")):
            profile = cProfile.Profile()
            made = (
                profile.runcall(ours, Path(name) / f"case-{workers}", mbox, workers)
                if asked.profile
                else ours(Path(name) / f"case-{workers}", mbox, workers)
            )
            print(
                f"  {workers} process(es): {made.whole:.1f} s = reading and shelf {made.reading:.1f} (processor: reader "
                f"{made.reader_cpu:.1f}, shelf {made.shelf_cpu:.1f}) + projection and index {made.projection:.1f} + threads "
                f"{made.threads:.1f} (processor for both: {made.rest_cpu:.1f}); ratio {made.whole / seconds:.2f} (wanted: at most 1.5), "
                f"of processor time {(made.reader_cpu + made.shelf_cpu + made.rest_cpu) / cpu:.2f}"
            )
            if asked.profile:
                pstats.Stats(profile).sort_stats("tottime").print_stats(30)


if __name__ == "__main__":
    main()
