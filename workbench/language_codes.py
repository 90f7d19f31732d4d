"""The languages a command asserts: ISO 639-1 codes, by the list that pycountry carries."""

from __future__ import annotations

from evidence.errors import UsageError

_EXAMPLES = "en (English), ro (Romanian), fr (French), de (German), pl (Polish), ar (Arabic)"


def language_codes(given: str) -> tuple[str, ...]:
    """Return the codes in `en,ro`, each once; raises UsageError, naming it, for one that is no language's.

    Whether an engine here has data for a language is another question: the exhibits say so.
    """
    codes = tuple(dict.fromkeys(code for one in given.split(",") if (code := one.strip().lower())))
    for code in codes:
        if not _is_known(code):
            raise UsageError(
                f"{code!r} is not the two-letter code of a language (ISO 639-1)",
                next_step=f"give codes parted by commas, such as {_EXAMPLES}",
            )
    return codes


def _is_known(code: str) -> bool:
    from pycountry import languages  # seldom needed

    return languages.get(alpha_2=code) is not None
