"""How labelled data are spoilt before an engine sees them, always the same way for the same seed."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

SHARE = 0.03
DIGIT_SHARE = 0.1
LOOK_ALIKES = {"0": "O", "1": "l", "5": "S"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
LOWER = "lower-cased"
NOISY = "3% character noise"
MISREAD = "a tenth of 0, 1 and 5 as O, l and S, as print"
DEGRADED = "blurred and grainy"
HISSING = "with noise, 10 dB"


def lowered(tokens: list[str], _: random.Random) -> list[str]:
    """Return tokens in lower case."""
    return [token.lower() for token in tokens]


def scrambled(tokens: list[str], draw: random.Random) -> list[str]:
    """Return tokens with 3% of their characters replaced, lost or doubled by another; none becomes empty."""
    return ["".join(_spoilt(character, draw) for character in token) or token for token in tokens]


def _spoilt(character: str, draw: random.Random) -> str:
    if draw.random() >= SHARE:
        return character
    other = draw.choice(_LETTERS)
    other = other.upper() if character.isupper() else other
    return draw.choice((other, "", character + other))


def misread(text: str, draw: random.Random) -> str:
    """Return text of the same length with a tenth of the digits 0, 1 and 5 as the letters they look like."""
    return "".join(
        LOOK_ALIKES[character] if character in LOOK_ALIKES and draw.random() < DIGIT_SHARE else character
        for character in text
    )


def degrade_page(image: Path, out: Path, *, seed: int) -> None:
    """Write the first frame of `image` to `out` as PNG, blurred and grainy, with its resolution kept."""
    with Image.open(image) as opened:
        page = opened.convert("L").filter(ImageFilter.GaussianBlur(1))
        dpi = opened.info.get("dpi")
    grain = np.random.default_rng(seed).normal(0, 25, (page.height, page.width))
    spoilt = np.clip(np.asarray(page, dtype=np.float64) + grain, 0, 255).astype(np.uint8)
    Image.fromarray(spoilt).save(out, **({"dpi": dpi} if dpi else {}))


def hiss(pcm: npt.NDArray[np.int16], *, seed: int) -> npt.NDArray[np.int16]:
    """Return sound with white noise 10 dB under it."""
    power = float(np.mean(np.square(pcm, dtype=np.float64))) if len(pcm) else 0.0
    noise = np.random.default_rng(seed).normal(0, (power / 10) ** 0.5, len(pcm))
    return np.clip(pcm + noise, -32_768, 32_767).astype(np.int16)
