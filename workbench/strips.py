"""The source strip and the reading beside it, as the terminal shows them everywhere."""

from __future__ import annotations

from rich.text import Text

from graph.answers import Mention, SegmentText, Strip
from workbench.printing import REVIEW_WORDS, out, quote, safe

_STYLES = {
    "unreviewed": "yellow",
    "reading_confirmed": "green",
    "attributed": "blue",
    "corrected": "green",
    "rejected": "dim",
}


def strip_text(strip: Strip) -> str:
    """Return the strip in words: exhibit, place, engine and raw score; review state where a mention has one."""
    engine = f"{strip.engine} {strip.version}".strip() or strip.source
    raw = f", raw score {strip.score / 10:.1f} of 100" if strip.score >= 0 else ""
    who = f" by {strip.reviewer}" if strip.reviewer else ""
    review = f" · {REVIEW_WORDS[strip.review]}{who}" if strip.review else ""
    flags = "".join(f", {word}" for word, on in (("draft", strip.draft), ("doubtful", strip.doubtful)) if on)
    return f"{strip.exhibit} · {strip.place} · {engine}{raw}{flags}{review}"


def print_strip(strip: Strip, *, indent: str = "  ") -> None:
    """Print the strip on a line of its own."""
    out.print(Text(indent + safe(strip_text(strip)), style=_STYLES.get(strip.review, "dim")))


def print_mention(mention: Mention, segment: SegmentText | None = None) -> None:
    """Print a mention: what it says, what it was read as, where it stands, and the words around it."""
    head = Text(safe(f"{mention.id}  {mention.kind}  "))
    head.append(safe(mention.value), style="bold")
    if mention.quote != mention.value:
        head.append(safe(f"  as written: {quote(mention.quote)}"))
    head.append("" if mention.status == "established" else f"  [{mention.status}]")
    out.print(head)
    if mention.value_machine and mention.value_machine != mention.value:
        out.print(Text(safe(f"  the machine read: {mention.value_machine}"), style="dim strike"))
    for note in filter(None, (mention.check, mention.rule)):
        out.print(Text(f"  {safe(note)}", style="dim"))
    print_strip(mention.strip)
    if segment is not None:
        print_context(segment.text, mention.start, mention.end)


def print_context(text: str, start: int, end: int, *, around: int = 90) -> None:
    """Print the words around a span, the span itself marked."""
    before, after = text[max(0, start - around) : start], text[end : end + around]
    line = Text("  " + ("…" if start > around else "") + safe(" ".join(before.split())) + " ")
    line.append(safe(" ".join(text[start:end].split())), style="bold reverse" if out.is_terminal else "")
    line.append(" " + safe(" ".join(after.split())) + ("…" if end + around < len(text) else ""))
    out.print(line)


def print_segment(segment: SegmentText) -> None:
    """Print a segment whole, with the corrections people made beside it."""
    print_strip(segment.strip, indent="")
    out.print(Text(safe(f"{segment.id}"), style="bold"))
    for line in segment.text.splitlines():
        out.print(Text("  " + safe(line)))
    for correction in segment.corrections:
        said = (
            f"  corrected by {correction.actor}: {correction.quote!r} reads {correction.text!r} ({correction.reason})"
        )
        out.print(Text(safe(said), style="green"))
