"""Names of accounts on social platforms: `@name`, and the name inside a profile's address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.patterns.hit import Asserted, Hit
from extractors.patterns.phone import read_number

_HANDLE = re.compile(r"@(?<![\w@./:+\-]@)([A-Za-z_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_]))(?![\w@])")
_PROFILE = re.compile(r"/[@~]?([A-Za-z0-9_.\-]{2,40})(?=/?(?:[\s?#,;)\]>\"'.]|$))")
_EDGE = re.compile(r"[^\w./\-]")
_PLATFORM = re.compile(
    r"(?:(?:www|m|mobile|web|old|[a-z]{2})\.)?("
    r"t\.me|telegram\.me|instagram\.com|threads\.(?:net|com)|twitter\.com|x\.com|tiktok\.com|"
    r"facebook\.com|fb\.com|fb\.me|m\.me|"
    r"youtube\.com(?:/c|/user)?|linkedin\.com/in|github\.com|gitlab\.com|reddit\.com/u(?:ser)?|snapchat\.com/add|"
    r"pinterest\.com|twitch\.tv|onlyfans\.com|vk\.com|ok\.ru|bsky\.app/profile|soundcloud\.com|steamcommunity\.com/id|"
    r"medium\.com|paypal\.me|cash\.app|venmo\.com(?:/u)?|linktr\.ee|flickr\.com/people|tumblr\.com)",
    re.IGNORECASE,
)
_ONLY_WITH_AT = ("youtube.com", "medium.com", "threads.net", "threads.com")
"""Services whose other addresses are pages and films, not people."""
_CHAT = re.compile(r"(?:wa\.me|whatsapp\.com/send\?phone=)/?\+?([0-9]{8,15})(?![0-9A-Za-z])", re.IGNORECASE)
SERVICES = ("instagram", "insta", "snapchat", "telegram", "tiktok", "twitter", "discord", "skype", "kik", "wickr",
            "threema",
            "facebook", "wechat", "reddit")  # fmt: skip
"""Names of services before which people write an account's name."""
_NAMED = re.compile(
    rf"(?<![\w@./])(?i:({'|'.join(SERVICES)})"
    r"(?: (?:user ?name|user|handle|account|name|id))?(?:[ ]?[:=][ ]?| is | - "
    r"))([A-Za-z0-9_.][A-Za-z0-9_.\-]{2,30})(#[0-9]{4})?(?![\w@/])"
)
_PAGES = frozenset(
    [
        "home",
        "login",
        "signup",
        "share",
        "sharer",
        "about",
        "explore",
        "intent",
        "hashtag",
        "search",
        "settings",
        "joinchat",
        "addstickers",
        "reel",
        "reels",
        "stories",
        "watch",
        "groups",
        "events",
        "pages",
        "policies",
        "privacy",
        "terms",
        "help",
        "i",
        "s",
        "p",
        "tv",
    ]
)
"""First parts of a path that are pages of the platform itself."""


def find_handle(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield `@name` in lower case; which platform it is on is not said by the text."""
    for match in _HANDLE.finditer(text):
        yield Hit(
            kind="handle",
            start=match.start(),
            end=match.end(),
            value=match[0].lower(),
            holds=True,
            check="handle shape; platform not stated",
        )


def find_profile(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield the account name inside a profile's web address; it stands within the address's own mention."""
    for match in _PROFILE.finditer(text):
        name = match[1].rstrip(".-")
        platform = _PLATFORM.fullmatch(_EDGE.split(text[max(0, match.start() - 40) : match.start()])[-1].lstrip("/"))
        if platform is None or len(name) < 3 or name.lower() in _PAGES:
            continue
        if platform[1].lower() in _ONLY_WITH_AT and "@" not in match[0]:
            continue
        yield Hit(
            kind="handle",
            start=match.start(1),
            end=match.start(1) + len(name),
            value=f"@{name.lower()}",
            holds=True,
            check=f"profile address on {platform[1].split('/')[0].lower()}",
            rule="name taken from a profile address",
        )


_ADDRESS = re.compile(r"(?<![\w.+@\-])([0-9]{6,15})(?:[:.][0-9]{1,3})?@(?:s\.whatsapp\.net|c\.us)(?![\w\-])")
_GROUP = re.compile(r"(?<![\w.+@\-])[0-9]{6,20}(?:-[0-9]{6,12})?@g\.us(?![\w\-])")


def find_chat_address(text: str, _: Asserted) -> Iterator[Hit]:
    """Yield the numbers and groups that WhatsApp writes as addresses: `447700900123@s.whatsapp.net`, `…@g.us`."""
    for match in _ADDRESS.finditer(text):
        number = read_number(f"+{match[1]}", "")
        holds = number is not None and number.valid
        why = "E.164 by libphonenumber, in a WhatsApp address" if holds else "not a number in use by libphonenumber"
        value = number.e164 if number is not None else f"+{match[1]}"
        yield Hit(kind="phone", start=match.start(), end=match.end(), value=value, holds=holds, check=why)
    for match in _GROUP.finditer(text):
        value = f"whatsapp:{match[0]}"
        yield Hit(
            kind="account", start=match.start(), end=match.end(), value=value, holds=True, check="a WhatsApp group"
        )


def find_chat_phone(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield the telephone number inside a WhatsApp address, which always carries its country code."""
    for match in _CHAT.finditer(text):
        number = read_number("+" + match[1], "")
        holds = number is not None and number.valid
        yield Hit(
            kind="phone",
            start=match.start(1),
            end=match.end(1),
            value=number.e164 if number is not None else "+" + match[1],
            holds=holds,
            check="E.164 by libphonenumber, from a WhatsApp address"
            if holds
            else "not a number in use by libphonenumber",
            rule="number taken from a WhatsApp address",
        )


def find_named_handle(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield what the text calls an account on a service: `insta: maria_p`; a plain word needs a line end behind it."""
    for match in _NAMED.finditer(text):
        name = match[2].rstrip(".-")
        telling = any(c in "_." or c.isdecimal() for c in name) or match[3]
        alone = text[match.end() : match.end() + 2].strip(" ")[:1] in ("", "\n", ",", ";", ")")
        if len(name) < 3 or not (telling or (alone and ":" in match[0])):
            continue
        end = match.start(2) + len(name) if not match[3] else match.end(3)
        yield Hit(
            kind="handle",
            start=match.start(2),
            end=end,
            value=f"@{text[match.start(2) : end].lower()}",
            holds=True,
            check=f"called an account on {match[1].lower()} by the text",
        )
