"""What a passage means: where texts are cut, which weights are taken, and what MiniLM makes of sentences where it is here."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import EngineMissing, UsageError
from extractors import meaning, models
from extractors.meaning import PIECES, stretches

HERE = all(find_spec(name) for name in ("onnx", "safetensors", meaning.PACKAGE))
with_model = pytest.mark.skipif(not HERE, reason="MiniLM's weights are not here: `make setup` installs them")


def pieces_of(text: str) -> list[tuple[int, int]]:
    """Return words of one piece each."""
    made, at = [], 0
    for word in text.split(" "):
        made.append((at, at + len(word)))
        at += len(word) + 1
    return made


def test_a_passage_ends_with_a_sentence_where_one_ends_in_its_second_half() -> None:
    text = " ".join([*["word"] * 99, "end.", *["more"] * 60])
    assert list(stretches(text, pieces_of(text))) == [(0, 100), (100, 160)]


def test_a_passage_without_sentences_is_as_long_as_fits() -> None:
    text = " ".join(["word"] * 300)
    room = PIECES - 2
    assert list(stretches(text, pieces_of(text))) == [(0, room), (room, 2 * room), (2 * room, 300)]


@given(st.lists(st.sampled_from(["a", "bb.", "c\n", "d!"]), min_size=1, max_size=400))
def test_passages_cover_every_piece_once(words: list[str]) -> None:
    text = " ".join(words)
    offsets = pieces_of(text)
    made = list(stretches(text, offsets))
    assert [at for first, end in made for at in range(first, end)] == list(range(len(offsets)))
    assert all(0 < end - first <= PIECES - 2 for first, end in made)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "all-MiniLM-L6-v2"
    made.mkdir()
    (made / models.SAFE_WEIGHTS).write_bytes(b"weights")
    (made / "tokenizer.json").write_text("{}")
    (made / "config.json").write_text(json.dumps({"model_type": "bert", "hidden_size": 384}))
    return made


def test_a_folder_of_weights_can_be_registered_and_is_taken_first(folder: Path, tmp_path: Path) -> None:
    model = models.add(folder, root=tmp_path / "models")
    assert (model.name, model.engine, model.weights) == ("all-minilm-l6-v2", "minilm", model.folder)
    found = meaning.weights(root=tmp_path / "models")
    assert (found.name, found.digest) == ("all-minilm-l6-v2", model.digest)
    assert models.for_engine("faster-whisper", root=tmp_path / "models") == ()


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("config.json", '{"model_type": "bert", "hidden_size": 768}', "another network than MiniLM"),
        ("config.json", "not json", "cannot be read"),
        ("tokenizer.json", "", "lacks tokenizer.json"),
    ],
)
def test_another_network_is_refused(folder: Path, tmp_path: Path, file: str, text: str, complaint: str) -> None:
    (folder / file).write_text(text) if text else (folder / file).unlink()
    with pytest.raises(UsageError, match=complaint):
        models.add(folder, root=tmp_path / "models")


def test_what_is_missing_is_said_with_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "PACKAGE", "no_such_package_here")
    can = meaning.available(root=tmp_path)
    assert not can.available
    assert "casegraph models add" in can.next_step
    with pytest.raises(EngineMissing, match="no weights for searching by meaning"):
        meaning.encoder(root=tmp_path)
    with pytest.raises(EngineMissing, match="registered as mine"):
        meaning.encoder(root=tmp_path, wanted="mine")


@with_model
def test_sentences_that_mean_the_same_lie_near_each_other(tmp_path: Path) -> None:
    encoder = meaning.encoder(root=tmp_path)
    money, paid, weather = (
        encoder.vector(text)
        for text in ("They never got their wages", "The workers were not paid", "It rained all day on the coast")
    )
    assert float(money @ paid) > 0.5 > 0.3 > float(money @ weather)
    assert np.linalg.norm(money) == pytest.approx(1, abs=1e-5)


@with_model
def test_a_passage_means_the_same_whatever_else_was_asked(tmp_path: Path) -> None:
    asked = "The van waits at the docks at six"
    first = meaning.Encoder(meaning.weights(root=tmp_path)).vector(asked)
    other = meaning.Encoder(meaning.weights(root=tmp_path))
    other.passages("Something else altogether. " * 40)
    assert np.array_equal(first, other.vector(asked))


@with_model
def test_passages_lie_in_the_text_also_where_it_is_odd(tmp_path: Path) -> None:
    encoder = meaning.encoder(root=tmp_path)
    text = "A page\ud800 with Мартон, 護照 and e\u0301 " * 60
    made = encoder.passages(text)
    assert all(0 <= one.start < one.end <= len(text) for one in made)
    assert len(made) > 3
    assert encoder.passages(" \n ") == []
