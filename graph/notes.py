"""Notes under an answer: sentences that begin with a number, and the ids of what an answer names, of which more is to be said."""

import re
from typing import Final

import msgspec

_FORMS: Final = re.compile(r"\[([^|\]]*)\|([^|\]]*)\]")
"""Words that depend on the number before them: of several, then of one."""


_ID: Final = re.compile(r'"([ep]-[0-9a-f]{16})"')


def named_in(answer: object) -> list[str]:
    """Return the ids of the entities that an answer names, what people made among them; each once, in order."""
    return sorted(set(_ID.findall(msgspec.json.encode(answer).decode())))


def noted(count: int, sentence: str) -> tuple[str, ...]:
    """Return a note that begins with `count`, or none where it is 0; `[are|is]` in `sentence` gives the words for several and for one."""
    if not count:
        return ()
    said = _FORMS.sub(lambda found: found[2 if count == 1 else 1], sentence)
    return (f"{count:,} {said}",)
