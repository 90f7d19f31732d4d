"""How much of the raw engine's speed is left after decoding, measuring and keeping words: a ratio in one run.

    python tests/bench/bench_speech.py        # exit 1 under 0.9

The test-size model is used, which makes the ratio harder to reach: a real model takes longer over the same bookkeeping.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from extractors import models  # noqa: E402
from extractors.faster_whisper import FasterWhisper, _loaded  # noqa: E402
from extractors.protocols import Limits, ReadContext  # noqa: E402
from extractors.sound import RATE, decode, write_wav  # noqa: E402

VOICE_NOTE = ROOT / "sample_data" / "exhibits" / "phone-hotline" / "voice-note.ogg"
MODEL = ROOT / "tests" / "models" / "whisper-test" / "ct2"
CONTEXT = ReadContext(languages=("en",), speech_language="en")
WANTED = 0.9
ROUNDS = 5


def recording(folder: Path, *, notes: int = 12) -> Path:
    """The sample's voice note again and again, with half a minute for each."""
    note = decode(VOICE_NOTE, limits=Limits()).pcm
    path = folder / "long.wav"
    write_wav(np.concatenate([np.pad(note, (0, 30 * RATE - len(note))) for _ in range(notes)]), path)
    return path


def seconds(run: Callable[[], object]) -> float:
    """Processor seconds of one run: both sides use one thread, and a busy machine does not count."""
    began = time.process_time()
    run()
    return time.process_time() - began


def main() -> int:
    """Print both speeds and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        path = recording(Path(folder))
        engine = FasterWhisper(model=models.add(MODEL, name="test", root=Path(folder) / "models"))
        raw_model = _loaded(engine.model, engine.options)

        def raw() -> object:
            segments, _ = raw_model.transcribe(
                str(path), language="en", beam_size=5, temperature=[0.0],
                condition_on_previous_text=False, word_timestamps=True,
            )  # fmt: skip
            return list(segments)

        def ours() -> object:
            return engine.transcribe(path, context=CONTEXT)

        raw(), ours()
        pairs = [(seconds(raw), seconds(ours)) for _ in range(ROUNDS)]
        audio = decode(path, limits=Limits()).duration_ms / 1000
    best_raw, best_ours = min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
    ratio = best_raw / best_ours
    print(f"speech: raw {audio / best_raw:.0f} s/s, ours {audio / best_ours:.0f} s/s, ratio {ratio:.2f} (>= {WANTED})")
    return 0 if ratio >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
