"""Speed of the entity engine as ratios in one run: `python tests/bench/bench_entities.py [PIPELINE or none]`.

As shipped, with the English names pipeline; with `none`, what finding identifiers alone costs beside their bare
components: there the language of each text, which is told all the same, takes a good part.

The text is the sample case's own text layers and messages, repeated with prose. Times are processor seconds of
this process, so that a busy machine does not change the ratios much.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from evidence.locator import TextPlace
from evidence.records import Segment
from extractors import names, patterns
from extractors.patterns.hit import Asserted
from extractors.protocols import ReadContext
from extractors.spacy_entities import SpacyEntities, SpacyOptions, identifier_pipeline

PROSE = (
    "The agency brought the workers to the lodge in the white van and kept their passports in the office. "
    "They were told to clean rooms from six in the morning, and the rent was taken from their wages each week. "
)
FACTS = (
    "Call 020 7946 0142 or write to bookings@northquay.example before 2 February 2026. The van LB07 SEE was hired "
    "for £210.00, paid from GB82 WEST 1234 5698 7654 32; see https://northquay.example/terms. "
)
TEXTS = [PROSE * 3 + FACTS + PROSE * (number % 4) for number in range(2_000)]
CONTEXT = ReadContext(languages=("en",), region="GB", day_order="dmy")
ROUNDS = 3
TARGET_RATIO, TARGET_WORDS = 0.85, 200_000


def seconds(work: Callable[[], object]) -> float:
    """Return the fewest processor seconds of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


def segments() -> list[Segment]:
    return [
        Segment(index=at, text=text, place=TextPlace(start=0, end=len(text), line=1), source="native")
        for at, text in enumerate(TEXTS)
    ]


def raw_pipe(pipeline: str) -> Callable[[], object]:
    """Return the bare `nlp.pipe` over the same text with the same components."""
    identifiers = identifier_pipeline()
    if not pipeline:
        return lambda: list(identifiers.pipe(TEXTS, batch_size=64))
    import spacy

    finder = spacy.load(pipeline)
    return lambda: [list(identifiers.pipe(TEXTS, batch_size=64)), list(finder.pipe(TEXTS, batch_size=64))]


def main(asked: str = "") -> int:
    """Print words per second and ratios; return 1 where a target is missed. A model gets a tenth of the text."""
    pipeline = "" if asked == "none" else asked or str(names.path("en"))
    del TEXTS[200 if pipeline else len(TEXTS) :]
    words = sum(len(text.split()) for text in TEXTS)
    engine, made = SpacyEntities(SpacyOptions(pipeline=pipeline)), segments()
    told = Asserted(region="GB", day_order="dmy")
    alone = seconds(lambda: [patterns.identifiers_in(text, asserted=told) for text in TEXTS])
    raw = seconds(raw_pipe(pipeline))
    ours = seconds(lambda: engine.find(made, context=CONTEXT))
    print(f"patterns alone   {words / alone:12,.0f} words/s (target {TARGET_WORDS:,})")
    print(f"raw nlp.pipe     {words / raw:12,.0f} words/s")
    print(f"find()           {words / ours:12,.0f} words/s")
    print(f"ratio            {raw / ours:12.2f} (target {TARGET_RATIO})")
    return 0 if (asked == "none" or raw / ours >= TARGET_RATIO) and words / alone >= TARGET_WORDS else 1


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:2]))
