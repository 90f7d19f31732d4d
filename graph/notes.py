"""Notes under an answer that begin with a number: what was left out, and why."""

import re
from typing import Final

_FORMS: Final = re.compile(r"\[([^|\]]*)\|([^|\]]*)\]")
"""Words that depend on the number before them: of several, then of one."""


def noted(count: int, sentence: str) -> tuple[str, ...]:
    """Return a note that begins with `count`, or none where it is 0; `[are|is]` in `sentence` gives the words for several and for one."""
    if not count:
        return ()
    said = _FORMS.sub(lambda found: found[2 if count == 1 else 1], sentence)
    return (f"{count:,} {said}",)
