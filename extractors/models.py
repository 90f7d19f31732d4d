"""Weights on this machine, of speech models and of the one that compares by meaning: added from a folder or pulled at a pinned revision, each with its digest."""

from __future__ import annotations

import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec

from evidence.digest import Sha256, digest_lines, sha256_file
from evidence.errors import EngineMissing, IntegrityError, NotFound, StorageError, UsageError
from evidence.files import fsync_folder, locked, write_atomically

EngineName: TypeAlias = Literal["faster-whisper", "openai-whisper", "minilm"]

_REGISTER = "model.json"
_PROBE_SECONDS = 10.0
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_REVISION = re.compile(r"[0-9a-f]{40}")
_CT2_NEEDED = frozenset({"model.bin", "config.json", "tokenizer.json"})
SAFE_WEIGHTS: Final = "model.safetensors"
_MINILM_FILES: Final = (SAFE_WEIGHTS, "config.json", "tokenizer.json")
_CT2_FILES = _CT2_NEEDED | {"vocabulary.json", "vocabulary.txt", "preprocessor_config.json", "generation_config.json"}


class ModelFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a model: its name, length and SHA-256."""

    name: str
    size_bytes: int
    sha256: Sha256


class RegisteredModel(msgspec.Struct, frozen=True, kw_only=True):
    """Weights in the models folder."""

    name: str
    engine: EngineName
    digest: Sha256
    """Over the names, lengths and SHA-256 of all its files, sorted by name, under the tag `model`."""
    files: tuple[ModelFile, ...]
    source: str = ""
    """`folder NAME` or `repository@revision`; never a path."""
    folder: Path = Path()
    """Where it lies on this machine; not part of what is stored."""

    @property
    def weights(self) -> Path:
        """What the engine opens: the `.pt` file for openai-whisper, else the folder."""
        return self.folder / self.files[0].name if self.engine == "openai-whisper" else self.folder


class _Stored(msgspec.Struct, frozen=True, kw_only=True):
    """`model.json` as it lies beside the weights."""

    name: str
    engine: EngineName
    digest: Sha256
    files: tuple[ModelFile, ...]
    source: str = ""


class PinnedModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model that `pull` knows: the repository, the commit, and the SHA-256 of each file at that commit."""

    repository: str
    revision: str
    files: dict[str, str]
    """File name -> SHA-256; an empty digest is left to the pinned commit."""
    size_mb: int


_TOKENIZER = "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab"
_VOCABULARY = "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913"


def _systran(size: str, revision: str, size_mb: int, config: str, weights: str) -> PinnedModel:
    return PinnedModel(
        repository=f"Systran/faster-whisper-{size}",
        revision=revision,
        size_mb=size_mb,
        files={
            "config.json": config,
            "model.bin": weights,
            "tokenizer.json": _TOKENIZER,
            "vocabulary.txt": _VOCABULARY,
        },
    )


PINNED: dict[str, PinnedModel] = {
    "tiny": _systran(
        "tiny",
        "d90ca5fe260221311c53c58e660288d3deb8d356",
        78,
        "a73a28cdfe1c43ccc7202fa333d1f89c202477271407ae9a7f19afa52039cac8",
        "dcb76c6586fc06cbdac6dd21f14cfd129cc4cdd9dce19bf4ffa62e59cbe6e6d1",
    ),
    "base": _systran(
        "base",
        "ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
        148,
        "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    ),
    "small": _systran(
        "small",
        "536b0662742c02347bc0e980a01041f333bce120",
        486,
        "b55496ac7940a7ae47d2c01eab40edfd8701feec1229d9cce3b40014383fb828",
        "3e305921506d8872816023e4c273e75d2419fb89b24da97b4fe7bce14170d671",
    ),
    "medium": _systran(
        "medium",
        "08e178d48790749d25932bbc082711ddcfdfbc4f",
        1_531,
        "3622a2ddc41ec0e0fd4e68c13c6830f03b90c38d89aaad184de02c8c642cf807",
        "9b45e1009dcc4ab601eff815b61d80e60ce3fd8c74c1a14f4a282258286b51ae",
    ),
    "large-v3": PinnedModel(
        repository="Systran/faster-whisper-large-v3",
        revision="edaa852ec7e145841d8ffdb056a99866b5f0a478",
        size_mb=3_091,
        files={
            "config.json": "a9306624f5ec14270a014b647e5c316b6e03a662c369758d1b90697a7b0655b9",
            "model.bin": "69f74147e3334731bc3a76048724833325d2ec74642fb52620eda87352e3d4f1",
            "preprocessor_config.json": "7ccc62c6f2765af1f3b46c00c9b5894426835a05021c8b9c01eecb6dfb542711",
            "tokenizer.json": "6d8cbd7cd0d8d5815e478dac67b85a26bbe77c1f5e0c6d76d1ce2abc0e5f21ca",
            "vocabulary.json": "c69260f2ab26d659b7c398f9a2b2b48ed0df16c3b47d7326782fd9cba71690c1",
        },
    ),
}
"""What `pull` knows by name. The digests were gathered from several independent public records that agree; none could
be checked against the hub where this table was written, and a wrong one refuses the model rather than admitting it."""


def default_root() -> Path:
    """Return the models folder of this user: `$CASEGRAPH_MODELS`, else `~/.local/share/casegraph/models`."""
    told = os.environ.get("CASEGRAPH_MODELS")
    return Path(told) if told else Path.home() / ".local" / "share" / "casegraph" / "models"


# --- what is here --------------------------------------------------------------------------------------------------


def registered(root: Path | None = None) -> tuple[RegisteredModel, ...]:
    """Return the registered models, sorted by name; a folder whose register cannot be read is left out."""
    folder = root or default_root()
    found = [_opened(path.parent) for path in sorted(folder.glob(f"*/{_REGISTER}"))]
    return tuple(model for model in found if model is not None)


def find(name: str, *, root: Path | None = None) -> RegisteredModel:
    """Return a registered model by name; raises NotFound with the names there are."""
    models = registered(root)
    for model in models:
        if model.name == name:
            return model
    there = ", ".join(model.name for model in models) or "none"
    raise NotFound(f"no model named {name} (registered: {there})", next_step="casegraph models add FOLDER")


def for_engine(engine: EngineName, *, root: Path | None = None) -> tuple[RegisteredModel, ...]:
    """Return the registered models that an engine can open."""
    return tuple(model for model in registered(root) if model.engine == engine)


def check(model: RegisteredModel) -> None:
    """Raise IntegrityError where the files are not what was registered."""
    _check_named(model.folder, model)


def _check_named(folder: Path, model: RegisteredModel) -> None:
    changed = [file.name for file in model.files if not _same(folder / file.name, file)]
    if changed:
        raise IntegrityError(
            f"model {model.name} is not what was registered: {', '.join(changed)} changed or missing",
            next_step="remove it and add it again from a source you trust",
        )


def _same(path: Path, file: ModelFile) -> bool:
    return path.is_file() and path.stat().st_size == file.size_bytes and sha256_file(path) == file.sha256


def _opened(folder: Path) -> RegisteredModel | None:
    try:
        stored = msgspec.json.decode((folder / _REGISTER).read_bytes(), type=_Stored)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return _model(stored, folder)


def _model(stored: _Stored, folder: Path) -> RegisteredModel:
    return RegisteredModel(
        name=stored.name,
        engine=stored.engine,
        digest=stored.digest,
        files=stored.files,
        source=stored.source,
        folder=folder,
    )


# --- adding --------------------------------------------------------------------------------------------------------


def add(source: Path, *, name: str = "", root: Path | None = None, said_source: str = "") -> RegisteredModel:
    """Copy weights into the models folder and return them with their digest.

    `source` is a CTranslate2 folder, a folder with one openai `.pt` file, or such a file, or the folder of all-MiniLM-L6-v2. Adding the same weights under
    the same name again changes nothing. Raises UsageError where they are no such weights, or the name is taken.
    """
    engine, paths = detect(source)
    chosen = name or _spoken_name(source)
    if not _NAME.fullmatch(chosen):
        raise UsageError(f"{chosen!r} cannot name a model", next_step="use lower-case letters, digits, '.', '_', '-'")
    folder = root or default_root()
    with locked(folder / ".lock", held_for="the models folder"):
        return _added(engine, paths, name=chosen, root=folder, source=said_source or f"folder {source.name}")


def _spoken_name(source: Path) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", source.stem.lower() if source.is_file() else source.name.lower()).strip("-.")


def detect(source: Path) -> tuple[EngineName, tuple[Path, ...]]:
    """Return which engine opens these weights, and the files that belong to them, sorted by name.

    A CTranslate2 folder must hold its `tokenizer.json`: without it the engine would look for one on the network.
    """
    if source.is_file() and source.suffix == ".pt":
        return "openai-whisper", (source,)
    if not source.is_dir():
        raise UsageError(f"{source.name} is neither a folder nor a .pt file", next_step=_ADD_WHAT)
    names = {path.name for path in source.iterdir() if path.is_file()}
    if "model.bin" in names:
        return "faster-whisper", _ct2_files(source, names)
    if SAFE_WEIGHTS in names:
        return "minilm", _minilm_files(source, names)
    checkpoints = sorted(source.glob("*.pt"))
    if len(checkpoints) == 1:
        return "openai-whisper", (checkpoints[0],)
    raise UsageError(
        f"{source.name} holds no model that is known here ({len(checkpoints)} .pt files)", next_step=_ADD_WHAT
    )


_ADD_WHAT = (
    "name a folder with model.bin, config.json and tokenizer.json (CTranslate2), one .pt file (openai), or the folder of "
    "all-MiniLM-L6-v2 with model.safetensors, config.json and tokenizer.json"
)


def _minilm_files(source: Path, names: set[str]) -> tuple[Path, ...]:
    """Return the files of a sentence encoder; raises UsageError for weights of another kind of network."""
    if missing := sorted(set(_MINILM_FILES) - names):
        raise UsageError(f"{source.name} lacks {', '.join(missing)}", next_step=_ADD_WHAT)
    try:
        told = msgspec.json.decode((source / "config.json").read_bytes(), type=dict[str, object])
    except (msgspec.MsgspecError, OSError) as error:
        raise UsageError(f"the config.json of {source.name} cannot be read", next_step=_ADD_WHAT) from error
    if told.get("model_type") != "bert" or told.get("hidden_size") != 384:
        raise UsageError(f"{source.name} holds another network than MiniLM", next_step=_ADD_WHAT)
    return tuple(source / name for name in sorted(_MINILM_FILES))


def _ct2_files(source: Path, names: set[str]) -> tuple[Path, ...]:
    missing = sorted(_CT2_NEEDED - names)
    if not names & {"vocabulary.json", "vocabulary.txt"}:
        missing.append("vocabulary.json")
    if missing:
        raise UsageError(f"{source.name} lacks {', '.join(missing)}", next_step=_ADD_WHAT)
    return tuple(source / name for name in sorted(names & _CT2_FILES))


def _added(engine: EngineName, paths: tuple[Path, ...], *, name: str, root: Path, source: str) -> RegisteredModel:
    files = tuple(ModelFile(name=path.name, size_bytes=path.stat().st_size, sha256=sha256_file(path)) for path in paths)
    stored = _Stored(name=name, engine=engine, digest=digest_lines("model", files), files=files, source=source)
    present = _opened(root / name)
    if present is not None:
        if present.digest == stored.digest:
            check(present)
            return present
        raise UsageError(f"another model is registered as {name}", next_step="give this one another --name")
    _copied(paths, stored, root)
    model = _model(stored, root / name)
    check(model)
    return model


def _copied(paths: tuple[Path, ...], stored: _Stored, root: Path) -> None:
    """Copy into a temporary folder, then rename: a killed copy is never taken for a model."""
    scratch = Path(tempfile.mkdtemp(prefix=".adding-", dir=root))
    try:
        for path in paths:
            shutil.copyfile(path, scratch / path.name)
        write_atomically(scratch / _REGISTER, msgspec.json.format(msgspec.json.encode(stored)))
        scratch.chmod(0o755)
        scratch.rename(root / stored.name)
        fsync_folder(root)
    except OSError as error:
        shutil.rmtree(scratch, ignore_errors=True)
        raise StorageError(f"{stored.name} cannot be kept: {error.strerror}", next_step="free some space") from error


# --- pulling -------------------------------------------------------------------------------------------------------

Fetch: TypeAlias = Callable[[str, str, str, Path], None]
"""(repository, revision, file name, folder to put it in); raises EngineMissing where the network does not answer."""


def pull(name: str, *, root: Path | None = None, revision: str = "", fetch: Fetch | None = None) -> RegisteredModel:
    """Download a model at a pinned revision, check every file's digest, and register it.

    `name` is one of `PINNED`. `revision`, where given, must be the pinned one: nothing else has digests to check it
    against. Raises NotFound for an unknown name, EngineMissing without a network, IntegrityError for other bytes.
    """
    pinned = _pinned(name, revision)
    folder = root or default_root()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".pulling-", dir=folder) as scratch:
        for file, expected in pinned.files.items():
            (fetch or _from_hub)(pinned.repository, pinned.revision, file, Path(scratch))
            _expect(Path(scratch) / file, expected, of=name)
        said = f"{pinned.repository}@{pinned.revision}"
        return add(Path(scratch), name=name, root=folder, said_source=said)


def _pinned(name: str, revision: str) -> PinnedModel:
    if name not in PINNED:
        raise NotFound(f"no pinned model named {name} (known: {', '.join(PINNED)})", next_step=_FETCH_BY_HAND)
    if revision and revision != PINNED[name].revision:
        what = "is not a commit of 40 hexadecimal digits" if not _REVISION.fullmatch(revision) else "is not pinned here"
        raise UsageError(f"revision {revision} {what}", next_step=_FETCH_BY_HAND)
    return PINNED[name]


_FETCH_BY_HAND = "fetch the files by hand and check them, then: casegraph models add FOLDER"


def _expect(path: Path, expected: str, *, of: str) -> None:
    found = sha256_file(path)
    if found != expected:
        raise IntegrityError(
            f"{path.name} of {of} is not the pinned file (expected {expected[:12]}…, got {found[:12]}…); not kept",
            next_step="try again on a network you trust; if it stays so, do not use it",
        )


def _from_hub(repository: str, revision: str, file: str, folder: Path) -> None:
    """Download one file of a pinned revision; the only place that reaches for the network."""
    try:
        _download(repository, revision, file, folder)
    except Exception as error:  # httpx, the hub and the system each have an error of their own for "no network"
        raise EngineMissing(
            f"{repository} cannot be downloaded: no network, or the hub did not answer ({type(error).__name__})",
            next_step="on a machine with a network, fetch the folder; bring it here; casegraph models add FOLDER",
        ) from error


def _download(repository: str, revision: str, file: str, folder: Path) -> None:
    from huggingface_hub import hf_hub_download

    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # it would tell of each retry; we say it once
    _probe(repository, revision, file)
    hf_hub_download(repository, file, revision=revision, local_dir=folder)


def _probe(repository: str, revision: str, file: str) -> None:
    """Ask once whether the hub answers, since its own client would try for minutes; raises what the client raises."""
    from huggingface_hub import get_session, hf_hub_url

    get_session().head(hf_hub_url(repository, file, revision=revision), timeout=_PROBE_SECONDS)


# --- never silently ------------------------------------------------------------------------------------------------


def stay_offline() -> None:
    """Keep the engines' libraries from the network; to be called before they are imported."""
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")


@cache
def folder_digest(folder: Path) -> Sha256:
    """Return the digest of a folder's files, all levels, sorted by name: for models that ship inside a package."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    files = [
        ModelFile(name=path.relative_to(folder).as_posix(), size_bytes=path.stat().st_size, sha256=sha256_file(path))
        for path in paths
    ]
    return digest_lines("model", files)
