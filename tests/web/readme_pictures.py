"""Take the README's pictures of the workbench from those that the tests made, in fewer colours: `make pictures`."""

from __future__ import annotations

from PIL import Image
from running import ROOT

from web.browsing import PICTURES

TAKEN = {
    "search-light": "workbench-search",
    "graph": "workbench-graph",
    "evidence-1280-light": "workbench-page",
    "review-dark": "workbench-review",
    "call-to-second": "workbench-recording",
    "timeline": "workbench-timeline",
}


def main() -> None:
    for made, taken in TAKEN.items():
        with Image.open(PICTURES / f"{made}.png") as image:
            small = image.convert("RGB").quantize(
                colors=128, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
            )
        small.save(ROOT / "sample_data" / "pictures" / f"{taken}.png", optimize=True)


if __name__ == "__main__":
    main()
