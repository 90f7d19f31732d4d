"""A summary made by hand, with everything in it that is awkward to print."""

from __future__ import annotations

from PIL import Image, ImageDraw

from evidence.locator import Box, PagePlace, Place, TextPlace, TimePlace
from evidence.records import Authority, Stamp
from exports.crops import cut, waveform_svg
from exports.material import (
    Analysis,
    AnalysisCounts,
    AnalysisLine,
    AnalysisSheet,
    Category,
    CheckpointLine,
    ChronologyLine,
    CitedPlace,
    CitedSegment,
    Correction,
    Excerpt,
    ExhibitLine,
    Finding,
    FindingCounts,
    Front,
    Joined,
    Locator,
    Making,
    Party,
    Reading,
    Search,
    Strip,
    Summary,
    Tool,
    Unread,
    UnreadItem,
    Verdict,
    Waveform,
)

NASTY = (
    '#panic("x") *bold* _em_ $x$ `raw` @ref <label> \\ // /* \u202egnp.exe\u202c \x07\x1b[31m שלום 你好 😀 ș ț Привет'
)
ROOT = "4f" * 32
WHEN = "2026-03-05T10:11:12.345Z"
PAGE = PagePlace(page=1, width_px=1240, height_px=1754, dpi=150)


def page_image() -> Image.Image:
    page = Image.new("L", (1240, 1754), 255)
    draw = ImageDraw.Draw(page)
    for row in range(20):
        draw.text((120, 120 + 70 * row), f"Line {row}: contact 020 7946 0123 room {row}", fill=0, font_size=34)
    return page


def strip(place: Place = PAGE, *, source="ocr", review="unreviewed", exhibit="CG-0003", score=873, **more) -> Strip:
    who = {} if review == "unreviewed" else {"by": "A. Officer", "at": WHEN, "reason": "read it on the page"}
    return Strip(
        exhibit=exhibit,
        exhibit_name="lodge-office/registration-form.pdf",
        sha256="ab" * 32,
        place="p. 1" if isinstance(place, PagePlace) else "00:41.2" if isinstance(place, TimePlace) else "line 12",
        locator=Locator(segment=f"{exhibit}.p1.1", place=place, start=4, end=17, boxes=(Box(430, 330, 240, 34),)),
        source=source,
        engine="tesseract 5.3.4" if source == "ocr" else "whisper 1.2" if source == "speech" else "email reader 1",
        model="eng" if source == "ocr" else "",
        score=score if source != "native" else -1,
        verdict=Verdict(review=review, **who),
        **more,
    )


def reading(claim: str, **more) -> Reading:
    return Reading(
        claim=claim,
        basis="machine_inference",
        author="tesseract 5.3.4",
        sources=("CG-0003",),
        kind="phone",
        quote="020 7946 O123",
        value="+442079460123",
        status="established",
        check="E.164 by libphonenumber, region GB asserted",
        rule="O read as 0",
        strip=strip(**more),
    )


def cited(claim: str, *, tag="supports", confirmed=(), unconfirmed=(), **more) -> CitedSegment:
    fields = {
        "claim": claim,
        "basis": "machine_inference",
        "author": "tesseract 5.3.4",
        "sources": ("CG-0003",),
        "segment": "CG-0003.p1.1",
        "tag": tag,
        "tagged_by": "A. Officer",
        "tagged_at": WHEN,
        "tag_reason": "the number on the form",
        "strip": strip(),
        "text": "Name ____\nPhone 020 7946 O123\n" + NASTY,
        "excerpt": Excerpt(text="Name ____\nPhone 020 7946 O123\n" + NASTY, whole=True),
        "confirmed": confirmed,
        "unconfirmed": unconfirmed,
    }
    return CitedSegment(**(fields | more))


def place(claim: str, *, whole: bool = False, **more) -> CitedPlace:
    return CitedPlace(
        claim=claim, basis="machine_inference", author="tesseract 5.3.4", sources=("CG-0003",), exhibit="CG-0003",
        exhibit_name="form.pdf " + NASTY, sha256="ab" * 32, text="" if whole else NASTY, strip=None if whole else strip(**more),
    )  # fmt: skip


def sheet(title: str, columns: tuple[str, ...], *rows: tuple[str | int, ...], **more) -> AnalysisSheet:
    lines = tuple(
        AnalysisLine(
            claim=f"L-{title}-{number}", author="casegraph 0.1.0", sources=("O-1",), cells=cells, exhibits=("CG-0003",),
            cited=() if more.get("absence") else (place(f"O-{number}", draft=True), place(f"O-{number}-2", whole=True)),
        )
        for number, cells in enumerate(rows, start=1)
    )  # fmt: skip
    return AnalysisSheet(title=title, columns=columns, lines=lines, **({"grouped": False, "absence": False} | more))


def analysis(*sheets: AnalysisSheet) -> Analysis:
    return Analysis(
        claim="A-1", author="casegraph 0.1.0", sources=("custody line 40",), title="Who calls " + NASTY, reason=NASTY,
        saved_by="A. Officer", saved_at=WHEN, saved_checkpoint=f"custody:40:{ROOT}", checkpoint=f"custody:41:{ROOT}",
        question="contacts", parameters={"a": NASTY, "limit": "3", "co_mention": "no"}, definition="Counted. " + NASTY,
        definition_changed=True, software_saved="casegraph 0.0.9", notes=("1 record has no time. " + NASTY,), answer=ROOT,
        same=False, sheets=sheets,
        counts=AnalysisCounts(found=900, rows=5, places=8, new=1, changed=1, gone=2, same=3),
    )  # fmt: skip


def handmade(*, sentence: str = "The number on the registration form is the one given in the hotline call.") -> tuple:
    """Return (summary, pictures)."""
    pictures: dict[str, bytes] = {"checkpoint.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'}
    crop, pictures["S-1.png"] = cut(
        page_image(),
        [Box(430, 330, 240, 34)],
        size_px=(1240, 1754),
        number=1,
        file="S-1.png",
        description="Piece of page 1 of CG-0003",
    )
    wave = Waveform(
        start_ms=41_200, end_ms=43_900, from_ms=39_200, to_ms=45_900, peaks=tuple((i * 37) % 90 + 5 for i in range(160))
    )
    pictures["S-3.svg"] = waveform_svg(wave)
    time = TimePlace(start_ms=41_200, end_ms=43_900)
    segments = (
        cited(
            "S-1",
            crop=crop,
            confirmed=(reading("R-1", review="reading_confirmed"),),
            unconfirmed=(reading("R-2"),),
            rejected=(reading("R-3", review="rejected"),),
        ),
        cited(
            "S-2",
            confirmed=(reading("R-4", review="corrected"), reading("R-5", review="attributed")),
            corrections=(
                Correction(
                    claim="K-1",
                    author="B. Reader",
                    sources=("S-2",),
                    at=WHEN,
                    before="O123",
                    after="0123",
                    reason="ink",
                ),
            ),
        ),
        cited(
            "S-3",
            strip=strip(time, source="speech", exhibit="CG-0005", draft=True),
            waveform=wave,
            speaker="voice 1",
            unconfirmed=(reading("R-6"),),
        ),
        cited(
            "S-4",
            tag="undermines",
            basis="source_fact",
            strip=strip(TextPlace(start=0, end=9, line=12), source="native", exhibit="CG-0009"),
        ),
    )
    finding = Finding(
        claim="F-1",
        author="A. Officer",
        sources=("S-1", "S-2", "S-3", "S-4", "custody line 40"),
        written_at=WHEN,
        sentence=sentence,
        cited=segments,
        counts=FindingCounts(
            supports=3, undermines=1, assists_defence=0, neutral=0, confirmed=4, unconfirmed=2, rejected=1
        ),
        not_shown=("1 tagged passage is sealed and not printed.",),
    )
    party = Party(
        claim="P-1",
        basis="machine_inference",
        author="casegraph 0.1.0",
        sources=("R-1", "R-6"),
        entity="e-0011223344556677",
        kind="phone",
        label="+44 20 7946 0123",
        value="+442079460123",
        made_how="Readings with the same value, whose check digits hold or that a person confirmed, were joined by machine.",
        readings=(reading("R-7", review="reading_confirmed"), reading("R-8")),
        readings_total=14,
        exhibits=("CG-0003", "CG-0005"),
        against=(
            Joined(
                claim="J-1",
                basis="machine_inference",
                author="casegraph 0.1.0",
                sources=("R-9",),
                statement='CG-0011, p. 1 reads "020 7946 0128": one digit away, not joined.',
            ),
        ),
    )
    person = Party(
        claim="P-2",
        basis="machine_inference",
        author="en_names 1.0",
        sources=("R-10",),
        entity="e-8811223344556677",
        kind="name",
        label="D. Marsh " + NASTY,
        value="d marsh",
        made_how="Readings that are the same name when normalised. A name says nothing about who bears it.",
        readings=(reading("R-10"),),
        readings_total=1,
        exhibits=("CG-0009",),
        category="possible_victim",
        categories=(
            Category(
                claim="G-1",
                author="A. Officer",
                sources=("custody line 44",),
                category="possible_victim",
                at=WHEN,
                reason="statement of 3 March",
            ),
        ),
    )
    events = tuple(
        ChronologyLine(
            claim=f"E-{n}",
            basis="source_fact",
            author="",
            sources=("CG-0009",),
            kind="email",
            time_written="Mon, 2 Mar 2026 08:14:07 +0000" if n % 2 else "12/03/2026 07:10",
            time_utc="2026-03-02T08:14:07Z" if n % 2 else "",
            zone="+0000" if n % 2 else "",
            description=f"Email {n}: booking of rooms " + ("x" * 90 if n == 3 else ""),
            parties=("from bookings@northquay.example", "to desk@harbour-lodge.example"),
            strip=strip(TextPlace(start=0, end=9, line=1), source="native", exhibit="CG-0009"),
        )
        for n in range(1, 40)
    )
    exhibits = tuple(
        ExhibitLine(
            claim=f"CG-{n:04d}",
            author="A. Officer",
            sources=(f"custody line {n}",),
            number=f"CG-{n:04d}",
            name=f"folder/file-{n}.pdf",
            sha256=f"{n:02d}" * 32,
            size_bytes=12345 * n,
            media_type="application/pdf",
            custodian="Lodge office",
            authority="W-2026-0317",
            received_at=WHEN,
            received_by="A. Officer",
            account="officer",
            host="desk-4",
            manifest="agrees",
            outcome="read",
            reason="",
            units="3 pages",
        )
        for n in range(1, 31)
    )
    unread = Unread(
        totals={"received": 30, "read": 25, "blank": 1, "no_text": 1, "skipped": 1, "failed": 2, "pending": 0},
        of_read={"doubtful": 1, "partial": 0, "draft": 1},
        items=(
            UnreadItem(
                claim="U-1",
                author="casegraph 0.1.0",
                sources=("custody line 9",),
                exhibit="CG-0014",
                name="scan-locked.pdf",
                units="whole exhibit",
                outcome="failed",
                reason="encrypted: no password was given " + NASTY,
            ),
        ),
        sealed={"privileged": 1},
        names_not_looked_for=("CG-0005", "CG-0007"),
        names_not_looked_for_in={"ro": 2, "unknown": 1},
        unconfirmed={"phone": 12, "email": 3},
        unanchored=1,
        searches_made=3,
        without_result=(
            Search(
                claim="Q-1",
                author="A. Officer",
                sources=("access line 3",),
                at=WHEN,
                command="search",
                asked=NASTY,
                results=0,
            ),
        ),
    )
    tool = Tool(
        claim="T-1",
        author="casegraph 0.1.0",
        sources=("custody line 9",),
        stamp=Stamp(
            name="tesseract",
            version="5.3.4",
            model="eng",
            model_digest="cd" * 32,
            settings={"psm": 3, "dpi": 300, "languages": ["eng", "ron"], "invert": True},
        ),
        exhibits=12,
        first_run=WHEN,
        last_run=WHEN,
    )
    summary = Summary(
        title="Harbour Lodge",
        case_id="00000000-0000-4000-8000-000000000000",
        exhibit_range="CG-0001 to CG-0030",
        checkpoint=CheckpointLine(
            code=f"custody:41:{ROOT}", short="41-4f4f4f4f4f4f4f4f", size=41, root=ROOT, head_at=WHEN
        ),
        front=Front(
            recipient="Crown Prosecutor " + NASTY,
            reason="charging decision",
            prepared_by="A. Officer",
            account="officer",
            host="desk-4",
            as_of=WHEN,
        ),
        authorities=(
            Authority(
                reference="W-2026-0317",
                kind="warrant",
                issuer="Ellery Docks Magistrates' Court (fictional)",
                issued="2026-03-02",
                valid_from="2026-03-02",
                valid_to="2026-04-01",
                purposes=("investigation of forced labour",),
                scope="Documents, recordings and messages about the recruitment of staff. " * 3,
                review_by="2026-09-02",
                erase_by="2029-03-02",
            ),
        ),
        findings=(finding,),
        findings_left_out=1,
        analyses=(
            analysis(
                sheet(
                    "contacts", ("one", "other", "records"), ("+442079460123", "+442079460124", 1200), (NASTY, "", 0)
                ),
                sheet("counts", ("files", "times"), (1, 20_000)),
                sheet("ways", ("way", *"abcdefgh"), *(("x → y " + NASTY, *range(7), "z" * 90),) * 130, grouped=True),
                sheet("not found", ("term", "why"), (NASTY, "not found in what was read"), absence=True),
            ),
            analysis(),
        ),
        parties=(party, person),
        chronology=events,
        unread=unread,
        scheduled=2,
        making=Making(
            software="casegraph 0.1.0",
            exhibits=exhibits,
            sealed_exhibits=1,
            tools=(tool,),
            asserted={"region": "GB", "languages": "en, ro", "zone": "not stated"},
            measured_error=("No measured error on this case's kind of data is recorded.",),
            limitations=("Handwriting is not read.", "Raw scores are not probabilities."),
            diverged=(),
        ),
        certification=("I, ____, state …", "Tools: tesseract 5.3.4."),
        unprintable=("U+0007", "U+202E"),
    )
    return summary, pictures
