"""The unsigned draft of a certification (US FRE 902(13)); it attests nothing until a person makes it their own."""

from __future__ import annotations

from collections.abc import Sequence

from exports.material import CheckpointLine, Making

HEAD = "DRAFT CERTIFICATION. UNSIGNED. It certifies nothing until a qualified person checks, changes and signs it."
BLANK = "____________________"


def paragraphs(making: Making, checkpoint: CheckpointLine, *, title: str) -> tuple[str, ...]:
    """Return the draft's paragraphs: what a qualified person could certify, with nobody's name in them."""
    return (
        f"I, {BLANK}, am {BLANK}. I am qualified to speak to the process described here because {BLANK}.",
        f'1. The records of the case "{title}" were produced by {making.software}, an electronic process that receives '
        "files, computes the SHA-256 of each on receipt, reads them with the tools listed below and records each step in "
        "a hash-chained log.",
        f"2. {len(making.exhibits)} exhibits are listed in the summary with their SHA-256. The custody record has "
        f"{checkpoint.size} lines; its checkpoint is {checkpoint.code}.",
        "3. Tools, versions, models and settings: " + "; ".join(_tools(making)) + ".",
        f"4. I checked that the process gives an accurate result by {BLANK}. The results of that check are {BLANK}.",
        '5. What the process did not read, and its limitations, are stated in the summary under "What was not read" and '
        '"How it was made".',
        "This draft was filled in by software from the case record. The blanks are for the signatory alone.",
    )


def _tools(making: Making) -> Sequence[str]:
    return [
        f"{tool.stamp.name} {tool.stamp.version}"
        + (f", model {tool.stamp.model}" if tool.stamp.model else "")
        + (f" (digest {tool.stamp.model_digest})" if tool.stamp.model_digest else "")
        + (f" with {_settings(tool.stamp.settings)}" if tool.stamp.settings else "")
        for tool in making.tools
    ] or ["none was used"]


def _settings(settings: dict[str, str | int | bool | list[str]]) -> str:
    return ", ".join(
        f"{name}={','.join(value) if isinstance(value, list) else value}" for name, value in settings.items()
    )


def draft_text(body: Sequence[str]) -> str:
    """Return the draft as plain text, with a blank signature block."""
    signature = "\n".join(f"{label + ':':<12}{BLANK}" for label in ("Name", "Position", "Date", "Signature"))
    return "\n\n".join([HEAD, *body, signature]) + "\n"
