"""A PDF locked with a password, which nobody in the case knows."""

from __future__ import annotations

import hashlib

from Crypto.Cipher import ARC4

PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
FILE_ID = hashlib.md5(b"Harbour Lodge, directors").digest()
MAY_DO = -4


def locked_pdf(text: str, *, password: str) -> bytes:
    """One page that says `text`, under the standard security handler (ISO 32000-1, 7.6.3: V 2, R 3, RC4 128)."""
    owner = _owner_entry(password)
    key = _file_key(password, owner)
    page = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("ascii")
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
        _stream(_object_cipher(key, 4).encrypt(page)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        _lock(owner, _user_entry(key)),
    ]
    return _assembled(bodies)


def _padded(password: str) -> bytes:
    return (password.encode("latin-1") + PADDING)[:32]


def _owner_entry(password: str) -> bytes:
    key = hashlib.md5(_padded(password)).digest()
    for _ in range(50):
        key = hashlib.md5(key).digest()
    return _twenty_rounds(key, _padded(password))


def _file_key(password: str, owner: bytes) -> bytes:
    key = hashlib.md5(_padded(password) + owner + MAY_DO.to_bytes(4, "little", signed=True) + FILE_ID).digest()
    for _ in range(50):
        key = hashlib.md5(key).digest()
    return key


def _user_entry(key: bytes) -> bytes:
    return _twenty_rounds(key, hashlib.md5(PADDING + FILE_ID).digest()) + bytes(16)


def _twenty_rounds(key: bytes, data: bytes) -> bytes:
    for number in range(20):
        data = ARC4.new(bytes(byte ^ number for byte in key)).encrypt(data)
    return data


def _object_cipher(key: bytes, number: int) -> ARC4.ARC4Cipher:
    return ARC4.new(hashlib.md5(key + number.to_bytes(3, "little") + bytes(2)).digest())


def _stream(data: bytes) -> bytes:
    return b"<</Length %d>>stream\n%s\nendstream" % (len(data), data)


def _lock(owner: bytes, user: bytes) -> bytes:
    return b"<</Filter/Standard/V 2/R 3/Length 128/P %d/O<%s>/U<%s>>>" % (
        MAY_DO,
        owner.hex().encode(),
        user.hex().encode(),
    )


def _assembled(bodies: list[bytes]) -> bytes:
    out, offsets = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    table += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<</Size %d/Root 1 0 R/Encrypt 6 0 R/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(bodies) + 1,
        FILE_ID.hex().encode(),
        FILE_ID.hex().encode(),
        len(out),
    )
    return out + table + trailer
