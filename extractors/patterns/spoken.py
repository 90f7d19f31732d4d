"""Identifiers spoken in words: digits one by one, `double five`, `plus four four`, and `maria at example dot org`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec
from stdnum import luhn

from extractors.patterns.card import brand_of
from extractors.patterns.email import dots_hold
from extractors.patterns.hit import Asserted, Hit, before
from extractors.patterns.label import lowered
from extractors.patterns.phone import read_number
from extractors.patterns.web import host_holds, is_top_level

_WORD = re.compile(r"[^\W_]{1,40}(?:'[a-z]{1,3})?|\+")
_GAP = re.compile(r"[\s,.;\-–…]*")
"""What may stand between two words of one number."""
_ENGLISH = {
    "zero": "0", "oh": "0", "nought": "0", "naught": "0", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "niner": "9",
}  # fmt: skip
_ROMANIAN = {
    "zero": "0", "unu": "1", "una": "1", "doi": "2", "două": "2", "doua": "2", "trei": "3", "patru": "4", "cinci": "5",
    "șase": "6", "sase": "6", "șapte": "7", "sapte": "7", "opt": "8", "nouă": "9", "noua": "9",
}  # fmt: skip
_GERMAN = {
    "null": "0", "eins": "1", "zwei": "2", "zwo": "2", "drei": "3", "vier": "4", "fünf": "5", "sechs": "6",
    "sieben": "7", "acht": "8", "neun": "9", "zehn": "10", "elf": "11", "zwölf": "12", "dreizehn": "13", "vierzehn": "14",
    "fünfzehn": "15", "sechzehn": "16", "siebzehn": "17", "achtzehn": "18", "neunzehn": "19",
}  # fmt: skip
_GERMAN_ONES = ("ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
_GERMAN_TENS = ("zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
_GERMAN_PAIRS = {
    f"{one}und{ten}": f"{tens}{ones}"
    for tens, ten in enumerate(_GERMAN_TENS, 2)
    for ones, one in enumerate(_GERMAN_ONES, 1)
}
"""Germans say telephone numbers in pairs too: `zweiundvierzig` is 42."""
_BY_LANGUAGE = {"ro": {**_ENGLISH, **_ROMANIAN}, "de": {**_ENGLISH, **_GERMAN, **_GERMAN_PAIRS}}
"""Digits in words by language, beside English, which people fall into everywhere."""
HEARD_AS = {
    "o": "0", "owe": "0", "ow": "0", "won": "1", "to": "2", "too": "2", "tu": "2", "tree": "3", "free": "3", "for": "4",
    "fore": "4", "forth": "4", "fife": "5", "sics": "6", "sicks": "6", "sex": "6", "ate": "8", "hate": "8", "nein": "9",
    "mine": "9", "line": "9",
}  # fmt: skip
"""What a speech engine writes where a digit was said; believed only among enough real digit words."""
TENS = {
    "twenty": "2", "thirty": "3", "forty": "4", "fifty": "5", "sixty": "6", "seventy": "7", "eighty": "8", "ninety": "9",
}  # fmt: skip
TEENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16",
    "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
_TIMES = {"double": 2, "dubble": 2, "triple": 3, "treble": 3, "dublu": 2, "triplu": 3}
_PLUS = frozenset(("plus", "+"))
_FILLERS = frozenset(
    [
        "uh",
        "um",
        "er",
        "erm",
        "eh",
        "ah",
        "and",
        "so",
        "then",
        "like",
        "that's",
        "is",
        "it's",
        "sorry",
        "dash",
        "hyphen",
        "space",
        "comma",
        "a",
        "the",
        "äh",
        "ähm",
        "und",
        "și",
        "deci",
    ]
)
_MAX_FILLERS, _MAX_TOKENS, _MAX_TRIES, _LEAST_REAL = 2, 40, 24, 6

_SPOKEN_AT = re.compile(r"\bat\s+(?=[^\W_]+(?:\s+(?:dash|hyphen)\s+[^\W_]+)?\s+(?:dot|point)\s)", re.IGNORECASE)
_SAID = re.compile(r"[^\W_]{1,40}")
_LOCAL_WIDTH, _LOCAL_MARKS = 160, 4
_DOMAIN_WORDS = re.compile(
    r"([^\W_]{1,40}(?:\s+(?:dash|hyphen)\s+[^\W_]{1,40}){0,3}(?:\s+(?:dot|point)\s+[^\W_]{1,40}){1,4})(?![^\W_])",
    re.IGNORECASE,
)
_MARKS = re.compile(r"\s+(dot|point|underscore|dash|hyphen)\s+", re.IGNORECASE)
_MARK = {"dot": ".", "point": ".", "underscore": "_", "dash": "-", "hyphen": "-"}
_AT_WORD = r"\s?(?:\[\s?at\s?\]|\(\s?at\s?\)|\{\s?at\s?\}|(?<=\s)at(?=\s))\s?"
_DOT_WORD = r"\s?(?:\[\s?(?:dot|\.)\s?\]|\(\s?(?:dot|\.)\s?\)|\{\s?dot\s?\}|(?<=\s)dot(?=\s))\s?"
_WRITTEN_OUT = re.compile(
    rf"{_AT_WORD}([a-z0-9\-]{{1,63}}(?:(?:{_DOT_WORD}|\.)[a-z0-9\-]{{1,63}}){{1,4}})(?!\w)", re.IGNORECASE
)
_WRITTEN_LOCAL = re.compile(
    rf"(?<![\w.@])[a-z0-9_+\-]{{1,64}}(?:(?:{_DOT_WORD}|\.)[a-z0-9_+\-]{{1,64}}){{0,3}}$", re.IGNORECASE
)
_WRITTEN_DOT = re.compile(_DOT_WORD, re.IGNORECASE)
_WRITTEN_SIGNS = (" dot ", "[at", "(at", "{at", "[ at", "( at")
_CARD_WORD = re.compile(r"\b(card|visa|mastercard|maestro|amex|debit|credit)\b")
_IMEI_WORD = re.compile(r"\bimei\b")
SPOKEN_CARD_CUES = frozenset({"card", "visa", "mastercard", "maestro", "amex", "debit", "credit", "imei"})
_MAIL_WORD = re.compile(r"\b(e-?mail\w*|mail|write|contact|address|reach|message|adresa|scrie\w*)\b")
_NO_NAMES = "look looked me us meet is it was are be work order book here there now site page website up buy"
_BEFORE_PLACES = frozenset(_NO_NAMES.split())
_LAST_LABEL = re.compile(r"[a-z0-9\-]+")


class Said(msgspec.Struct, frozen=True):
    """One piece of a spoken number: its digits (or `+`), where it stands, and the word where it was a mishearing."""

    digits: str
    start: int
    end: int
    heard: str = ""
    words: bool = True
    """False where the piece is written in figures."""


def find_spoken_phone(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield telephone numbers said digit by digit; one that libphonenumber refuses is kept, unverified."""
    for run in _runs(text, asserted.language):
        yield from _numbers_in(run, asserted.region)


def digit_words(language: str) -> dict[str, str]:
    """Return the words for digits in a language (ISO 639-1), and the digits that they stand for."""
    return _BY_LANGUAGE.get(language, _ENGLISH)


def _runs(text: str, language: str) -> Iterator[list[Said]]:
    """Yield unbroken runs of digit words, with at most two filler words between two of them."""
    table = digit_words(language)
    run: list[Said] = []
    fillers = 0
    times = 1
    opened = last = -1
    for match in _WORD.finditer(text):
        if run and _GAP.fullmatch(text, last, match.start()) is None:
            yield run
            run, fillers, times = [], 0, 1
        last = match.end()
        word = match[0].lower()
        said = _piece(word, match, table, started=bool(run) or times > 1)
        if word in _TIMES:
            times, opened = _TIMES[word], match.start()
        elif said is not None and (not run or (len(run) < _MAX_TOKENS and said.digits != "+")):
            run.append(_repeated(said, times, opened))
            times, fillers = 1, 0
        elif word in _FILLERS and run and fillers < _MAX_FILLERS:
            fillers += 1
        else:
            yield run
            run, fillers, times = [said] if said is not None else [], 0, 1
    yield run


def _piece(word: str, match: re.Match[str], table: dict[str, str], *, started: bool) -> Said | None:
    at = match.span()
    if word in table:
        return Said(table[word], *at)
    if word in _PLUS:
        return Said("+", *at)
    if word in TENS:
        return Said(TENS[word] + "0", *at)
    if word in TEENS:
        return Said(TEENS[word], *at)
    if word.isdecimal() and len(word) <= 15:
        return Said("".join(str(int(c)) for c in word), *at, words=False)
    return Said(HEARD_AS[word], *at, heard=word) if word in HEARD_AS and (started or word in ("o", "owe")) else None


def _repeated(said: Said, times: int, opened: int) -> Said:
    return Said(said.digits * times, opened if times > 1 else said.start, said.end, said.heard, said.words)


def _numbers_in(run: Sequence[Said], region: str) -> Iterator[Hit]:
    if sum(len(said.digits) for said in run if said.words and not said.heard) < _LEAST_REAL:
        return
    pieces = _joined_tens(run)
    at, tries = 0, _MAX_TRIES
    while at < len(pieces) and tries > 0:
        hit, used, cost = _number_at(pieces[at:], region)
        tries -= cost
        if hit is not None:
            yield hit
        at += used


def _joined_tens(run: Sequence[Said]) -> list[Said]:
    """Read `seventy nine` as 79: a ten followed by one to nine is one two-digit number."""
    joined: list[Said] = []
    for said in run:
        last = joined[-1] if joined else None
        tens = (
            last is not None and len(last.digits) == 2 and last.digits[1] == "0" and last.digits[0] > "1" and last.words
        )
        if last is not None and tens and said.digits in "123456789" and said.words and last.digits[0] != last.digits[1]:
            joined[-1] = Said(last.digits[0] + said.digits, last.start, said.end, said.heard)
        else:
            joined.append(said)
    return joined


def _number_at(pieces: Sequence[Said], region: str) -> tuple[Hit | None, int, int]:
    """Return the longest valid number from the first piece, the pieces it used, and the parses it cost."""
    if pieces[0].digits[0] not in "+0" or pieces[0].heard not in ("", "o", "owe", "ow"):
        return None, 1, 0
    cost, kept, kept_used = 0, None, 1
    for count in range(min(len(pieces), 16), 0, -1):
        chosen = pieces[:count]
        digits = "".join(piece.digits for piece in chosen)
        if not 8 <= len(digits.lstrip("+")) <= 15 or "+" in digits[1:]:
            continue
        cost += 1
        if not _enough_real(chosen):
            continue
        hit = _judge(chosen, digits, region)
        if hit.holds:
            return hit, count, cost
        if kept is None and not chosen[-1].heard and 9 <= len(digits.lstrip("+")) <= 13:
            kept, kept_used = hit, count
    return kept, kept_used, cost


def _enough_real(chosen: Sequence[Said]) -> bool:
    """Return whether most pieces are real digit words, and some are words at all."""
    heard = sum(1 for piece in chosen if piece.heard)
    real = sum(len(piece.digits) for piece in chosen if not piece.heard)
    return real >= _LEAST_REAL and heard * 3 <= len(chosen) and any(piece.words for piece in chosen)


def _judge(chosen: Sequence[Said], digits: str, region: str) -> Hit:
    number = read_number(digits, region)
    holds = number is not None and number.valid and number.complete
    origin = "country code spoken" if digits[0] == "+" else f"region {region} asserted"
    check = f"E.164 by libphonenumber, {origin}" if holds else "digits spoken; not a number in use by libphonenumber"
    if not region and digits[0] != "+":
        check = "digits spoken; no region asserted and no country code spoken"
    return Hit(
        kind="phone",
        start=chosen[0].start,
        end=chosen[-1].end,
        value=number.e164 if number is not None else digits,
        holds=holds,
        check=check,
        rule=_rule(chosen),
    )


def find_spoken_card(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield card numbers and handset numbers said digit by digit, where the text speaks of a card or an IMEI.

    Only whole runs of digits whose Luhn digit holds: a digit said or heard wrong leaves none.
    """
    for run in _runs(text, asserted.language):
        digits = "".join(said.digits for said in run)
        if not 13 <= len(digits) <= 19 or not _enough_real(run) or not digits.isdecimal() or not luhn.is_valid(digits):
            continue
        context = before(text, run[0].start)
        brand = brand_of(digits)
        if len(digits) == 15 and _IMEI_WORD.search(context):
            kind, check = "imei", "IMEI (3GPP TS 23.003), Luhn"
        elif brand and _CARD_WORD.search(context):
            kind, check = "card", f"{brand}, Luhn"
        else:
            continue
        yield Hit(
            kind=kind,
            start=run[0].start,
            end=run[-1].end,
            value=digits,
            holds=True,
            check=check,
            rule=_rule(run),
        )


def _rule(chosen: Sequence[Said]) -> str:
    heard = sorted({f'"{piece.heard}" heard as {piece.digits[0]}' for piece in chosen if piece.heard})
    return ", ".join(["digits spoken", *heard])


def find_spoken_email(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield addresses said as words, with `at` and `dot`."""
    for match in _SPOKEN_AT.finditer(text):
        start = _local_start(text, match.start())
        right = _DOMAIN_WORDS.match(text, match.end())
        if start < 0 or right is None:
            continue
        local, domain = (_MARKS.sub(_mark, part).lower() for part in (text[start : match.start()].rstrip(), right[1]))
        yield _email(start, right.end(), local, domain, rule="at and dot spoken")


def find_written_out_email(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield addresses whose marks people wrote as words, so that no machine finds them: `maria [at] example [dot] org`.

    Without brackets `look at example dot org` looks the same, so the words before must speak of mail; else unverified.
    """
    lower = lowered(text)
    if not any(sign in lower for sign in _WRITTEN_SIGNS):
        return
    for match in _WRITTEN_OUT.finditer(text):
        start, right = _written_start(text, match.start()), match[1].lower()
        plain = not set("[({") & set(text[match.start() : match.start(1)])
        if start < 0 or not is_top_level(_LAST_LABEL.findall(right)[-1]) or (plain and "." in right):
            continue
        local, domain = (_WRITTEN_DOT.sub(".", part).lower() for part in (text[start : match.start()], right))
        hit = _email(start, match.end(1), local, domain, rule="at and dot written as words")
        if plain and not _MAIL_WORD.search(before(text, start)):
            check = "at and dot as words, but nothing says that this is an address of somebody"
            hit = msgspec.structs.replace(hit, holds=False, check=check)
        if not plain or local not in _BEFORE_PLACES:
            yield hit


def _written_start(text: str, end: int) -> int:
    """Return where the part before a written-out `at` begins; -1 where no word stands there."""
    floor = max(0, end - _LOCAL_WIDTH)
    local = _WRITTEN_LOCAL.search(text[floor:end])
    return floor + local.start() if local else -1


def _email(start: int, end: int, local: str, domain: str, *, rule: str) -> Hit:
    holds = host_holds(domain) and dots_hold(local)
    check = "address shape (RFC 5321)" if holds else "not an address by RFC 5321"
    return Hit(kind="email", start=start, end=end, value=f"{local}@{domain}", holds=holds, check=check, rule=rule)


def _local_start(text: str, end: int) -> int:
    """Return where the part before `at` begins: one word, and words joined to it by a spoken dot; -1 for none."""
    floor = max(0, end - _LOCAL_WIDTH)
    words = list(_SAID.finditer(text[floor:end]))
    if not words or text[floor + words[-1].end() : end].strip():
        return -1
    first = len(words) - 1
    while first >= 2 and words[first - 1][0].lower() in _MARK and len(words) - first < 2 * _LOCAL_MARKS:
        first -= 2
    return floor + words[first].start()


def _mark(match: re.Match[str]) -> str:
    return _MARK[match[1].lower()]
