"""What engines made of exhibits: one Parquet file per recipe, pinned to the content first produced for it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec

from evidence.digest import Sha256, digest
from evidence.errors import IntegrityError
from evidence.files import fsync_folder, write_atomically
from evidence.records import ArtifactRef, Findings, Reading, Recipe

if TYPE_CHECKING:
    from evidence.columns import FindingsHead, ReadingHead


def _columns() -> Any:
    """Load pyarrow only where an artifact is really opened: it costs more than most commands."""
    return importlib.import_module("evidence.columns")


def _tables() -> Any:
    return importlib.import_module("evidence.tables")


class Shelf:
    """The folder of artifacts: `ab/<recipe>.parquet`."""

    def __init__(self, root: Path, *, scratch: Path) -> None:
        self.root = root
        self._scratch = scratch

    def path(self, recipe: Sha256) -> Path:
        """Return where the artifact of that recipe stands, whether or not it is there."""
        return self.root / recipe[:2] / f"{recipe}.parquet"

    def diverged_path(self, recipe: Sha256, content: Sha256) -> Path:
        """Return where a later, different content of the same recipe is kept."""
        return self.root / recipe[:2] / f"{recipe}.{content[:16]}.parquet"

    def find(self, recipe: Recipe) -> ArtifactRef | None:
        """Return the artifact pinned for `recipe`, if it was made before."""
        path = self.path(recipe.digest)
        if not path.is_file():
            return None
        head = _columns().read_head(path)
        return ArtifactRef(step=recipe.step, recipe=recipe.digest, content=head.content, part=recipe.part)

    def produce(self, recipe: Recipe, make: Callable[[], Reading | Findings]) -> ArtifactRef:
        """Return the pinned artifact of `recipe`, making and keeping it first where there is none."""
        return self.find(recipe) or self.keep(recipe, make())

    def keep(self, recipe: Recipe, made: Reading | Findings) -> ArtifactRef:
        """Write `made` as the artifact of `recipe` and return its reference; an artifact already pinned stays."""
        content = content_digest(made)
        ref = ArtifactRef(step=recipe.step, recipe=recipe.digest, content=content, part=recipe.part)
        pinned = self.find(recipe)
        if pinned is None:
            write_atomically(self.path(ref.recipe), _columns().encode(recipe, content, made), scratch=self._scratch)
            return ref
        if pinned.content != content:
            later = self.diverged_path(ref.recipe, content)
            write_atomically(later, _columns().encode(recipe, content, made), scratch=self._scratch)
        return pinned

    def keep_table(self, recipe: Recipe, made: Path, content: Sha256) -> ArtifactRef:
        """Take the Parquet file of a table that a reader made in its scratch folder; one already pinned stays.

        A table is digested by its values, see `evidence.tables`.
        """
        ref = ArtifactRef(step=recipe.step, recipe=recipe.digest, content=content, part=recipe.part)
        target = self.path(ref.recipe)
        if target.is_file():
            pinned = msgspec.structs.replace(ref, content=_tables().content_of(target))
            if pinned.content == content:
                return pinned
            target = self.diverged_path(ref.recipe, content)
            ref = pinned
        target.parent.mkdir(parents=True, exist_ok=True)
        made.replace(target)
        fsync_folder(target.parent)
        return ref

    def reading_head(self, ref: ArtifactRef) -> ReadingHead:
        """Return a reading's children and facts without its rows; raises IntegrityError."""
        return cast("ReadingHead", _columns().read_head(self._existing(ref)))

    def findings_head(self, ref: ArtifactRef) -> FindingsHead:
        """Return what a mentions artifact says of itself; raises IntegrityError."""
        return cast("FindingsHead", _columns().read_head(self._existing(ref)))

    def reading(self, ref: ArtifactRef) -> Reading:
        """Return a reading whole; raises IntegrityError where it is gone or unreadable."""
        return cast(Reading, _columns().read_reading(self._existing(ref)))

    def findings(self, ref: ArtifactRef) -> Findings:
        """Return what the finders made of a reading; raises IntegrityError where it is gone or unreadable."""
        return cast(Findings, _columns().read_findings(self._existing(ref)))

    def check(self, ref: ArtifactRef) -> str:
        """Return what is wrong with an artifact (`missing`, `changed`), or an empty string."""
        try:
            if ref.step == "table":
                return "" if _tables().content_of(self._existing(ref)) == ref.content else "changed"
            made = self.reading(ref) if ref.step == "reading" else self.findings(ref)
        except IntegrityError:
            return "missing" if not self.path(ref.recipe).is_file() else "changed"
        return "" if content_digest(made) == ref.content else "changed"

    def recipes(self) -> Iterator[Sha256]:
        """Yield the recipes of the artifacts present, in order."""
        for path in sorted(self.root.glob("??/*.parquet")):
            if path.stem.count(".") == 0:
                yield Sha256(path.stem)

    def _existing(self, ref: ArtifactRef) -> Path:
        path = self.path(ref.recipe)
        if not path.is_file():
            raise IntegrityError(
                f"artifact {ref.recipe[:16]}… is not on the shelf", next_step="run `casegraph reread` on the case"
            )
        return path


def content_digest(made: Reading | Findings) -> Sha256:
    """Return the digest of what an engine made, apart from how it is stored."""
    return digest("reading" if isinstance(made, Reading) else "findings", made)
