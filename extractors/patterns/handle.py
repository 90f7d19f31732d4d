"""Names of accounts on social platforms: `@name`, and the name inside a profile's address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.patterns.hit import Asserted, Hit

_HANDLE = re.compile(r"@(?<![\w@./:+\-]@)([A-Za-z_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_]))(?![\w@])")
_PROFILE = re.compile(r"[mMeE]/@?([A-Za-z0-9_.]{2,30})(?=/?(?:[\s?#,;)\]>\"'.]|$))")
_PLATFORM = re.compile(
    r"(?<![\w.])(?:www\.|m\.)?(t\.me|telegram\.me|instagram\.com|twitter\.com|x\.com|tiktok\.com|facebook\.com)$",
    re.IGNORECASE,
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
        name = match[1].rstrip(".")
        platform = _PLATFORM.search(text[max(0, match.start() - 20) : match.start() + 1])
        if platform is None or len(name) < 3 or name.lower() in _PAGES:
            continue
        yield Hit(
            kind="handle",
            start=match.start(1),
            end=match.start(1) + len(name),
            value=f"@{name.lower()}",
            holds=True,
            check=f"profile address on {platform[1].lower()}",
            rule="name taken from a profile address",
        )
