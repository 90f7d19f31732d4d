"""Hash lists through a real ingest: sealed before anything reads it; known files read last, and never dropped."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hash_files import CONTENT, medium, nsrl, of, vics
from running import asked, casegraph

from evidence.acts import ExtractionRecorded, HashMatched, Sealed
from evidence.case import Case
from evidence.digest import Sha256
from evidence.errors import IntegrityError
from evidence.ledger import Actor
from evidence.state import CaseState, fold
from flows.jobs import HashJob, on_lists
from flows.start import IngestRequest, ingest

pytestmark = pytest.mark.usefixtures("one_worker", "prefect_server")

WORDS = b"zanzibarquartz lies here, and nobody may read it\n"


def _state(case: Case) -> CaseState:
    return fold(case.custody.events())


def _number(case: Case, name: str) -> str:
    found = _state(case).exhibits.items()
    return next(number for number, act in found if (act.exhibit.inner_path or act.exhibit.name) == name)


def _folder(tmp_path: Path, **files: bytes) -> Path:
    folder = tmp_path / "seized"
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_bytes(content)
    return folder


def _traces(case: Case, words: bytes) -> list[str]:
    """Return every file of the case, the original in the vault apart, in which the words stand as they are."""
    return [
        str(path.relative_to(case.root))
        for path in case.root.rglob("*")
        if path.is_file() and "vault" not in path.parts and words in path.read_bytes()
    ]


def test_what_is_on_a_sealing_list_is_sealed_before_anything_reads_it(case: Case, actor: Actor, tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("inner.txt", WORDS)
        archive.writestr("plain.txt", "ordinary words")
    folder = _folder(tmp_path, bad_txt=WORDS, good_txt=b"ordinary words, others", box_zip=held.getvalue())
    listing = tmp_path / "set.json"
    listing.write_bytes(vics(medium(WORDS, 17, 1)))
    casegraph("hashlist", "add", case.root, listing, "--kind", "vics", "--source", "fabricated")
    ingest(case, IngestRequest(paths=(folder,)), actor=actor)
    state = _state(case)
    bad, inner = _number(case, "bad.txt"), _number(case, "inner.txt")
    assert set(state.sealed_exhibits) == {bad, inner}
    assert {sealed.seal for _, _, sealed in state.sealed_exhibits.values()} == {"abuse"}
    acts = [event.act for event in case.custody.events()]
    assert not [act for act in acts if isinstance(act, ExtractionRecorded) and act.exhibit in (bad, inner)]
    matched = [act for act in acts if isinstance(act, HashMatched)]
    assert {(act.exhibit, act.match.hash, act.match.said) for act in matched} == {
        (number, of(WORDS).sha1, "MediaID 17, category 1") for number in (bad, inner)
    }
    assert state.extractions[_number(case, "good.txt")].outcome == "read"
    assert state.extractions[_number(case, "plain.txt")].outcome == "read"
    assert _traces(case, b"zanzibarquartz") == []
    assert asked("search", case.root, "zanzibarquartz") == []
    totals = asked("status", case.root)
    assert totals["sealed"] == 2


def test_what_lies_too_deep_to_be_read_is_compared_all_the_same(case: Case, actor: Actor, tmp_path: Path) -> None:
    content = WORDS
    for depth in range(case.settings.max_depth + 1):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("inner.txt" if not depth else f"{depth}.zip", content)
        content = held.getvalue()
    listing = tmp_path / "set.json"
    listing.write_bytes(vics(medium(WORDS, 17, 1)))
    casegraph("hashlist", "add", case.root, listing, "--kind", "vics", "--source", "fabricated")
    ingest(case, IngestRequest(paths=(_folder(tmp_path, box_zip=content),)), actor=actor)
    state = _state(case)
    (deepest,) = [number for number in state.exhibits if number.count("/") > case.settings.max_depth]
    assert set(state.sealed_exhibits) == {deepest}


def test_a_second_run_seals_nothing_anew_once_a_second_person_opened_it(
    case: Case, actor: Actor, tmp_path: Path
) -> None:
    folder = _folder(tmp_path, bad_txt=WORDS)
    listing = tmp_path / "list.txt"
    listing.write_text(of(WORDS).md5 + "\n")
    casegraph("hashlist", "add", case.root, listing, "--kind", "plain", "--seal", "--source", "fabricated")
    ingest(case, IngestRequest(paths=(folder,)), actor=actor)
    number = _number(case, "bad.txt")
    assert _state(case).is_sealed(number)
    casegraph("unseal", case.root, number, "--reason", "a mistake in the list", "--as", "B. Counsel")
    ingest(case, IngestRequest(paths=(folder,)), actor=actor)
    state = _state(case)
    assert not state.is_sealed(number)
    assert state.extractions[number].outcome == "read"


def test_a_new_list_seals_what_was_received_before(case: Case, actor: Actor, tmp_path: Path) -> None:
    ingest(case, IngestRequest(paths=(_folder(tmp_path, bad_txt=WORDS, good_txt=b"ordinary"),)), actor=actor)
    number = _number(case, "bad.txt")
    assert len(asked("search", case.root, "zanzibarquartz")) == 1
    listing = tmp_path / "list.txt"
    listing.write_text(f"# fabricated\n{of(WORDS).sha256}\n")
    added = asked("hashlist", "add", case.root, listing, "--kind", "plain", "--seal", "--source", "fabricated")
    assert (added["matched"], added["sealed"]) == (1, [number])
    assert asked("search", case.root, "zanzibarquartz") == []
    (act,) = [event.act for event in case.custody.events() if isinstance(event.act, Sealed)]
    assert (act.exhibit, act.seal) == (number, "abuse")
    (listed,) = asked("hashlist", "list", case.root)
    assert (listed["matched"], listed["list"]["source"]) == (1, "fabricated")


def test_known_files_say_so_and_are_read_all_the_same(case: Case, actor: Actor, tmp_path: Path) -> None:
    database = nsrl(tmp_path / "rds.db", CONTENT, index="sha256")
    casegraph("hashlist", "add", case.root, database, "--kind", "nsrl", "--source", "NIST")
    ingest(case, IngestRequest(paths=(_folder(tmp_path, known_txt=CONTENT, other_txt=b"ordinary"),)), actor=actor)
    state = _state(case)
    known = state.extractions[_number(case, "known.txt")]
    assert (known.outcome, known.reason) == ("read", "known file (NSRL: Writer 3.1, Plain Software)")
    assert state.extractions[_number(case, "other.txt")].reason == ""
    assert "known file (NSRL: Writer 3.1, Plain Software)" in casegraph("show", case.root, known.exhibit)
    assert not state.sealed_exhibits


def test_known_files_are_left_unread_only_where_that_is_asked(case: Case, actor: Actor, tmp_path: Path) -> None:
    database = nsrl(tmp_path / "rds.db", CONTENT)
    casegraph("hashlist", "add", case.root, database, "--kind", "nsrl", "--source", "NIST")
    folder = _folder(tmp_path, known_txt=CONTENT)
    ingest(case, IngestRequest(paths=(folder,), skip_known=True), actor=actor)
    recorded = _state(case).extractions[_number(case, "known.txt")]
    assert (recorded.outcome, recorded.reason) == ("skipped", "known file (NSRL: Writer 3.1, Plain Software)")
    assert recorded.artifacts == ()


def test_a_known_list_names_what_was_read_before(case: Case, actor: Actor, tmp_path: Path) -> None:
    ingest(case, IngestRequest(paths=(_folder(tmp_path, known_txt=CONTENT),)), actor=actor)
    database = nsrl(tmp_path / "rds.db", CONTENT, index="md5")
    casegraph("hashlist", "add", case.root, database, "--kind", "nsrl", "--source", "NIST")
    recorded = _state(case).extractions[_number(case, "known.txt")]
    assert recorded.outcome == "read"
    assert recorded.reason == "known file (NSRL: Writer 3.1, Plain Software)"
    assert recorded.artifacts


def _add(case: Case, listing: Path, *words: str, code: int = 0) -> str:
    return casegraph("hashlist", "add", case.root, listing, "--source", "fabricated", *words, code=code)


def test_a_list_on_record_is_not_kept_for_anything_else(case: Case, tmp_path: Path) -> None:
    listing = tmp_path / "set.json"
    listing.write_bytes(vics(medium(WORDS, 17, 1), medium(b"other", 18, 5)))
    _add(case, listing, "--kind", "vics")
    (kept,) = (case.root / "hashlists").glob("*.sqlite")
    before = kept.read_bytes()
    _add(case, listing, "--kind", "vics", "--categories", "5", code=7)
    _add(case, listing, "--kind", "plain", "--known", code=7)
    assert kept.read_bytes() == before
    assert len(_state(case).hash_lists) == 1


def test_the_same_list_again_is_kept_anew(case: Case, actor: Actor, tmp_path: Path) -> None:
    ingest(case, IngestRequest(paths=(_folder(tmp_path, bad_txt=WORDS),)), actor=actor)
    number = _number(case, "bad.txt")
    listing = tmp_path / "list.txt"
    listing.write_text(of(WORDS).md5 + "\n")
    _add(case, listing, "--kind", "plain", "--seal")
    casegraph("unseal", case.root, number, "--reason", "a mistake in the list", "--as", "B. Counsel")
    (kept,) = (case.root / "hashlists").glob("*.sqlite")
    kept.unlink()
    events = case.custody.size()
    assert "kept anew" in " ".join(_add(case, listing, "--kind", "plain", "--seal").split())
    assert kept.is_file()
    assert case.custody.size() == events
    assert not _state(case).is_sealed(number)


def test_a_new_list_goes_by_the_recorded_hash_where_the_original_is_gone_or_changed(
    case: Case, actor: Actor, tmp_path: Path
) -> None:
    folder = _folder(tmp_path, gone_txt=WORDS, changed_txt=CONTENT, good_txt=b"another")
    ingest(case, IngestRequest(paths=(folder,)), actor=actor)
    case.vault.path(Sha256(of(WORDS).sha256)).unlink()
    changed = case.vault.path(Sha256(of(CONTENT).sha256))
    changed.chmod(0o644)
    changed.write_bytes(b"innocent")
    listing = tmp_path / "list.txt"
    listing.write_text("\n".join([of(WORDS).sha256, of(b"innocent").md5, of(b"another").md5]))
    said = " ".join(_add(case, listing, "--kind", "plain", "--seal").split())
    gone, good = _number(case, "gone.txt"), _number(case, "good.txt")
    assert set(_state(case).sealed_exhibits) == {gone, good}
    unfit = ", ".join(sorted([gone, _number(case, "changed.txt")]))
    assert f"Original missing or changed, so only by the SHA-256 on record: {unfit}." in said


@pytest.mark.parametrize("content", [b"innocent", None])
def test_what_was_not_hashed_as_received_is_not_cleared_by_a_list(
    case: Case, actor: Actor, tmp_path: Path, content: bytes | None
) -> None:
    listing = tmp_path / "list.txt"
    listing.write_text(of(WORDS).md5)
    _add(case, listing, "--kind", "plain", "--seal")
    source = tmp_path / "bad.txt"
    source.write_bytes(WORDS)
    sha256, _ = case.vault.receive(source)
    listed = tuple(_state(case).hash_lists.values())
    job = HashJob(sha256=sha256, lists=listed)
    assert len(on_lists(case, job)) == 1
    path = case.vault.path(sha256)
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IntegrityError, match="it is not processed"):
        on_lists(case, job)


@pytest.mark.parametrize(
    "words",
    [
        ("--kind", "other", "--source", "x"),
        ("--kind", "plain", "--source", "x"),
        ("--kind", "plain", "--seal", "--known", "--source", "x"),
        ("--kind", "plain", "--seal"),
        ("--kind", "nsrl", "--seal", "--source", "x"),
        ("--kind", "vics", "--known", "--source", "x"),
        ("--kind", "plain", "--seal", "--categories", "1", "--source", "x"),
    ],
)
def test_what_the_command_refuses(case: Case, tmp_path: Path, words: tuple[str, ...]) -> None:
    listing = tmp_path / "list.txt"
    listing.write_text(of(CONTENT).md5)
    casegraph("hashlist", "add", case.root, listing, *words, code=2)
    assert not _state(case).hash_lists
