"""How well searching by meaning brings together what belongs together: one half of a sentence is to find the other.

    python tests/accuracy/measure_meaning.py [SENTENCES]     # of each corpus under ../shared/data/ner, 300 unless told

A sentence of sixteen words and more is cut in the middle; its first half is sought among the second halves of all sentences taken from
that corpus, by cosine and by words (BM25 over any of the words, as tantivy counts). Printed: how often the other half comes first and
among the first ten, with Wilson's interval for the latter. This tells languages apart and words from meaning; it is no error rate
of any case. Needs the extra `meaning`.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from pathlib import Path

import numpy as np
import tantivy

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from evidence.settings import Settings  # noqa: E402
from flows.meaning import encoder_of  # noqa: E402
from graph.tokens import searchable, words  # noqa: E402

DATA = ROOT.parent / "shared" / "data" / "ner"
LEAST = 16
AMONG = 10


def halves(file: Path, many: int) -> list[tuple[str, str]]:
    """Return both halves of sentences drawn with a fixed seed."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        tokens = [json.loads(line)["tokens"] for line in lines]
    space = "" if file.parent.name == "zh" else " "
    fitting = sorted({tuple(one) for one in tokens if LEAST <= len(one) <= 80})
    random.Random(7).shuffle(fitting)
    return [(space.join(one[: len(one) // 2]), space.join(one[len(one) // 2 :])) for one in fitting[:many]]


def by_meaning(pairs: list[tuple[str, str]], encoder: object) -> list[int]:
    """Return at which place the other half comes, from 0."""
    first, second = (np.stack([encoder.vector(pair[side]) for pair in pairs]) for side in (0, 1))  # type: ignore[attr-defined]
    cosines = first @ second.T
    return [int((row > row[at]).sum()) for at, row in enumerate(cosines)]


def by_words(pairs: list[tuple[str, str]]) -> list[int]:
    """Return the same for words."""
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("at", stored=True)
    builder.add_text_field("text", tokenizer_name="whitespace")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(heap_size=15_000_000, num_threads=1)
    for at, (_, other) in enumerate(pairs):
        writer.add_document(tantivy.Document(at=at, text=searchable(other)))
    writer.commit()
    index.reload()
    searcher = index.searcher()
    places = []
    for at, (one, _) in enumerate(pairs):
        any_of = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", word)) for word in set(words(one))]
        hits = searcher.search(tantivy.Query.boolean_query(any_of), limit=len(pairs)).hits
        found = [int(searcher.doc(address)["at"][0]) for _, address in hits]
        places.append(found.index(at) if at in found else len(pairs))
    return places


def wilson(right: int, of: int) -> tuple[float, float]:
    """Return the 95% interval in percent."""
    z, share = 1.96, right / of
    middle, spread = share + z * z / (2 * of), z * ((share * (1 - share) + z * z / (4 * of)) / of) ** 0.5
    return tuple(100 * (middle + side * spread) / (1 + z * z / of) for side in (-1, 1))  # type: ignore[return-value]


def said(places: list[int]) -> str:
    """Return first and among the first ten, in percent."""
    ten = sum(place < AMONG for place in places)
    low, high = wilson(ten, len(places))
    return f"{100 * sum(place == 0 for place in places) / len(places):5.1f} {100 * ten / len(places):5.1f} ({low:.1f}-{high:.1f})"


def main() -> None:
    """Measure every corpus."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    encoder = encoder_of(Settings())
    print(f"{encoder.stamp.model} {encoder.stamp.model_digest[:12]}, {encoder.stamp.version}")
    print("corpus                              n   meaning: first, first ten     words: first, first ten")
    for file in sorted(DATA.glob("*/*.jsonl.gz")):
        pairs = halves(file, many)
        if len(pairs) >= 100:
            name = f"{file.parent.name}/{file.name.partition('.')[0]}"
            print(
                f"{name:32} {len(pairs):4}   {said(by_meaning(pairs, encoder)):28}  {said(by_words(pairs))}", flush=True
            )


if __name__ == "__main__":
    main()
