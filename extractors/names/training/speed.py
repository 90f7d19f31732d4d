"""How fast the pipeline is, beside the bare model on the same windows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from extractors.names.component import FACTORY, NamesFinder
from extractors.names.training.corpora import Sentence


class Recorder:
    """Stands in for a session and notes what the model is fed."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self.fed: list[dict[str, Any]] = []

    def run(self, outputs: None, feed: dict[str, Any]) -> Any:
        """Run, and note."""
        self.fed.append(feed)
        return self._session.run(outputs, feed)


def words_a_second(nlp: Any, sentences: Sequence[Sentence], *, rounds: int = 9) -> tuple[float, float]:
    """Return words a second on one core: of the pipeline from raw text, and of the bare model on the same windows.

    Both by turns, so that whatever else the machine does hits both; from the round whose ratio is the median.
    """
    finder: NamesFinder = nlp.get_pipe(FACTORY)
    texts = [" ".join(one.words) for one in sentences]
    session = finder.session
    recorder = finder.session = Recorder(session)
    list(nlp.pipe(texts))
    finder.session = session
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        list(nlp.pipe(texts))
        middle = time.process_time()
        for feed in recorder.fed:
            session.run(None, feed)
        taken.append((middle - start, time.process_time() - middle))
    whole, bare = sorted(taken, key=lambda pair: pair[1] / pair[0])[rounds // 2]
    words = sum(len(one.words) for one in sentences)
    return words / whole, words / bare
