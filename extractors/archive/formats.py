"""The lines of the table of formats for archives and compressed files."""

from __future__ import annotations

from typing import Final

from extractors.protocols import Format

_KEPT: Final = "every file as an exhibit of its own; the list of entries with path, size and what became of each; the span of stored times"
_LEFT: Final = (
    "owners and permissions; links and devices are listed and not followed; damaged files are said, not received"
)
_LIBRARY: Final = "system library libarchive (libarchive13); without it skipped"
_PROGRAM: Final = f"{_LIBRARY}; encrypted ones need the 7-Zip program (7zz) and a password, else skipped"


def _line(media_type: str, title: str, recognised: str, *, needs: str = _LIBRARY, kept: str = _KEPT) -> Format:
    return Format(
        media_type=media_type,
        title=title,
        reader="archive",
        unit="file",
        recognised=recognised,
        kept=kept,
        place="entry number, path in the archive",
        left_out=_LEFT,
        needs=needs,
    )


_ONE: Final = "the one file in it, or the files of a tar in it, as exhibits"
_PLAIN: Final = "nothing; over several volumes or with odd filters libarchive"

ARCHIVES: Final = (
    _line(
        "application/zip",
        "Zip, split zip",
        "signature `PK`, or a directory at its end; nothing narrower in it",
        needs="nothing; ZipCrypto and AES with a password from the list; without its directory libarchive",
        kept=f"{_KEPT}; comments",
    ),
    _line("application/x-7z-compressed", "7-Zip", "signature `7z`", needs=_PROGRAM),
    _line("application/vnd.rar", "RAR 4 and 5", "signature `Rar!`", needs=_PROGRAM),
    _line("application/x-tar", "Tar", "`ustar` at byte 257", needs=_PLAIN),
    _line("application/gzip", "Gzip, tar.gz", "signature 1F 8B", needs=_PLAIN, kept=_ONE),
    _line("application/x-bzip2", "Bzip2, tar.bz2", "signature `BZh`", needs=_PLAIN, kept=_ONE),
    _line("application/x-xz", "XZ, tar.xz", "signature FD `7zXZ`", needs=_PLAIN, kept=_ONE),
    _line("application/zstd", "Zstandard, tar.zst", "signature 28 B5 2F FD", kept=_ONE),
    _line("application/x-lz4", "LZ4, tar.lz4", "signature 04 22 4D 18", kept=_ONE),
    _line("application/x-iso9660-image", "ISO 9660 with Joliet or Rock Ridge", "`CD001` at byte 32,769"),
    _line("application/vnd.ms-cab-compressed", "Cabinet", "signature `MSCF`"),
    _line("application/x-cpio", "cpio", "signature `0707`"),
    _line("application/x-archive", "ar, Debian package", "signature `!<arch>`"),
)
