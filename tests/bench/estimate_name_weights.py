"""Estimate the m and u of `graph.name_likeness` on generated names: `python tests/bench/estimate_name_weights.py`.

m: how often words of two spellings of one name are alike in each way. u: the same of two names drawn at random. Prints both.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2])]

from made_names import bearers, spellings  # noqa: E402

from graph.name_forms import form  # noqa: E402
from graph.name_likeness import Comparer, U, frequency_among  # noqa: E402


def main() -> None:
    """Print the part of the words in each way of being alike, of true pairs and of random ones."""
    chance = random.Random(20)
    names = bearers(20_000, chance)
    written = spellings(names, chance, share=1.0)
    forms = [form(name) for name, _, _ in written]
    comparer = Comparer(frequency_among({}, 0))
    true, drawn = Counter[str](), Counter[str]()
    for at in range(len(names), len(written)):
        true.update(kind for kind, *_ in comparer._aligned(forms[written[at][1]], forms[at]))
    for _ in range(400_000):
        one, other = chance.sample(forms, 2)
        drawn.update(kind for kind, *_ in comparer._aligned(one, other))
    for kind in ("same", *U):
        print(f"{kind:16} m {true[kind] / true.total():.4f}   u {drawn[kind] / drawn.total():.5f}")


if __name__ == "__main__":
    main()
