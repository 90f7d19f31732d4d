"""Notes that begin with a number agree with it."""

import ast
from pathlib import Path

import pytest

import graph
from graph.notes import noted


@pytest.mark.parametrize(
    ("count", "says"),
    [
        (0, ()),
        (1, ("1 payment has no amount: in no sum.",)),
        (2, ("2 payments have no amount: in no sum.",)),
        (12_345, ("12,345 payments have no amount: in no sum.",)),
    ],
)
def test_a_note_agrees_with_its_number(count: int, says: tuple[str, ...]) -> None:
    assert noted(count, "[payments have|payment has] no amount: in no sum.") == says


def test_a_sentence_may_have_several_such_places_or_none() -> None:
    assert noted(1, "[rows are|row is] of no kind, whatever [their|its] time.") == (
        "1 row is of no kind, whatever its time.",
    )
    assert noted(3, "of [these|this] [x] stay") == ("3 of these [x] stay",)


def _sentences(path: Path) -> list[str]:
    """Return the first words of each sentence that a file of code gives to `noted`."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    noting = [node.args[1] for node in calls if getattr(node.func, "id", "") == "noted"]
    return [ast.unparse(said) for said in noting]


def test_no_sentence_under_an_answer_knows_the_plural_only() -> None:
    sentences = [said for path in Path(graph.__file__).parent.rglob("*.py") for said in _sentences(path)]
    assert len(sentences) > 40
    assert [
        said
        for said in sentences
        if "|" not in said and said != "MAY_LIE_OUTSIDE" and not said.endswith(".MAY_LIE_OUTSIDE")
    ] == []
