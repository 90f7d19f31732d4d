"""Every setting, with its help; read once at the edge from `case.toml` and the environment.

What changes the meaning of evidence (region, languages, zone, day order) is not here: it is a line of the ledger.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from evidence.errors import CaseError


def _cores() -> int:
    return len(os.sched_getaffinity(0))


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How this machine works on this case; none of it changes what evidence means."""

    workers: int = 0
    """Worker processes; 0 means one per core."""
    job_seconds: int = 900
    """A job that takes longer is stopped and its exhibit becomes `failed`."""
    job_memory_mb: int = 3072
    """A job that needs more memory is stopped and its exhibit becomes `failed`."""
    max_pages: int = 20_000
    """Pages read of one document; the rest is counted and the exhibit is `partial`."""
    max_audio_hours: int = 12
    """Hours read of one recording; the rest is counted and the exhibit is `partial`."""
    max_children: int = 5_000
    """Files taken out of one container."""
    max_depth: int = 8
    """Containers in containers."""
    max_children_gb: int = 16
    """Gigabytes taken out of one container; the rest is counted and the exhibit is `partial`."""
    passwords_file: str = ""
    """Passwords to try on what is locked, one a line; read at each ingest, never copied into the case."""
    names_pipeline: str = "bundled"
    """Which spaCy pipelines find names: `bundled`, `none`, an installed one or a folder; several parted by commas."""
    ocr_engine: str = "auto"
    """`auto`, `tesserocr` (tesseract as a library) or `pytesseract` (as a program); `auto` prefers the first."""
    speech_engine: str = "auto"
    """`auto`, `faster-whisper`, `openai-whisper`, `pocketsphinx` or `none`."""
    speech_model: str = ""
    """Name of a registered Whisper model; empty: the first registered one."""
    meaning_model: str = ""
    """Name of a registered model for searching by meaning; empty: the first registered one, else the installed package's."""
    meaning_at_ingest: bool = False
    """Whether an ingest ends by making the vectors for searching by meaning, as `casegraph meaning` does."""
    models_folder: str = ""
    """Where registered model weights are; empty: the user's own data folder."""
    drop_folder: str = ""
    """A folder that the watch deployment ingests from."""
    drop_authority: str = ""
    """The one authority under which the drop folder is received."""
    drop_custodian: str = ""
    """Custodian recorded for what the drop folder brings."""
    ingest_folders: str = ""
    """Folders below which the workbench may ingest, parted by colons; empty: only what is sent to it."""
    upload_max_mb: int = 50_000
    """Megabytes that one ingest from the page may bring; a file beyond it is refused before it is sent."""
    upload_max_files: int = 5_000
    """Files that one ingest from the page may bring."""
    exports_folder: str = ""
    """Where the workbench keeps the summaries it makes, outside the case; empty: beside the case, as CASE-exports."""
    reason_to_look: bool = False
    """Whether whoever consults the case must say why: at sign-in to the workbench, in `CASEGRAPH_REASON` on the command line."""

    second_reviewer: bool = False
    """Whether a reading counts as reviewed twice only when two people judged it, each without seeing what the other said."""

    @property
    def worker_count(self) -> int:
        """Worker processes to run."""
        return self.workers or _cores()

    @property
    def models(self) -> Path:
        """The folder of registered weights."""
        if self.models_folder:
            return Path(self.models_folder).expanduser()
        data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
        return Path(data).expanduser() / "casegraph" / "models"


def read_settings(case_toml: Path, environment: Mapping[str, str]) -> Settings:
    """Return the settings of `[settings]` in case.toml, overridden by `CASEGRAPH_<NAME>` variables.

    Raises CaseError, naming the setting, for a value that does not fit.
    """
    values: dict[str, object] = {}
    if case_toml.is_file():
        try:
            values.update(tomllib.loads(case_toml.read_text(encoding="utf-8")).get("settings", {}))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CaseError(f"case.toml cannot be read: {error}", next_step="mend the file named above") from error
    if "CASEGRAPH_MODELS" in environment:
        values["models_folder"] = environment["CASEGRAPH_MODELS"]
    for name in Settings.__struct_fields__:
        if (given := environment.get(f"CASEGRAPH_{name.upper()}")) is not None:
            values[name] = given
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise CaseError(f"a setting does not fit: {error}", next_step="see `casegraph settings --help`") from error
