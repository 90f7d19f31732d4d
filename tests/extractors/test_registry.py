"""One table from media types to readers; what has no reader is skipped with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.errors import UsageError
from extractors import registry
from extractors.identify import identify
from extractors.protocols import Engines, ReadContext


@pytest.mark.parametrize("media_type", sorted(registry.READER_OF))
def test_every_media_type_of_the_table_has_a_reader_that_can_be_made(media_type: str, tmp_path: Path) -> None:
    reader = registry.reader_for(media_type)
    assert reader is not None
    stamps = reader.stamps(engines=Engines(), context=ReadContext(languages=(), scratch=tmp_path))
    assert all(stamp.name and stamp.version for stamp in stamps)


def test_empty_and_unsupported_files_are_skipped_with_a_reason(tmp_path: Path) -> None:
    context = ReadContext(languages=(), scratch=tmp_path)
    path = tmp_path / "blob"
    path.write_bytes(b"")
    empty = registry.survey(path, media_type=identify(path), context=context)
    assert (empty.outcome, empty.reason) == ("skipped", "empty file (0 bytes)")
    path.write_bytes(b"\x7fELF" + bytes(30))
    other = registry.survey(path, media_type=identify(path), context=context)
    assert (other.outcome, other.reason) == ("skipped", "unsupported: application/x-executable")
    assert registry.reader_for("application/x-executable") is None


def test_an_unknown_engine_is_a_usage_error_that_names_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        registry.ocr_engine("other", languages=())
    assert "tesseract" in caught.value.next_step
