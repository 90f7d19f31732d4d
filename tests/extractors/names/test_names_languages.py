"""The small pipelines of the other languages, as shipped, and what their training makes of a corpus."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import spacy

from extractors import names
from extractors.names.training.corpora import Sentence
from extractors.names.training.small import learning, lines, writing
from extractors.names.training.small.plans import BAR, PLANS
from extractors.names.training.small.spoiling import Spoiler
from extractors.pipelines import NamesPipelines

SENTENCES = {
    "de": ("Peter Müller wohnt in Berlin und arbeitet bei Siemens.", {("Peter Müller", "PER"), ("Berlin", "LOC")}),
    "fr": ("Jean Dupont habite à Paris avec sa famille.", {("Jean Dupont", "PER"), ("Paris", "LOC")}),
    "nl": ("Jan de Vries woont in Amsterdam en werkt in Rotterdam.", {("Jan de Vries", "PER"), ("Amsterdam", "LOC")}),
    "pt": ("João Silva mora em Lisboa e trabalha no Brasil.", {("João Silva", "PER"), ("Brasil", "LOC")}),
    "sr": ("Petar Jovanović živi u Beogradu.", {("Petar Jovanović", "PER"), ("Beogradu", "LOC")}),
    "zh": ("王小明住在北京，後來搬到日本。", {("北京", "LOC"), ("日本", "LOC")}),
}
SHIPPED = [language for language in names.languages() if language != "en"]
NASTY = [
    "",
    " \n\t ",
    "\ud800",
    "Berlin\udfff\ud800 Paris",
    "x" * 100_000,
    "字" * 33_334,
    "(" * 20_000,
    "a@" * 50_000,
]


@cache
def pipeline(language: str) -> Any:
    return spacy.load(names.path(language))


def test_english_and_others_are_shipped() -> None:
    assert "en" in names.languages()
    assert set(SHIPPED) <= set(PLANS)
    assert SHIPPED


@pytest.mark.parametrize("language", SHIPPED)
def test_finds_easy_names_at_their_exact_offsets(language: str) -> None:
    text, expected = SENTENCES[language]
    doc = pipeline(language)(text)
    assert doc.text == text
    assert expected <= {(ent.text, ent.label_) for ent in doc.ents}
    for ent in doc.ents:
        assert text[ent.start_char : ent.end_char] == ent.text
        assert ent.label_ in ("PER", "ORG", "LOC")


@pytest.mark.parametrize("language", SHIPPED)
@pytest.mark.parametrize("text", NASTY, ids=["empty", "white", "surrogate", "surrogates", "x", "han", "brackets", "at"])
def test_survives_any_text_and_keeps_its_length(language: str, text: str) -> None:
    doc = pipeline(language)(text)
    assert len(doc.text) == len(text)
    assert all(0 <= ent.start_char < ent.end_char <= len(text) for ent in doc.ents)


@pytest.mark.parametrize("language", SHIPPED)
def test_ships_above_the_bar_with_its_card_and_licences(language: str) -> None:
    folder = names.path(language)
    scores = json.loads((folder / "scores.json").read_text(encoding="utf-8"))
    card = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert scores["clean"]["all"]["f1"] >= BAR
    assert set(scores) == {"clean", "lower-cased", "noisy"}
    assert f"| `{PLANS[language].train}` |" in card
    assert "CC BY-SA" in card
    assert PLANS[language].silver == ("agreement with links, not truth" in card)
    assert json.loads((folder / "meta.json").read_text(encoding="utf-8"))["lang"] == language
    assert sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) <= 6_000_000


def test_serbian_is_read_in_both_scripts() -> None:
    text = "Петар Јовановић живи у Београду."
    found = {(ent.text, ent.label_) for ent in pipeline("sr")(text).ents}
    assert {("Петар Јовановић", "PER"), ("Београду", "LOC")} <= found


# --- what training makes of a corpus -------------------------------------------------------------------------------


def sentence(text: str, tags: str) -> Sentence:
    return Sentence(tuple(text.split()), tuple(tags.split()), "made up")


def named(line: lines.Line) -> list[tuple[str, str]]:
    return [(line.text[start:end], kind) for start, end, kind in line.names]


def test_portuguese_is_contracted_as_people_write_it() -> None:
    known = sentence("Ele mora em o Cairo de a ONU", "O O O O B-LOC O O B-ORG")
    line = lines.running(writing.contracted(known), "pt")
    assert line.text == "Ele mora no Cairo da ONU"
    assert named(line) == [("Cairo", "LOC"), ("ONU", "ORG")]
    inside = writing.contracted(sentence("Lula de a Silva", "B-PER I-PER I-PER I-PER"))
    assert named(lines.running(inside, "pt")) == [("Lula da Silva", "PER")]


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Ljubljana", "Љубљана"),
        ("NJEGOŠ", "ЊЕГОШ"),
        ("džep", "џеп"),
        ("Čačak", "Чачак"),
        ("XIV", "XIV"),
        ("Yahoo", "Yahoo"),
    ],
)
def test_serbian_goes_into_cyrillic(latin: str, cyrillic: str) -> None:
    assert writing.cyrillic(latin) == cyrillic


def test_wiki_marks_and_redirects_are_taken_out() -> None:
    known = sentence("WEITERLEITUNG ' '' Lou Salomé '' '", "O O O B-PER I-PER O O")
    assert writing.without_marks(known).words == ("Lou", "Salomé")


def test_chinese_is_written_without_spaces_but_between_latin_words() -> None:
    line = lines.running(sentence("他 在 New York 的 大學", "O O B-LOC I-LOC O O"), "zh")
    assert line.text == "他在New York的大學"
    assert named(line) == [("New York", "LOC")]


def test_running_text_has_its_spaces_where_the_language_writes_them() -> None:
    words = ("Er", "sagte", ":", '"', "Nein", ",", "(", "nie", ")", '"', ".")
    assert lines.running(Sentence(words, ("O",) * len(words), "made up"), "de").text == 'Er sagte: "Nein, (nie)".'
    french = sentence("« Qui ? » dit l' ami", "O O O O O O O")
    assert lines.running(french, "fr").text == "« Qui ? » dit l'ami"


@pytest.mark.parametrize("language", sorted(PLANS))
def test_an_epoch_keeps_its_names_inside_the_text_and_is_the_same_for_a_seed(language: str) -> None:
    known = [sentence("Danas je Petar Petrović u Beogradu .", "O O B-PER I-PER O B-LOC O")] * 60
    epochs = [list(Spoiler(language, known).epoch(random.Random(3))) for _ in range(2)]
    assert epochs[0] == epochs[1]
    assert sum(len(line.names) for line in epochs[0]) == 120
    assert all(line.text[start:end].strip() for line in epochs[0] for start, end, _ in line.names)


def test_the_same_seed_gives_the_same_weights_and_they_learn() -> None:
    known = [sentence("Danas je Petar Petrović u Beogradu .", "O O B-PER I-PER O B-LOC O")] * 120
    plan = PLANS["sr"]._replace(epochs=3, rows=(("NORM", 200), ("SHAPE", 50)))
    said: list[str] = []
    trained = [learning.train("sr", plan, known, known[:5], seed=4, say=said.append) for _ in range(2)]
    assert trained[0].weights == trained[1].weights
    assert len(said) == 6
    nlp = learning.fresh("sr", plan, trained[0].weights)
    assert ("Beogradu", "LOC") in {(ent.text, ent.label_) for ent in nlp("Danas je Petar Petrović u Beogradu.").ents}


def test_parts_share_no_sentence() -> None:
    data = Path(__file__).parents[3].parent / "shared/data/ner"
    if not data.is_dir():
        pytest.skip("../shared/data/ner is not here")
    for language in ("sr", "nl"):
        split = lines.parts(data, language, PLANS[language])
        seen = [{" ".join(one.words).casefold() for one in part} for part in split]
        assert not seen[0] & seen[1] | seen[0] & seen[2] | seen[1] & seen[2]
        assert all(seen)


def test_a_name_in_another_language_says_how_often_such_names_are_right() -> None:
    text = "Angela Merkel wohnt seit vielen Jahren in Berlin und arbeitet dort mit ihren Leuten."
    found = NamesPipelines("bundled").find([text], ["de"], asserted=())
    assert "Berlin" in {text[hit.start : hit.end] for hit in found[0]}
    assert all("right in about 69% of such" in hit.check for hit in found[0])


def test_serbian_taken_for_its_neighbours_is_looked_at_and_chinese_is_not() -> None:
    pipelines = NamesPipelines("bundled")
    assert [pipelines.looks_in(language) for language in ("sr", "hr", "bs", "", "zh", "ro")] == [True] * 4 + [False] * 2
