"""Where in a text a query matched: the code points to mark, and the words around them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache

from graph.query_language import All, Any, Begins, Close, Field, Named, Near, Node, Not, Recorded, Sounds, Text, Words
from graph.tokens import Token, tokens

_AROUND = 90
Span = tuple[int, int]
Run = tuple[int, int]


def matched(node: Node, text: str) -> tuple[Span, ...]:
    """Return the spans of `text` that the query asks for, in order and apart from each other."""
    return merged(_spans(node, tokens(text)))


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans in order, with overlapping ones made one."""
    apart: list[Span] = []
    for start, end in sorted(spans):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return tuple(apart)


def _spans(node: Node, found: Sequence[Token]) -> list[Span]:
    match node:
        case All(parts=parts) | Any(parts=parts):
            return [span for part in parts for span in _spans(part, found)]
        case Words(words=wanted, apart=apart) if apart:
            return [(token.start, token.end) for token in found if token.word in wanted]
        case Words() | Near() | Begins():
            return [(found[first].start, found[last].end) for first, last in _runs(node, found)]
        case Close():
            runs = {run for pair in pairs(node, found) for run in pair}
            return [(found[first].start, found[last].end) for first, last in runs]
        case Field() | Not() | Sounds() | Named() | Recorded():
            return []


def pairs(node: Close, found: Sequence[Token]) -> list[tuple[Run, Run]]:
    """Return where the two stand as near each other as asked, each as its first and last token; never one in the other."""
    others = _runs(node.other, found)
    lasts, made = [last for _, last in others], []
    for first, last in _runs(node.one, found):
        for other in others[bisect_left(lasts, first - node.within) :]:
            if other[0] > last + node.within:
                break
            if other[0] > last or other[1] < first:
                made.append(((first, last), other))
    return made


def _runs(node: Text, found: Sequence[Token]) -> list[Run]:
    """Return where it stands, each as its first and last token, in order."""
    match node:
        case Near(word=word, off=off):
            return [(at, at) for at, token in enumerate(found) if letters_off(word, token.word) <= off]
        case Begins(words=wanted):
            return _in_order(wanted, found, last_begins=True)
        case Words(words=(word,)):
            return [(at, at) for at, token in enumerate(found) if token.word == word]
        case Words(words=wanted):
            return _in_order(wanted, found)


def _in_order(wanted: Sequence[str], found: Sequence[Token], *, last_begins: bool = False) -> list[Run]:
    runs: list[Run] = []
    for at in range(len(found) - len(wanted) + 1):
        run = found[at : at + len(wanted)]
        exact = all(token.word == word for token, word in zip(run[:-1], wanted[:-1], strict=True))
        last = run[-1].word.startswith(wanted[-1]) if last_begins else run[-1].word == wanted[-1]
        if exact and last:
            runs.append((at, at + len(wanted) - 1))
    return runs


@lru_cache(maxsize=20_000)
def letters_off(one: str, other: str) -> int:
    """Return how many letters apart two words are; two swapped neighbours count once (Damerau, optimal alignment)."""
    if abs(len(one) - len(other)) > 2:
        return 3
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, above, row = row, before, [i]
        for j, here in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != here))
            swapped = i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == here
            row.append(min(cost, above[j - 2] + 1) if swapped else cost)
    return row[-1]


def snippet(text: str, spans: Sequence[Span]) -> str:
    """Return the words around the first match, on one line, with every match in it marked «so»."""
    return " ".join("".join(f"«{part}»" if hit else part for part, hit in excerpt(text, spans)).split())


def excerpt(text: str, spans: Sequence[Span]) -> tuple[tuple[str, bool], ...]:
    """Return the words around the first match in pieces, each with whether it is a match; … where the text goes on."""
    centre = spans[0] if spans else (0, 0)
    start = _edge(text, max(0, centre[0] - _AROUND), -1)
    end = _edge(text, min(len(text), max(centre[1], centre[0]) + _AROUND), 1)
    inside = [(left, right) for left, right in spans if left >= start and right <= end]
    cut = [("… ", False)] if start > 0 else []
    return (*cut, *pieces(text, inside, start=start, end=end), *([(" …", False)] if end < len(text) else []))


def pieces(text: str, spans: Sequence[Span], *, start: int = 0, end: int = -1) -> tuple[tuple[str, bool], ...]:
    """Return a text, or the part of it between two code points, in pieces, each with whether a span marks it."""
    end, at, made = len(text) if end < 0 else end, start, list[tuple[str, bool]]()
    for left, right in spans:
        first, last = max(left, at), min(right, end)
        if first < last:
            made += [(text[at:first], False), (text[first:last], True)]
            at = last
    made.append((text[at:end], False))
    return tuple(piece for piece in made if piece[0])


def _edge(text: str, at: int, step: int) -> int:
    """Move to the nearest edge of a word, at most twenty code points on."""
    for _ in range(20):
        if at <= 0 or at >= len(text) or text[at - 1 if step < 0 else at].isspace():
            return at
        at += step
    return at
