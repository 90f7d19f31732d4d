"""Measures the engines and compares them with the committed numbers: `python tests/accuracy/measure_accuracy.py`.

A figure that is two points worse than in accuracy.json fails. `--refresh` writes the numbers, and the table between
`<!-- accuracy -->` and `<!-- end of accuracy -->` in the README. `--only ROW` does one row. Rows whose data or engine are
not here are left as they stand, and said to be. The names were trained on the other nine tenths of the same corpora: see
the model card for foreign ones.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from evidence.errors import EngineMissing
from evidence.settings import Settings
from evidence.validation import Measure, Measured, ValidationRecord
from extractors.protocols import ReadContext
from flows.evaluate import Asked, evaluate

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DATA = ROOT.parent / "shared" / "data"
NUMBERS = HERE / "accuracy.json"
README = ROOT / "README.md"
TWO_POINTS = 200
DRAFT = Settings(speech_engine="pocketsphinx")
KEPT: tuple[Measure, ...] = ("f1", "bag_of_words_f1", "character_error_rate", "word_error_rate")
LOWER_IS_BETTER = ("character_error_rate", "word_error_rate")
_TRIPLE = re.compile(r"\[\s+(-?\d+),\s+(-?\d+),\s+(-?\d+)\s+\]")
_TABLE = re.compile(r"(<!-- accuracy -->\n).*?(<!-- end of accuracy -->)", re.DOTALL)

Numbers: TypeAlias = dict[str, Any]
"""Row to `data` and `scores`; scores by `condition / about / measure`, each [value, low, high] per ten thousand."""


class Row(NamedTuple):
    """One data set to score: where it is, and how it is laid ready where the files are not scored as they stand."""

    what: Measured
    data: Path
    ready: Callable[[Path, Path], Path] = lambda data, scratch: data
    settings: Settings = Settings()
    languages: tuple[str, ...] = ("en",)
    limit: int = 0


def set_aside(data: Path, scratch: Path) -> Path:
    """Write the sentences that the names were not trained on, one file for each corpus; returns their folder."""
    from extractors.names.training import corpora

    folder = scratch / "names set aside"
    folder.mkdir()
    for corpus, sentences in corpora.split(data).dev.items():
        lines = [json.dumps({"tokens": one.words, "tags": one.tags}, ensure_ascii=False) for one in sentences]
        (folder / f"{corpus}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def sample_pages(data: Path, scratch: Path) -> Path:
    """Lay the sample case's pictures beside the text that stands on them; returns their folder."""
    folder = scratch / "Harbour Lodge, pictures"
    folder.mkdir()
    for row in _truth(data)["ocr"]:
        exhibit = data / "exhibits" / row["exhibit"]
        if exhibit.is_file() and exhibit.suffix != ".pdf":
            shutil.copy(exhibit, folder)
            (folder / exhibit.name).with_suffix(".txt").write_text(row["text"], encoding="utf-8")
    return folder


def sample_recordings(data: Path, scratch: Path) -> Path:
    """Lay the sample case's recordings beside what is said in them; returns their folder."""
    folder = scratch / "Harbour Lodge, recordings"
    folder.mkdir()
    lines = []
    for row in _truth(data)["speech"]:
        exhibit = data / "exhibits" / row["exhibit"]
        shutil.copy(exhibit, folder)
        lines.append(f"{exhibit.name}\t{row['text']}")
    (folder / "transcripts.tsv").write_text("\n".join(lines), encoding="utf-8")
    return folder


def _truth(data: Path) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((data / "truth.json").read_text(encoding="utf-8"))
    return truth


ROWS = {
    "identifiers": Row("identifiers", HERE / "identifiers.jsonl"),
    "names": Row("names", HERE / "names.jsonl"),
    "names, set aside": Row("names", DATA / "ner" / "en", set_aside, limit=1_500),
    "print": Row("ocr", DATA / "ocr"),
    "print, sample case": Row("ocr", ROOT / "sample_data", sample_pages, languages=("en", "ro")),
    "speech, draft": Row("speech", DATA / "speech", settings=DRAFT, limit=8),
    "speech, draft, sample case": Row("speech", ROOT / "sample_data", sample_recordings, settings=DRAFT),
}


def scored(row: Row) -> ValidationRecord | None:
    """Return the record of a row; None where its data or engine are not here."""
    if not row.data.exists():
        return None
    with tempfile.TemporaryDirectory(prefix="casegraph-") as scratch:
        asked = Asked(
            what=row.what,
            dataset=row.ready(row.data, Path(scratch)),
            settings=row.settings,
            context=ReadContext(
                languages=row.languages, speech_language=row.languages[0], region="GB", day_order="dmy"
            ),
            limit=row.limit,
        )
        try:
            return evaluate(asked, made_at=datetime.now(UTC).isoformat(timespec="seconds"))
        except EngineMissing as error:
            print(f"  {error.what}")
            return None


def numbers_of(record: ValidationRecord) -> Numbers:
    """Return what is committed of a record."""
    return {
        "data": record.data,
        "digest": record.data_digest,
        "items": record.items,
        "scores": {
            f"{score.condition} / {score.about} / {score.measure}": [score.value, score.low, score.high]
            for score in record.scores
            if score.measure in KEPT
        },
    }


def drops(before: Numbers, now: Numbers) -> list[str]:
    """Return a line for each overall figure that is two points worse, or gone; kinds and files are too small to judge."""
    worse = []
    for name, (was, *_) in before["scores"].items():
        condition, about, measure = name.split(" / ")
        if about != "all":
            continue
        is_now = now["scores"].get(name, [-1])[0]
        lost = is_now - was if measure in LOWER_IS_BETTER else was - is_now
        if lost >= TWO_POINTS or is_now < 0:
            worse.append(f"{condition}, {measure.replace('_', ' ')}: {was / 100:.1f} before, {is_now / 100:.1f} now")
    return worse


def readme_table(numbers: Numbers) -> str:
    """Return the table of the README."""
    lines = ["| what | data | condition | measure | 95% interval |", "|---|---|---|---|---|"]
    for row, held in numbers.items():
        for name, (value, low, high) in held["scores"].items():
            condition, about, measure = name.split(" / ")
            if about == "all" or (condition == "clean" and row.startswith("names") and not about.endswith(".jsonl")):
                of = "" if about == "all" else f"{about.replace('_', ' ')}: "
                reach = f"{low / 100:.1f} to {high / 100:.1f}" if low >= 0 else ""
                said = f"{of}{measure.replace('_', ' ')} {value / 100:.1f}"
                lines.append(f"| {row} | {held['data']}, {held['items']:,} | {condition} | {said} | {reach} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Score every row, or one; returns how the process should end."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--refresh", action="store_true")
    told.add_argument("--only", choices=list(ROWS))
    given = told.parse_args()
    numbers: Numbers = json.loads(NUMBERS.read_text(encoding="utf-8")) if NUMBERS.exists() else {}
    failed = False
    for name in [given.only] if given.only else ROWS:
        record = scored(ROWS[name])
        if record is None:
            print(f"{name}: not measured, its data or engine are not here; the committed numbers stand")
            continue
        now = numbers_of(record)
        worse = drops(numbers[name], now) if name in numbers else []
        print(f"{name}: " + ("; ".join(worse) if worse else "as good as committed" if name in numbers else "new"))
        failed |= bool(worse)
        if given.refresh:
            numbers[name] = now
    if given.refresh:
        numbers = {name: numbers[name] for name in ROWS if name in numbers}
        text = json.dumps(numbers, indent=1, ensure_ascii=False) + "\n"
        NUMBERS.write_text(_TRIPLE.sub(r"[\1, \2, \3]", text), encoding="utf-8")
        README.write_text(
            _TABLE.sub(lambda found: found[1] + readme_table(numbers) + found[2], README.read_text(encoding="utf-8")),
            encoding="utf-8",
        )
        return 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
