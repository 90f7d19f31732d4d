"""Addresses of crypto-currencies, each by the checksum its own format carries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

import base58

from extractors.patterns.hit import Asserted, Hit

_LEGACY = re.compile(r"[13TDLM](?<!\w[13TDLM])[1-9A-HJ-NP-Za-km-z]{24,34}(?!\w)")
_SEGWIT = re.compile(r"1(?<=[bBtT][cCbB]1)[0-9A-Za-z]{6,87}(?!\w)")
_PREFIX = re.compile(r"(?<!\w)(?:bc|tb|ltc)$", re.IGNORECASE)
_ETHEREUM = re.compile(r"0(?<!\w0)[xX][0-9a-fA-F]{40}(?!\w)")
_MONERO = re.compile(r"[48](?<!\w[48])[1-9A-HJ-NP-Za-km-z]{94}(?!\w)")
_RIPPLE = re.compile(r"r(?<!\wr)[1-9A-HJ-NP-Za-km-z]{24,34}(?!\w)")
_MIXED = re.compile(r"(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=[^0-9]*[0-9])")

_VERSIONS = {
    ("1", 0x00): "BTC",
    ("3", 0x05): "BTC",
    ("T", 0x41): "TRX",
    ("D", 0x1E): "DOGE",
    ("L", 0x30): "LTC",
    ("M", 0x32): "LTC",
}
"""First character and version byte of base58check addresses, by the chain parameters of each currency."""
_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32, _BECH32M = 1, 0x2BC830A3
_BASE58 = {c: i for i, c in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")}
_MONERO_BLOCK, _MONERO_BYTES = 11, {11: 8, 7: 5}


def find_crypto(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield addresses; one of the right shape whose checksum fails is kept, unverified."""
    for shape, judge in _JUDGES:
        for match in shape.finditer(text):
            start = _start(text, match) if judge is _segwit else match.start()
            verdict = judge(text[start : match.end()]) if start >= 0 else None
            if verdict is not None:
                yield _hit(start, match.end(), verdict)


def _start(text: str, match: re.Match[str]) -> int:
    """Return where the prefix of a segregated witness address begins, before its `1`; -1 where there is none."""
    floor = max(0, match.start() - 4)
    prefix = _PREFIX.search(text[floor : match.start()])
    return floor + prefix.start() if prefix else -1


def _hit(start: int, end: int, verdict: Verdict) -> Hit:
    holds, check, value, sums = verdict
    return Hit(kind="crypto", start=start, end=end, value=value, holds=holds, check=check, check_digits=sums)


Verdict = tuple[bool, str, str, bool]
"""(holds, check, value, whether a checksum was there and held)."""


@lru_cache(maxsize=4096)
def _legacy(address: str) -> Verdict | None:
    """Judge a base58check address (Bitcoin wiki, Base58Check encoding: double SHA-256, four bytes)."""
    try:
        payload = base58.b58decode_check(address)
    except ValueError:
        plausible = _MIXED.match(address) and (address[0] in "13T" or len(address) == 34)
        return (False, "base58check checksum does not hold", address, False) if plausible else None
    currency = _VERSIONS.get((address[0], payload[0])) if len(payload) == 21 else None
    return (True, f"{currency} address, base58check", address, True) if currency else None


@lru_cache(maxsize=4096)
def _segwit(address: str) -> Verdict | None:
    """Judge a segregated witness address (BIP-173 bech32 for version 0, BIP-350 bech32m for later versions)."""
    value = address.lower()
    prefix, _, data = value.partition("1")
    if prefix not in ("bc", "tb", "ltc") or len(value) > 90:
        return None
    if any(c not in _CHARSET for c in data) or address not in (value, address.upper()):
        return None if len(data) < 38 else (False, "bech32 characters do not hold (BIP-173)", value, False)
    wanted = _BECH32 if data[0] == "q" else _BECH32M
    if _polymod(prefix, data) != wanted:
        return (False, "bech32 checksum does not hold (BIP-173, BIP-350)", value, False) if len(data) >= 38 else None
    name = "bech32 (BIP-173)" if wanted == _BECH32 else "bech32m (BIP-350)"
    return True, f"{_SEGWIT_NAMES[prefix]} address, {name}", value, True


_SEGWIT_NAMES = {"bc": "BTC", "tb": "BTC testnet", "ltc": "LTC"}


def _polymod(prefix: str, data: str) -> int:
    values = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + [_CHARSET.index(c) for c in data]
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit in range(5):
            check ^= _GENERATOR[bit] if (top >> bit) & 1 else 0
    return check


@lru_cache(maxsize=4096)
def _ethereum(address: str) -> Verdict | None:
    """Judge an Ethereum address by its mixed-case checksum (EIP-55); one of a single case carries none."""
    digits = address[2:]
    value = _eip55(digits)
    if digits in (digits.lower(), digits.upper()):
        return True, "ETH address shape; written in one case, so without a checksum", value, False
    if address[2:] == value[2:]:
        return True, "ETH address, EIP-55", value, True
    return False, "EIP-55 checksum does not hold", address, False


def _eip55(digits: str) -> str:
    lower = digits.lower()
    hashed = _keccak(lower.encode()).hex()
    return "0x" + "".join(c.upper() if int(h, 16) >= 8 else c for c, h in zip(lower, hashed, strict=False))


def _keccak(data: bytes) -> bytes:
    from Crypto.Hash import keccak  # a fifth of what a worker takes to start, and few cases hold such an address

    return keccak.new(digest_bits=256, data=data).digest()


@lru_cache(maxsize=1024)
def _monero(address: str) -> Verdict | None:
    """Judge a Monero address (CryptoNote standard 007: base58 by blocks, first four bytes of Keccak-256)."""
    raw = _monero_bytes(address)
    if raw and _keccak(raw[:-4])[:4] == raw[-4:]:
        return True, "XMR address, Keccak checksum", address, True
    return (False, "XMR checksum does not hold", address, False) if _MIXED.match(address) else None


def _monero_bytes(address: str) -> bytes:
    decoded = b""
    for at in range(0, len(address), _MONERO_BLOCK):
        block = address[at : at + _MONERO_BLOCK]
        number = 0
        for c in block:
            number = number * 58 + _BASE58[c]
        size = _MONERO_BYTES[len(block)]
        if number >> (8 * size):
            return b""
        decoded += number.to_bytes(size, "big")
    return decoded


@lru_cache(maxsize=1024)
def _ripple(address: str) -> Verdict | None:
    """Judge an XRP Ledger classic address (base58check in its own alphabet, type prefix 0)."""
    try:
        payload = base58.b58decode_check(address, alphabet=base58.RIPPLE_ALPHABET)
    except ValueError:
        return (False, "XRP checksum does not hold", address, False) if _MIXED.match(address) else None
    holds = len(payload) == 21 and payload[0] == 0
    return (True, "XRP address, base58check", address, True) if holds else None


_JUDGES: tuple[tuple[re.Pattern[str], Callable[[str], Verdict | None]], ...] = (
    (_SEGWIT, _segwit),
    (_ETHEREUM, _ethereum),
    (_MONERO, _monero),
    (_LEGACY, _legacy),
    (_RIPPLE, _ripple),
)
