"""Labelled data as files hold it. Anything that does not fit its format is refused, naming file and line."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple, NoReturn

import msgspec

from evidence.digest import Sha256, sha256_bytes, sha256_file
from evidence.errors import NotFound, UsageError
from evidence.records import ReadingSource
from extractors.identify import identify
from extractors.patterns import IDENTIFIER_KINDS
from extractors.registry import READER_OF
from flows.evaluate.scoring import Span

_TAG = re.compile(r"O|([BIESLU])-(\S+)")
_BEGINS = {"B": "B", "S": "B", "U": "B", "I": "I", "E": "I", "L": "I"}
_JSON_LINES = (".jsonl", ".jsonl.gz")
_COLUMNS = (".conll", ".bio", ".iob", ".iob2", ".txt", ".tsv")
TRANSCRIPTS = "transcripts.tsv"


class Sentence(NamedTuple):
    """Tokens with their names as (kind of label, first token, token after the last)."""

    tokens: list[str]
    names: list[tuple[str, int, int]]


class LabelledText(NamedTuple):
    """A text with its identifiers."""

    text: str
    source: ReadingSource
    mentions: list[Span]


class Transcribed(NamedTuple):
    """A file to read, and what it says."""

    path: Path
    media_type: str
    truth: str


class _TokensLine(msgspec.Struct, frozen=True):
    tokens: list[str]
    tags: list[str]


class _MentionLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: str
    start: int
    end: int
    value: str = ""


class _TextLine(msgspec.Struct, frozen=True):
    text: str
    mentions: list[_MentionLine]
    source: Literal["native", "ocr", "speech"] = "native"


def data_name(dataset: Path) -> str:
    """Return the name by which a data set is cited: that of its file or folder, never its path."""
    return dataset.resolve().name


def data_digest(dataset: Path, files: Iterable[Path]) -> Sha256:
    """Return the SHA-256 of a data set of one file; of several, that of what `sha256sum` lists, sorted by name."""
    root = dataset if dataset.is_dir() else dataset.parent
    listed = sorted((file.relative_to(root).as_posix(), sha256_file(file)) for file in files)
    if len(listed) == 1:
        return listed[0][1]
    return sha256_bytes("".join(f"{sha256}  {name}\n" for name, sha256 in listed).encode("utf-8", "surrogateescape"))


def label_files(dataset: Path, *, columns: bool) -> list[Path]:
    """Return the files of labelled text in a data set, in order; raises NotFound, or UsageError where there are none."""
    suffixes = (*_JSON_LINES, *(_COLUMNS if columns else ()))
    _check_there(dataset)
    files = [dataset] if dataset.is_file() else _files_below(dataset)
    fitting = [file for file in files if file.name.lower().endswith(suffixes)]
    if not fitting:
        raise UsageError(
            f"{data_name(dataset)} holds no labelled text", next_step=f"files end in one of: {', '.join(suffixes)}"
        )
    return fitting


def _check_there(dataset: Path) -> None:
    if not dataset.exists():
        raise NotFound(f"there is no {dataset.name}", next_step="give the file or folder that holds the labelled data")


def _files_below(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))


def _refuse(file: Path, line: int, why: str) -> NoReturn:
    raise UsageError(
        f"{file.name}, line {line}: {why}", next_step="mend the data; nothing of it was scored"
    )  # fmt: skip


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file, unpacked where its name ends in .gz, with their numbers."""
    number = 0
    try:
        with gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb") as source:
            for number, raw in enumerate(source, start=1):
                yield number, raw.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        _refuse(file, number, "not UTF-8")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        _refuse(file, number + 1, f"the packed file is damaged ({error})")


# --- names ---------------------------------------------------------------------------------------------------------


def sentences(file: Path) -> list[Sentence]:
    """Return the sentences of one file: JSON lines with `tokens` and `tags`, or CoNLL columns (first token, last tag).

    Tags are IOB2, BIOES or BILOU. Raises UsageError naming the line that does not fit.
    """
    found = list(_json_sentences(file) if file.name.lower().endswith(_JSON_LINES) else _column_sentences(file))
    if not found:
        _refuse(file, 1, "no sentence stands in it")
    return found


def _json_sentences(file: Path) -> Iterator[Sentence]:
    decoder = msgspec.json.Decoder(_TokensLine)
    for number, line in _lines(file):
        if not line.strip():
            continue
        try:
            row = decoder.decode(line)
        except msgspec.DecodeError as error:
            _refuse(file, number, f"not a line of {{tokens, tags}}: {error}")
        if len(row.tokens) != len(row.tags):
            _refuse(file, number, f"{len(row.tokens)} tokens and {len(row.tags)} tags")
        if not row.tokens or not all(token.strip() for token in row.tokens):
            _refuse(file, number, "a token is empty")
        yield _sentence(file, row.tokens, [(number, tag) for tag in row.tags])


def _column_sentences(file: Path) -> Iterator[Sentence]:
    tokens: list[str] = []
    tags: list[tuple[int, str]] = []
    for number, line in _lines(file):
        columns = line.split()
        if columns and not columns[0].startswith("-DOCSTART-") and not line.startswith("# "):
            if len(columns) < 2:
                _refuse(file, number, f"one column where a token and its tag are wanted: {line[:40]!r}")
            tokens.append(columns[0])
            tags.append((number, columns[-1]))
        elif tokens and not columns:
            yield _sentence(file, tokens, tags)
            tokens, tags = [], []
    if tokens:
        yield _sentence(file, tokens, tags)


def _sentence(file: Path, tokens: list[str], tags: list[tuple[int, str]]) -> Sentence:
    names: list[tuple[str, int, int]] = []
    before = ""
    for at, (number, tag) in enumerate(tags):
        parsed = _TAG.fullmatch(tag)
        if parsed is None:
            _refuse(file, number, f"{tag!r} is not a tag such as B-PER, I-PER or O")
        begins, kind = _BEGINS.get(parsed[1] or "", ""), parsed[2] or ""
        if begins == "I" and kind != before:
            _refuse(file, number, f"{tag} follows {before or 'O'}: no name of that kind is open")
        if begins == "B":
            names.append((kind, at, at + 1))
        elif begins == "I":
            names[-1] = (kind, names[-1][1], at + 1)
        before = kind
    return Sentence(tokens, names)


# --- identifiers ---------------------------------------------------------------------------------------------------


def labelled_texts(file: Path) -> list[LabelledText]:
    """Return the texts of one file of JSON lines with `text`, `mentions` and perhaps `source`.

    Raises UsageError naming the line that does not fit.
    """
    decoder = msgspec.json.Decoder(_TextLine)
    found: list[LabelledText] = []
    for number, line in _lines(file):
        if not line.strip():
            continue
        try:
            row = decoder.decode(line)
        except msgspec.DecodeError as error:
            _refuse(file, number, f"not a line of {{text, mentions}}: {error}")
        for one in row.mentions:
            if one.kind not in IDENTIFIER_KINDS:
                _refuse(file, number, f"{one.kind!r} is not a kind of identifier")
            if not 0 <= one.start < one.end <= len(row.text):
                _refuse(
                    file, number, f"{one.kind} {one.start}-{one.end} is outside the text ({len(row.text)} characters)"
                )
        mentions = [Span(one.kind, one.start, one.end, one.value) for one in row.mentions]
        found.append(LabelledText(row.text, row.source, mentions))
    if not found:
        _refuse(file, 1, "no text stands in it")
    return found


# --- pages and recordings ------------------------------------------------------------------------------------------


def pages(folder: Path) -> tuple[list[Transcribed], list[str]]:
    """Return the pictures and PDFs of a folder with the text beside each, and the names of those without one.

    Raises UsageError for a text that has no picture beside it.
    """
    return _beside(folder, ("image", "pdf"), "a picture")


def recordings(folder: Path) -> tuple[list[Transcribed], list[str]]:
    """Return the recordings of a folder with what is said in each, from transcripts.tsv or a .txt beside it.

    Raises UsageError naming the line of transcripts.tsv that does not fit.
    """
    listing = folder / TRANSCRIPTS
    if not listing.is_file():
        return _beside(folder, ("audio",), "a recording")
    found = []
    for number, line in _lines(listing):
        if not line.strip():
            continue
        name, tab, said = line.partition("\t")
        path = folder / name
        if not tab or not said.strip():
            _refuse(listing, number, "a file name, a tab and what is said are wanted")
        if Path(name).is_absolute() or ".." in Path(name).parts or not path.is_file():
            _refuse(listing, number, f"there is no file {name!r} in the folder")
        found.append(
            Transcribed(path, _read_as(path, ("audio",)) or _refuse(listing, number, f"{name} is no sound"), said)
        )
    if not found:
        _refuse(listing, 1, "no recording is listed")
    listed = {one.path for one in found}
    return found, [file.name for file in _files_below(folder) if file not in listed and _read_as(file, ("audio",))]


def _beside(folder: Path, readers: tuple[str, ...], what: str) -> tuple[list[Transcribed], list[str]]:
    _check_there(folder)
    if not folder.is_dir():
        raise UsageError(
            f"{folder.name} is not a folder", next_step=f"give a folder with {what} and its .txt beside it"
        )
    files = _files_below(folder)
    media = {file: _read_as(file, readers) for file in files if file.suffix.lower() != ".txt"}
    found: list[Transcribed] = []
    used: set[Path] = set()
    for file, media_type in media.items():
        text = file.with_suffix(".txt")
        if media_type and text.is_file():
            used.add(text)
            found.append(Transcribed(file, media_type, "\n".join(line for _, line in _lines(text))))
    for text in files:
        if text.suffix.lower() == ".txt" and text not in used:
            _refuse(text, 1, f"{what} of this name is missing beside it")
    if not found:
        raise UsageError(f"{data_name(folder)} holds no {what[2:]} with its text", next_step="put NAME.txt beside each")
    known = {one.path for one in found}
    return found, [file.name for file, media_type in media.items() if media_type and file not in known]


def _read_as(file: Path, readers: tuple[str, ...]) -> str:
    """Return the media type of a file that one of these readers reads, else ''."""
    media_type = identify(file, hint=file.name)
    return media_type if READER_OF.get(media_type) in readers else ""
