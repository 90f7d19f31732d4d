"""Number plates of more countries, each by the format its law gives, where the text speaks of a vehicle."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from extractors.patterns.hit import Asserted, Hit, after, before

_VEHICLE = re.compile(
    r"\b(car|van|vehicle|minibus|bus|lorry|truck|taxi|trailer|driv\w+|ford|vauxhall|opel|mercedes|"
    r"sprinter|vivaro|transit|"
    r"volkswagen|vw|audi|bmw|renault|peugeot|citro\w+|fiat|skoda|škoda|toyota|seat|dacia|autoturism\w*|mașin\w+)\b"
)
_PLATE_WORD = re.compile(r"\b(plates?|number ?plates?|tag|reg|registered|registration|vrm|licen[cs]e)\b")
_LOCAL = {
    "DE": re.compile(r"\b(kennzeichen|auto|wagen|pkw|lkw|fahrzeug\w*|fahrer\w*)\b"),
    "FR": re.compile(r"\b(immatricul\w+|plaque|voiture|camion\w*|fourgon\w*)\b"),
    "NL": re.compile(r"\b(kenteken\w*|auto|busje|bestelbus)\b"),
    "ES": re.compile(r"\b(matr[ií]cula\w*|coche|furgoneta|camión)\b"),
    "IT": re.compile(r"\b(targa\w*|targat\w+|auto|furgone|veicolo|camion)\b"),
    "PL": re.compile(r"\b(rejestrac\w+|tablic\w*|samoch\w+|auto|bus)\b"),
    "BG": re.compile(r"\b(номер|кола|колата|бус|микробус|автомобил\w*|камион)\b"),
    "IE": _VEHICLE,
}
"""Words about vehicles in the language of the country."""


class Format(msgspec.Struct, frozen=True):
    """A country's format: how it is written, what it may not hold, and whether hyphens make it one at sight."""

    country: str
    region: str
    shape: re.Pattern[str]
    never: re.Pattern[str] | None = None
    distinct: bool = False
    """Whether any word about vehicles will do; else one of the country's language, or the word plate."""


_IRISH = "C|CE|CN|CW|D|DL|G|KE|KK|KY|L|LD|LH|LK|LM|LS|MH|MN|MO|OY|RN|SO|T|TN|TS|W|WD|WH|WW|WX|LX"
_DUTCH = (
    "[A-Z]{2}-[0-9]{2}-[0-9]{2}|[0-9]{2}-[0-9]{2}-[A-Z]{2}|[0-9]{2}-[A-Z]{2}-[0-9]{2}|[A-Z]{2}-[0-9]{2}-[A-Z]{2}|"
    "[A-Z]{2}-[A-Z]{2}-[0-9]{2}|[0-9]{2}-[A-Z]{2}-[A-Z]{2}|[0-9]{2}-[A-Z]{3}-[0-9]|[0-9]-[A-Z]{3}-[0-9]{2}|"
    "[A-Z]{2}-[0-9]{3}-[A-Z]|[A-Z]-[0-9]{3}-[A-Z]{2}|[A-Z]{3}-[0-9]{2}-[A-Z]|[A-Z]-[0-9]{2}-[A-Z]{3}|"
    "[0-9]-[A-Z]{2}-[0-9]{3}|[0-9]{3}-[A-Z]{2}-[0-9]"
)


def _whole(shape: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{shape})\Z")


FORMATS: tuple[Format, ...] = (
    Format("Dutch", "NL", _whole(_DUTCH), re.compile(r"[AEIOU]{2,}|SS|SA|SD"), True),
    Format("Irish", "IE", _whole(rf"(?:[0-9]{{2}}|[0-9]{{2}}[12])-(?:{_IRISH})-[0-9]{{1,6}}"), None, True),
    Format("French", "FR", _whole(r"[A-Z]{2}-[0-9]{3}-[A-Z]{2}"), re.compile(r"[IOU]|SS|WW"), True),
    Format("Italian", "IT", _whole(r"[A-Z]{2} ?[0-9]{3} ?[A-Z]{2}"), re.compile(r"[IOQU]")),
    Format("Spanish", "ES", _whole(r"[0-9]{4}[ \-]?[B-DF-HJ-NPR-TV-Z]{3}"), re.compile(r"Q")),
    Format("Bulgarian", "BG", _whole(r"[ABEKMHOPCTYX]{1,2} ?[0-9]{4} ?[ABEKMHOPCTYX]{2}")),
    Format("German", "DE", _whole(r"[A-ZÄÖÜ]{1,3}-[A-Z]{1,2}[ \-]?[1-9][0-9]{0,3}[EH]?"), None, True),
    Format(
        "German",
        "DE",
        _whole(r"[A-ZÄÖÜ]{1,3}[ \-][A-Z]{1,2}[ \-]?[1-9][0-9]{0,3}[EH]?"),
        re.compile(r"-(?:HJ|KZ|NS|SA|SS)"),
    ),
    Format(
        "Polish",
        "PL",
        _whole(r"[A-Z]{2} [0-9][0-9A-PR-Z]{4}|[A-Z]{3} (?=[0-9]*[A-Z])[0-9][0-9A-PR-Z]{3}|[A-Z]{3} [0-9]{5}"),
        re.compile(r" .*[BDIOZ]"),
    ),
)
_TOKEN = re.compile(r"[0-9](?<![0-9][0-9])")
_LEFT = re.compile(r"(?<![\w\-])(?:[A-ZÄÖÜ]{1,3}[ \-]?){0,2}$")
_RIGHT = re.compile(r"[0-9]{1,6}(?:[ \-]?[A-Z]{1,3}(?:-?[0-9]{1,6})?|-[0-9]{1,3}(?:-[A-Z]{1,3})?)?(?![\w]|-\w)")
_US = re.compile(r"[0-9](?<![0-9][0-9])")
_US_LEFT = re.compile(r"(?<![\w\-])(?:[A-Z]{3}[ \-]?)?$")
_US_RIGHT = re.compile(r"[0-9]{3,4}(?![\w\-])|[0-9][A-Z]{3}[0-9]{3}(?![\w\-])")
_STATE = re.compile(
    r"\b(alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|"
    r"idaho|illinois|"
    r"indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|"
    r"missouri|montana|"
    r"nebraska|nevada|new hampshire|new jersey|new mexico|new york|north carolina|north dakota|ohio|oklahoma|oregon|"
    r"pennsylvania|rhode island|south carolina|south dakota|tennessee|texas|utah|vermont|virginia|"
    r"washington|wisconsin|wyoming)\b"
)


def find_plate_abroad(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield plates of the formats above, upper-case without spaces, where a word nearby speaks of a vehicle."""
    done = 0
    for digit in _TOKEN.finditer(text):
        if digit.start() < done:
            continue
        floor = max(done, digit.start() - 8)
        left = _LEFT.search(text, floor, digit.start())
        right = _RIGHT.match(text, digit.start())
        start = left.start() if left else digit.start()
        if left is None or right is None or not any(c.isalpha() for c in text[start : right.end()]):
            continue
        hit = _abroad(text, start, right.end(), asserted.region)
        if hit is not None:
            done = hit.end
            yield hit


def _abroad(text: str, start: int, end: int, region: str) -> Hit | None:
    quote = text[start:end]
    shaped = [one for one in FORMATS if one.shape.match(quote) and not (one.never and one.never.search(quote))]
    context = f"{before(text, start)} | {after(text, end)}" if shaped else ""
    fitting = [one for one in shaped if _speaks_of(one, context, region)]
    if not fitting:
        return None
    own = [one for one in fitting if one.region == region]
    named = " or ".join(dict.fromkeys(one.country for one in own or fitting))
    value = re.sub(r"[ \-]", "", quote)
    check = f"{named} format, word nearby; the district or series is not looked up"
    return Hit(kind="plate", start=start, end=end, value=value, holds=True, check=check)


def _speaks_of(one: Format, context: str, region: str) -> bool:
    """Return whether words nearby are about a plate, or about vehicles where the format or language says enough."""
    if _PLATE_WORD.search(context) or _LOCAL[one.region].search(context):
        return True
    return (one.distinct or one.region == region) and _VEHICLE.search(context) is not None


def find_plate_us(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield American plates (`ABC 1234`, `7ABC123`) that the text calls a plate; sure only where it names the state."""
    for digit in _US.finditer(text):
        right = _US_RIGHT.match(text, digit.start())
        floor = max(0, digit.start() - 5)
        left = _US_LEFT.search(text, floor, digit.start()) if right else None
        if right is None or left is None or not (left[0] or len(right[0]) == 7):
            continue
        context = before(text, left.start()) + " " + after(text, right.end())
        if (left[0] and not right[0].isdecimal()) or not _PLATE_WORD.search(context):
            continue
        state = _STATE.search(context)
        check = "called a plate by the text; shape of American plates, " + (
            f"{state[1].title()} named" if state else "no state named"
        )
        value = re.sub(r"[ \-]", "", text[left.start() : right.end()])
        yield Hit(kind="plate", start=left.start(), end=right.end(), value=value, holds=state is not None, check=check)
