"""A perceptual hash of a picture: near for pictures that look alike, whatever their size, quality or format.

It says that two files look alike, never what or whom they show. pHash as in the `imagehash` library: 64 bits from the lowest
frequencies of a 32 x 32 grey picture, and 256 from those of a 64 x 64 one. Sheets of print laid out alike agree in the 64
and differ in the 256; the same picture made smaller, lighter or poorer agrees in both.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image

PHASH: Final = "phash"
"""Name of the unit fact that holds the 64 bits, as 16 hexadecimal digits."""
PHASH_FINE: Final = "phash_256"
"""Name of the unit fact that holds the 256 bits, as 64 hexadecimal digits."""
LIKENESS_RULES: Final = 1
_REDUCED_PX: Final = 256
_FLAT_DEVIATION: Final = 3.0
_LEAST_BITS: Final = 16


def likeness_facts(grey: Image.Image) -> dict[str, str]:
    """Return the two hashes of an 8-bit grey picture; nothing for a flat one, whose hash would match every other flat one.

    Flat: shades that vary by less than 3 of 255 over a grid of 32 x 32, or less structure than a quarter of the bits.
    """
    import imagehash

    if min(grey.size) < 8:
        return {}
    factor = max(1, min(grey.size) // _REDUCED_PX)
    small = grey.reduce(factor) if factor > 1 else grey
    if np.asarray(small.resize((32, 32), Image.Resampling.BOX), dtype=np.float64).std() < _FLAT_DEVIATION:
        return {}
    bits = imagehash.phash(small)
    if int(bits.hash.sum()) < _LEAST_BITS:
        return {}
    return {PHASH: str(bits), PHASH_FINE: str(imagehash.phash(small, hash_size=16))}
