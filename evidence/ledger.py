"""The append-only, hash-chained record of what people and machines did.

One JSON line per event, sorted keys, UTF-8: `seq`, `prev` (SHA-256 of the previous line's raw bytes), `ts`, `actor`,
`op`, `obj`, `payload` (SHA-256 of a salted payload kept beside it), `v`. Lines hold no personal content beyond the
asserted name of the actor, so a payload and its salt can be erased without breaking the chain.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from evidence import merkle
from evidence.acts import Act, LedgerQuarantined, PayloadErased, operation, subject
from evidence.digest import canonical, sha256_bytes
from evidence.errors import IntegrityError, StorageError, UsageError
from evidence.files import fsync_folder, locked, write_atomically

Chain: TypeAlias = Literal["custody", "access"]
Clock: TypeAlias = Callable[[], datetime]
VERSION = 1
GENESIS = "0" * 64
_act_decoder: msgspec.json.Decoder[Act] = msgspec.json.Decoder(Act)


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts: the name is asserted, not authenticated; the account and host are what the machine says."""

    name: str
    account: str
    host: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a chain."""

    seq: int
    prev: str
    ts: str
    actor: str
    op: str
    obj: str
    payload: str
    v: int = VERSION


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A line with its act; `act` is None where the payload was erased."""

    line: Line
    act: Act | None
    account: str = ""
    host: str = ""


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """What a line's digest stands for; kept apart so that it can be erased."""

    digest: str
    salt: str = ""
    act: msgspec.Raw = msgspec.Raw(b"null")
    account: str = ""
    host: str = ""
    erased: bool = False


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """The size of a chain and its RFC 6962 root: enough to catch truncation, rewriting and forks later."""

    chain: Chain
    size: int
    root: str
    ts: str = ""

    @property
    def code(self) -> str:
        """The checkpoint as printed on receipts: `custody:41:<64 hexadecimal digits>`."""
        return f"{self.chain}:{self.size}:{self.root}"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something `verify` found wrong: which kind, about what, and what that means."""

    kind: str
    about: str
    message: str


def parse_checkpoint(code: str) -> Checkpoint:
    """Return the checkpoint that `code` prints; raises UsageError for anything else."""
    parts = code.strip().split(":")
    known = len(parts) == 3 and parts[0] in ("custody", "access") and parts[1].isdigit() and len(parts[2]) == 64
    if not known:
        raise UsageError(
            f"{code!r} is not a checkpoint", next_step="give it as printed: custody:SIZE:ROOT, or a file that holds it"
        )
    chain: Chain = "custody" if parts[0] == "custody" else "access"
    return Checkpoint(chain=chain, size=int(parts[1]), root=parts[2].lower())


def utc_now() -> datetime:
    """Return the machine's clock in UTC."""
    return datetime.now(UTC)


class Ledger:
    """One chain in the ledger folder: `custody` (what was done) or `access` (who looked, what left)."""

    def __init__(self, folder: Path, chain: Chain, *, clock: Clock = utc_now) -> None:
        self.folder = folder
        self.chain = chain
        self.path = folder / f"{chain}.jsonl"
        self._clock = clock
        self._lock = folder / f".{chain}.lock"
        self._read_to = (0, 0)
        """(seq, byte offset) up to which events were read, so that catching up reads only what is new."""

    # --- writing ---

    def append(self, acts: Sequence[Act], *, actor: Actor) -> list[Line]:
        """Append acts in order under the ledger's lock, with one fsync for all; returns their lines."""
        return self.transact(lambda _: acts, actor=actor)

    def transact(self, decide: Callable[[int], Sequence[Act]], *, actor: Actor) -> list[Line]:
        """Call `decide` with the chain's size while the lock is held, and append what it returns.

        Used where the acts depend on what is already there, such as the next exhibit number.
        """
        with locked(self._lock, held_for="the ledger"):
            self._quarantine_half_line(actor)
            size, prev = self._tail()
            acts = decide(size)
            return self._write(acts, size=size, prev=prev, actor=actor) if acts else []

    def _write(self, acts: Sequence[Act], *, size: int, prev: str, actor: Actor) -> list[Line]:
        stamp = self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        payloads = [_payload(act, actor) for act in acts]
        lines: list[Line] = []
        encoded: list[bytes] = []
        for offset, (act, payload) in enumerate(zip(acts, payloads, strict=True)):
            line = Line(
                seq=size + offset + 1,
                prev=prev,
                ts=stamp,
                actor=actor.name,
                op=operation(act),
                obj=subject(act),
                payload=payload.digest,
            )
            raw = canonical(line)
            prev = sha256_bytes(raw)
            lines.append(line)
            encoded.append(raw + b"\n")
        self._append_payloads(lines, payloads)
        _append(self.path, b"".join(encoded))
        return lines

    def _append_payloads(self, lines: Sequence[Line], payloads: Sequence[Payload]) -> None:
        by_file: dict[Path, list[bytes]] = {}
        for line, payload in zip(lines, payloads, strict=True):
            by_file.setdefault(self._payload_path(line.obj), []).append(canonical(payload) + b"\n")
        for path, rows in by_file.items():
            _append(path, b"".join(rows))

    def _payload_path(self, obj: str) -> Path:
        root = obj.split("/")[0] if obj.startswith("CG-") else obj
        return self.folder / "payloads" / self.chain / f"{root}.jsonl"

    def _quarantine_half_line(self, actor: Actor) -> None:
        """Set a half-written last line aside; a killed process leaves at most the one it was writing."""
        if self.has_half_line(self.path):
            self._set_aside(self.path, actor)

    @staticmethod
    def has_half_line(path: Path) -> bool:
        """Whether a file's last line lacks its newline."""
        if not path.is_file() or path.stat().st_size == 0:
            return False
        with path.open("rb") as reading:
            reading.seek(-1, os.SEEK_END)
            return reading.read(1) != b"\n"

    def _set_aside(self, path: Path, actor: Actor) -> None:
        data = path.read_bytes()
        keep = data.rfind(b"\n") + 1
        half = data[keep:]
        write_atomically(self.folder / "quarantine" / f"{path.stem}-{sha256_bytes(half)[:16]}.part", half)
        write_atomically(path, data[:keep])
        size, prev = self._tail()
        act = LedgerQuarantined(chain=self.chain, size_bytes=len(half), sha256=sha256_bytes(half))
        self._write([act], size=size, prev=prev, actor=actor)

    # --- reading ---

    def raw_lines(self) -> Iterator[bytes]:
        """Yield the complete lines as bytes, without their newline; a half-written last line is left out."""
        if not self.path.is_file():
            return
        with self.path.open("rb") as reading:
            for raw in reading:
                if raw.endswith(b"\n"):
                    yield raw.removesuffix(b"\n")

    def lines(self) -> Iterator[Line]:
        """Yield the lines; raises IntegrityError at one that is not a ledger line."""
        for number, raw in enumerate(self.raw_lines(), start=1):
            yield _decode_line(raw, chain=self.chain, number=number)

    def size(self) -> int:
        """Return how many lines the chain has."""
        return self._tail()[0]

    def _tail(self) -> tuple[int, str]:
        last = _last_line(self.path)
        if last is None:
            return 0, GENESIS
        line = _decode_line(last, chain=self.chain, number=0)
        return line.seq, sha256_bytes(last)

    def events(
        self, *, after: int = 0, only: Callable[[Line], bool] | None = None, whole: bool = True
    ) -> Iterator[Event]:
        """Yield events with `seq` above `after`, in order.

        Raises IntegrityError, naming the line, where a payload is missing, was changed, or was erased without an
        erasure on record; without `whole` such events are left out. With `only`, the payloads of lines that it turns
        down are not even opened.
        """
        wanted = [line for line in self._lines_after(after) if only is None or only(line)]
        payloads = self._payloads({line.obj for line in wanted})
        for line in wanted:
            payload = payloads.get(line.payload)
            if wrong := self._payload_problem(line, payload):
                if not whole:
                    continue
                raise IntegrityError(
                    f"ledger line {line.seq} ({line.op} {line.obj}): {wrong}",
                    next_step="run `casegraph verify`, and restore the payload file from a backup",
                )
            assert payload is not None
            act = None if payload.erased else _act_decoder.decode(payload.act)
            yield Event(line=line, act=act, account=payload.account, host=payload.host)

    def _payload_problem(self, line: Line, payload: Payload | None) -> str:
        if payload is None:
            return "its payload is missing or was changed"
        if payload.erased:
            return "" if line.payload in self._erasures() else "its payload was erased, and no erasure is on record"
        return "" if _payload_digest(payload) == line.payload else "its payload was changed"

    def _erasures(self) -> set[str]:
        """Return the digests of payloads whose erasure the chain records."""
        lines = [line for raw in self.raw_lines() if (line := _try_decode(raw)) and line.op == "payload.erased"]
        payloads = self._payloads({line.obj for line in lines})
        held = [payloads[line.payload] for line in lines if line.payload in payloads]
        acts = [_act_decoder.decode(one.act) for one in held if _payload_digest(one) == one.digest]
        return {act.digest for act in acts if isinstance(act, PayloadErased)}

    def _lines_after(self, after: int) -> list[Line]:
        seq, offset = self._read_to if self._read_to[0] <= after else (0, 0)
        lines: list[Line] = []
        if not self.path.is_file():
            return lines
        with self.path.open("rb") as reading:
            reading.seek(offset)
            for raw in reading:
                if not raw.endswith(b"\n"):
                    break
                seq, offset = seq + 1, offset + len(raw)
                if seq > after:
                    lines.append(_decode_line(raw.removesuffix(b"\n"), chain=self.chain, number=seq))
        self._read_to = (seq, offset)
        return lines

    def _payloads(self, objects: Iterable[str]) -> dict[str, Payload]:
        found: dict[str, Payload] = {}
        for path in sorted({self._payload_path(obj) for obj in objects}):
            for payload in _read_payloads(path):
                found[payload.digest] = payload
        return found

    # --- checkpoints ---

    def checkpoint(self, *, keep: bool = True) -> Checkpoint:
        """Return the checkpoint of the chain as it stands, and keep it in `checkpoints.jsonl`."""
        raws = list(self.raw_lines())
        stamp = self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        made = Checkpoint(chain=self.chain, size=len(raws), root=merkle.root(raws), ts=stamp)
        if keep and made.code not in {kept.code for kept in self.checkpoints()}:
            _append(self.folder / "checkpoints.jsonl", canonical(made) + b"\n")
        return made

    def checkpoints(self) -> list[Checkpoint]:
        """Return the kept checkpoints of this chain, in the order they were made; lines that are none are left out."""
        found = [_try_checkpoint(raw) for raw in self._checkpoint_lines()]
        return [checkpoint for checkpoint in found if checkpoint is not None and checkpoint.chain == self.chain]

    def _checkpoint_lines(self) -> list[bytes]:
        path = self.folder / "checkpoints.jsonl"
        return [raw for raw in path.read_bytes().splitlines() if raw] if path.is_file() else []

    # --- verifying ---

    def verify(self, *, against: Sequence[Checkpoint] = ()) -> list[Problem]:
        """Walk the chain, its payloads and its checkpoints; return what is wrong, in order."""
        raws = list(self.raw_lines())
        problems = [*self._half_line_problem(), *walk(raws, chain=self.chain)]
        problems += self._payload_problems(raws)
        for number, raw in enumerate(self._checkpoint_lines(), start=1):
            if _try_checkpoint(raw) is None:
                message = "it is not a checkpoint: the file of kept checkpoints was changed"
                problems.append(Problem(kind="checkpoint", about=f"checkpoints.jsonl line {number}", message=message))
        for checkpoint in [*self.checkpoints(), *against]:
            problems += compare(raws, checkpoint)
        return problems

    def _half_line_problem(self) -> list[Problem]:
        if not self.has_half_line(self.path):
            return []
        message = "the last line is half written (a process was killed); the next command that writes sets it aside"
        return [Problem(kind="half_line", about=self.chain, message=message)]

    def _payload_problems(self, raws: Sequence[bytes]) -> list[Problem]:
        lines = [line for raw in raws if (line := _try_decode(raw)) is not None]
        problems: list[Problem] = []
        known: dict[str, Payload] = {}
        for path in sorted({self._payload_path(line.obj) for line in lines}):
            for payload in _read_payloads(path):
                known[payload.digest] = payload
        for line in lines:
            message = self._payload_problem(line, known.get(line.payload))
            if message:
                problems.append(Problem(kind="payload", about=f"{self.chain} line {line.seq}", message=message))
        return problems


def walk(raws: Sequence[bytes], *, chain: str) -> list[Problem]:
    """Return where a chain is broken: a line edited, deleted, inserted or moved."""
    problems: list[Problem] = []
    prev = GENESIS
    seqs: list[int] = []
    for position, raw in enumerate(raws, start=1):
        line = _try_decode(raw)
        about = f"{chain} line {position}"
        if line is None:
            problems.append(Problem(kind="not_a_line", about=about, message="it is not a ledger line"))
        else:
            if line.seq != position:
                problems.append(
                    Problem(kind="sequence", about=about, message=_sequence_message(line.seq, position, seqs))
                )
            if line.prev != prev:
                message = "it does not follow from the line before: that one, or this one, was edited, removed or moved"
                problems.append(Problem(kind="chain", about=about, message=message))
            seqs.append(line.seq)
        prev = sha256_bytes(raw)
    return problems


def _sequence_message(seq: int, position: int, seen: Sequence[int]) -> str:
    if seq in seen:
        return f"number {seq} stands twice: a line was inserted or repeated"
    if seq > position:
        return f"it is numbered {seq}: {seq - position} line(s) before it were deleted or moved"
    return f"it is numbered {seq}: it was moved or inserted here"


def compare(raws: Sequence[bytes], checkpoint: Checkpoint) -> list[Problem]:
    """Return what a checkpoint that someone kept says against the chain."""
    about = f"checkpoint {checkpoint.chain}:{checkpoint.size}"
    if checkpoint.size > len(raws):
        missing = checkpoint.size - len(raws)
        message = f"the chain is cut short: {missing} line(s) that the checkpoint saw are gone"
        return [Problem(kind="truncated", about=about, message=message)]
    if merkle.root(raws[: checkpoint.size]) == checkpoint.root:
        return []
    message = (
        "the lines it covers are not the lines it saw: the chain was rewritten, or the checkpoint is of another case"
    )
    return [Problem(kind="rewritten", about=about, message=message)]


def _payload(act: Act, actor: Actor) -> Payload:
    bare = Payload(
        digest="",
        salt=secrets.token_hex(16),
        act=msgspec.Raw(canonical(act)),
        account=actor.account,
        host=actor.host,
    )
    return msgspec.structs.replace(bare, digest=_payload_digest(bare))


def _payload_digest(payload: Payload) -> str:
    body = b"\n".join([payload.salt.encode(), payload.account.encode(), payload.host.encode(), bytes(payload.act)])
    return hashlib.sha256(b"casegraph/payload\n" + body).hexdigest()


def _read_payloads(path: Path) -> Iterator[Payload]:
    if not path.is_file():
        return
    with path.open("rb") as reading:
        for raw in reading:
            try:
                yield msgspec.json.decode(raw, type=Payload)
            except (msgspec.DecodeError, msgspec.ValidationError):
                continue


def _try_checkpoint(raw: bytes) -> Checkpoint | None:
    try:
        return msgspec.json.decode(raw, type=Checkpoint)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None


def _try_decode(raw: bytes) -> Line | None:
    try:
        return msgspec.json.decode(raw, type=Line)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None


def _decode_line(raw: bytes, *, chain: str, number: int) -> Line:
    line = _try_decode(raw)
    if line is None:
        where = f"line {number}" if number else "the last line"
        raise IntegrityError(
            f"{where} of the {chain} ledger is damaged", next_step="run `casegraph verify` to see what is wrong"
        )
    return line


def _last_line(path: Path) -> bytes | None:
    if not path.is_file():
        return None
    with path.open("rb") as reading:
        reading.seek(0, os.SEEK_END)
        position, data = reading.tell(), b""
        while position > 0:
            step = min(4096, position)
            position -= step
            reading.seek(position)
            data = reading.read(step) + data
            complete = data[: data.rfind(b"\n") + 1]
            if complete.count(b"\n") >= 2 or (position == 0 and complete):
                return complete[:-1].rsplit(b"\n", 1)[-1]
    return None


def _append(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not path.exists()
        if Ledger.has_half_line(path):
            data = b"\n" + data
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(handle, view) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        if fresh:
            fsync_folder(path.parent)
    except OSError as error:
        raise StorageError(
            f"the ledger cannot be written: {error.strerror}", next_step="free some space, then run it again"
        ) from error
