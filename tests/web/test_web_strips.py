"""The source strip is built once for the pages and once for their scripts, and both say the same."""

from __future__ import annotations

import re

from running import ROOT

from workbench.printing import REVIEW_WORDS

CLIENT = ROOT / "workbench" / "web" / "client"


def test_scripts_build_the_strip_in_one_place_with_the_words_of_the_pages() -> None:
    builders = [path.name for path in CLIENT.glob("*.ts") if re.search(r'class: "strip"', path.read_text())]
    assert builders == ["_strip.ts"]
    told = re.search(r"REVIEW_WORDS: [^=]+= \{(.*?)\};", (CLIENT / "_strip.ts").read_text(), re.S)
    assert told is not None
    assert dict(re.findall(r'(\w+): "([^"]+)"', told[1])) == REVIEW_WORDS
