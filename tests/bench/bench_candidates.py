"""How fast 200,000 names are laid side by side on one core: `python tests/bench/bench_candidates.py [NAMES]`.

Prints the seconds, the pairs compared and kept, and what was left out; returns 1 where it takes more than a minute.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2])]

from made_names import bearers, spellings  # noqa: E402

from graph.name_pairs import alike  # noqa: E402

TARGET_S = 60


def main() -> int:
    """Print what it takes; return 1 where that is more than the target."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    chance = random.Random(7)
    written = [name for name, _, _ in spellings(bearers(int(count / 1.4), chance), chance)][:count]
    started, processor = time.perf_counter(), time.process_time()
    found = alike(written)
    took, used = time.perf_counter() - started, time.process_time() - processor
    kept = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(written):,} names: {took:.1f} s, {used:.1f} s of one processor (wanted: {TARGET_S}), {kept:,.0f} MiB")
    print(f"{len(found.blocks.pairs):,} pairs compared, {len(found.pairs):,} kept")
    print(f"left out: {found.blocks.keys_left_out:,} keys of {found.blocks.names_left_out:,} names, "
          f"{found.blocks.pairs_left_out:,} pairs; the commonest: {found.blocks.too_common[:2]}")  # fmt: skip
    return 0 if used <= TARGET_S else 1


if __name__ == "__main__":
    sys.exit(main())
