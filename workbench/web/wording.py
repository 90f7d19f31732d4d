"""What somebody sent as text, before anything is done with it."""

from __future__ import annotations

from evidence.errors import UsageError


def plain(text: str) -> str:
    """Return a text that can be searched for, kept and written; raises UsageError for halves of characters and NUL."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError("that text holds half a character", next_step="write it again without that") from error
    if "\0" in text:
        raise UsageError("that text holds the character NUL", next_step="write it again without that")
    return text
