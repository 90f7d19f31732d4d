"""How fast chats become a searchable graph: parse, shelf, projection and index, in one process on one core.

    python tests/bench/bench_chat.py [MESSAGES]     # 1,000,000 unless told, of WhatsApp and of Telegram

Prints messages a second of processor time of each step and of the whole path, before names are looked for.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "graph")]
os.environ.setdefault("OMP_NUM_THREADS", "1")
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])

from small_cases import ANNA, FINDER, Bench, new_bench  # noqa: E402

from evidence.acts import ExtractionRecorded  # noqa: E402
from evidence.digest import sha256_file  # noqa: E402
from evidence.records import ArtifactRef, Findings, Recipe  # noqa: E402
from extractors.identify import identify  # noqa: E402
from extractors.protocols import Engines, ReadContext  # noqa: E402
from extractors.registry import reader_for  # noqa: E402
from graph import queries  # noqa: E402
from graph.project import catch_up, open_graph  # noqa: E402
from graph.search import search  # noqa: E402

WORDS = [f"word{number}" for number in range(5_000)] + ["naïve", "Köln", "😀", "the", "a", "to", "and"] * 50
PEOPLE = ("Dee", "Márton K", "+44 7700 900123", "Old Tom", "~ Ana", "Rob 🚕")
START = datetime(2021, 3, 1, tzinfo=UTC)


def lines(many: int) -> Iterator[tuple[datetime, str, str]]:
    """Yield (time, sender, text) of messages of a dozen words, half a minute apart."""
    chance = random.Random(7)
    for number in range(many):
        yield START + timedelta(seconds=31 * number), chance.choice(PEOPLE), " ".join(chance.choices(WORDS, k=12))


def write_whatsapp(path: Path, many: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        for number, (at, who, text) in enumerate(lines(many)):
            body = f"IMG-20210301-WA{number % 9999:04d}.jpg (file attached)" if number % 40 == 0 else text
            out.write(f"{at.day}/{at.month}/{at.year}, {at:%H:%M} - {who}: {body}\n")


def write_telegram(path: Path, many: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write('{\n "name": "Lodge",\n "type": "private_group",\n "id": 4711,\n "messages": [\n')
        for number, (at, who, text) in enumerate(lines(many)):
            message = {
                "id": number + 1, "type": "message", "date": f"{at:%Y-%m-%dT%H:%M:%S}",
                "date_unixtime": str(int(at.timestamp())), "from": who, "from_id": f"user{PEOPLE.index(who) + 100}",
                "text": text, "text_entities": [{"type": "plain", "text": text}],
            }  # fmt: skip
            if number % 10 == 0 and number:
                message["reply_to_message_id"] = number
            out.write((",\n" if number else "") + json.dumps(message, ensure_ascii=False, indent=1))
        out.write("\n ]\n}\n")


def read_and_keep(bench: Bench, path: Path) -> tuple[float, float, float, int]:
    """Read a file part by part onto the shelf; returns seconds to survey, to read, to keep, and the messages read."""
    context = ReadContext(languages=(), name=path.name)
    media_type = identify(path, hint=path.name)
    reader = reader_for(media_type)
    assert reader is not None
    engines = Engines()
    number, digest = bench.receive(path.name), sha256_file(path)
    began = time.process_time()
    survey = reader.survey(path, media_type=media_type, context=context)
    surveyed = time.process_time() - began
    reading_s = keeping_s = 0.0
    messages, refs = 0, list[ArtifactRef]()
    stamps = reader.stamps(engines=engines, context=context)
    for part in survey.parts:
        began = time.process_time()
        made = reader.read(path, media_type=media_type, part=part, engines=engines, context=context)
        read = time.process_time()
        recipe = Recipe(step="reading", inputs=(digest,), part=part.name, stamps=stamps)
        ref = bench.case.shelf.keep(recipe, made)
        found = Recipe(step="mentions", inputs=(ref.content,), part=part.name, stamps=(FINDER,))
        nothing = Findings(mentions=made.named, relations=made.related)
        refs += [ref, bench.case.shelf.keep(found, nothing)]
        keeping_s += time.process_time() - read
        reading_s += read - began
        messages += len(made.events)
    bench.record(
        ExtractionRecorded(
            exhibit=number, media_type=media_type, outcome="read", units={"read": 1}, artifacts=tuple(refs),
            stamps=(*stamps, FINDER),
        ),
        actor=ANNA,
    )  # fmt: skip
    return surveyed, reading_s, keeping_s, messages


def yardstick(many: int) -> float:
    """Return messages a second at which the standard library alone parses the same messages from JSON lines."""
    made = [json.dumps({"at": at.isoformat(), "from": who, "text": text}) for at, who, text in lines(min(many, 50_000))]
    began = time.process_time()
    for line in made:
        json.loads(line)
    return len(made) / (time.process_time() - began)


def measure(kind: str, many: int) -> None:
    standard = yardstick(many)
    with tempfile.TemporaryDirectory() as folder:
        bench = new_bench(Path(folder) / "case")
        name = {"WhatsApp": "WhatsApp Chat with Lodge.txt", "Telegram": "result.json"}[kind]
        path = Path(folder) / name
        (write_whatsapp if kind == "WhatsApp" else write_telegram)(path, many)
        surveyed, reading, keeping, messages = read_and_keep(bench, path)
        assert messages == many, (messages, many)
        began = time.process_time()
        catch_up(bench.case)
        projecting = time.process_time() - began
        with open_graph(bench.case) as graph:
            held = queries.graph_line(graph)
            assert held.segments == many + 1, held
            assert search(graph, "word17")
        whole = surveyed + reading + keeping + projecting
        rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{kind}: {messages:,} messages, {path.stat().st_size / 1e6:,.0f} MB")
        for step, seconds in (("survey", surveyed), ("reader.read", reading), ("shelf.keep", keeping),
                              ("projection and index", projecting), ("whole path", whole)):  # fmt: skip
            print(
                f"  {step:22} {seconds:7.2f} s {messages / max(seconds, 1e-9):12,.0f} messages/s {seconds / whole:6.1%}"
            )
        print(f"  json.loads alone takes {standard:,.0f} messages/s here: the whole path costs "
              f"{standard * whole / messages:.1f} times that, reading {standard * reading / messages:.1f}")  # fmt: skip
        print(f"  most memory held so far {rss:,.0f} MB")


if __name__ == "__main__":
    for what in ("WhatsApp", "Telegram"):
        measure(what, int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
