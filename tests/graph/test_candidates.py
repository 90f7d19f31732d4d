"""Names laid side by side: in small cases, with what supports, what contradicts, and what was left out."""

from __future__ import annotations

import msgspec
import pytest
from small_cases import OCR, Bench, Line, Says

from graph.candidates import Candidate, Candidates, candidates
from graph.project import catch_up, open_graph

PHONE = Says("phone", "020 7946 0142", "+442079460142")


def person(quote: str, *, nth: int = 0) -> Says:
    return Says("person_name", quote, quote.casefold(), nth=nth)


def laid_out(bench: Bench, *, kind: str = "", limit: int = 100) -> Candidates:
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        return candidates(graph, kind=kind, limit=limit)


def pair(found: Candidates, one: str, other: str) -> Candidate | None:
    return next((c for c in found.candidates if {c.a.entity.label, c.b.entity.label} == {one, other}), None)


def kinds(grounds: tuple[object, ...]) -> set[str]:
    return {ground.kind for ground in grounds}  # type: ignore[attr-defined]


def signatory(bench: Bench) -> Bench:
    bench.exhibit(
        Line("Signed\nName: VARGA, Márton\nDate of birth: 21 June 1979",
             (person("VARGA, Márton"), Says("date", "21 June 1979", "1979-06-21"))),
        Line("Regards, M. Varga\nNorthquay", (person("M. Varga"),)),
        Line("Dear Márton Varga, come in", (person("Márton Varga"),)),
    )  # fmt: skip
    bench.exhibit(
        Line("Guest Martin Varga\nDate of birth 3 November 1988",
             (person("Martin Varga"), Says("date", "3 November 1988", "1988-11-03")), source="ocr"),
        engine=OCR,
    )  # fmt: skip
    return bench


def test_spellings_of_one_signatory_are_laid_side_by_side(bench: Bench) -> None:
    found = laid_out(signatory(bench))
    order = pair(found, "VARGA, Márton", "Márton Varga")
    assert order is not None
    assert "order" in kinds(order.supports)
    assert not order.contradicts
    for full in ("VARGA, Márton", "Márton Varga"):
        initial = pair(found, "M. Varga", full)
        assert initial is not None
        assert "initial" in kinds(initial.supports)
        assert initial.weight < order.weight


def test_a_namesake_with_another_birth_date_is_kept_apart_and_last(bench: Bench) -> None:
    found = laid_out(signatory(bench))
    namesake = pair(found, "VARGA, Márton", "Martin Varga")
    assert namesake is not None
    assert namesake.apart
    assert found.candidates[-1] == namesake
    (born,) = [ground for ground in namesake.contradicts if ground.kind == "birth_date"]
    assert "1979-06-21" in born.words
    assert "1988-11-03" in born.words
    assert born.segments == ("CG-0001.p1.1", "CG-0002.p1.1")
    assert [one for one in found.candidates if one.apart] == [namesake]


def test_each_side_opens_at_a_mention_with_its_strip(bench: Bench) -> None:
    for one in laid_out(signatory(bench)).candidates:
        for side in (one.a, one.b):
            assert side.mention.startswith("m-")
            assert side.strip is not None
            assert side.strip.segment == side.segment
            assert side.quote == side.entity.label


def test_a_shared_telephone_speaks_for_and_says_where_it_stands(bench: Bench) -> None:
    bench.exhibit(
        Line("Andrea Molnár 020 7946 0142", (person("Andrea Molnár"), PHONE)),
        Line("A. Molnar 020 7946 0142", (person("A. Molnar"), PHONE)),
        Line("A. Molnar was here", (person("A. Molnar"),)),
        Line("Andreas Molnár was here too", (person("Andreas Molnár"),)),
    )
    found = laid_out(bench)
    with_phone, without = pair(found, "Andrea Molnár", "A. Molnar"), pair(found, "Andreas Molnár", "A. Molnar")
    assert with_phone is not None
    assert without is not None
    (shared,) = [ground for ground in with_phone.supports if ground.kind == "identifiers"]
    assert shared.words == "the same identifier: +442079460142"
    assert set(shared.segments) == {"CG-0001.p1.1", "CG-0001.p2.1"}
    assert with_phone.weight > without.weight


def test_numbers_one_digit_apart_join_nothing_and_a_shared_number_alone_is_no_spelling(bench: Bench) -> None:
    bench.exhibit(
        Line("Sorina Vlad 020 7946 0142", (person("Sorina Vlad"), PHONE)),
        Line("Petru Olaru 020 7946 0142", (person("Petru Olaru"), PHONE)),
        Line("Ellery Cars 020 7946 0143", (Says("organisation", "Ellery Cars", "ellery cars"),
                                           Says("phone", "020 7946 0143", "+442079460143"))),
    )  # fmt: skip
    assert laid_out(bench).candidates == ()


def test_a_number_beside_many_names_speaks_for_none_of_them(bench: Bench) -> None:
    names = ["Anna Kiss", "A. Kiss", *(f"{letter}ara Zsold{letter.lower()}o" for letter in "BCDFGHJKLMN")]
    bench.exhibit(*(Line(f"{name} 020 7946 0142", (person(name), PHONE)) for name in names))
    found = pair(laid_out(bench), "Anna Kiss", "A. Kiss")
    assert found is not None
    assert "identifiers" not in kinds((*found.supports, *found.contradicts))


def test_kinds_are_not_mixed_but_for_the_display_names_of_accounts(bench: Bench) -> None:
    says = (person("Wexcombe Hale"), Says("place", "Wexcombe Hale", "wexcombe hale"),
            Says("organisation", "Wexcombe Hale Ltd", "wexcombe hale ltd"),
            Says("display_name", "WEXCOMBE HALE", "WEXCOMBE HALE"))  # fmt: skip
    bench.exhibit(Line("Wexcombe Hale Ltd; WEXCOMBE HALE", says))
    found = laid_out(bench)
    compared = {frozenset((one.a.entity.kind, one.b.entity.kind)) for one in found.candidates}
    assert compared == {frozenset(("person_name", "display_name")), frozenset(("organisation", "display_name"))}
    assert {one.b.entity.kind for one in laid_out(bench, kind="place").candidates} == set()
    assert len(laid_out(bench, kind="organisation").candidates) == 1


def test_names_of_firms_are_compared_as_names_of_firms(bench: Bench) -> None:
    """`B.V.` at the end of a firm's name is its legal form, and a number more makes another firm; of a person both would be initials."""
    names = ("Ostwaldt Beheer B.V.", "OSTWALDT BEHEER BV", "Ostwaldt Beheer 24 B.V.")
    bench.exhibit(Line(" and ".join(names), tuple(Says("organisation", name, name.casefold()) for name in names)))
    same, numbered = pair(laid_out(bench), names[0], names[1]), pair(laid_out(bench), names[0], names[2])
    assert same is not None
    assert kinds(same.supports) == {"same", "form"}
    assert not same.contradicts
    assert numbered is None or numbered.weight < same.weight - 5


def test_what_the_limit_leaves_out_is_counted(bench: Bench) -> None:
    found = laid_out(signatory(bench))
    first = laid_out(bench, limit=2)
    assert first.candidates == (*found.candidates[:2], found.candidates[-1])  # and the namesake, whatever the limit
    assert first.not_shown == len(found.candidates) - 3
    assert found.not_shown == 0


def test_the_same_graph_gives_the_same_answer_and_is_not_changed(bench: Bench) -> None:
    found = laid_out(signatory(bench))
    with open_graph(bench.case) as graph:
        before = graph.conn.execute("SELECT count(*) FROM duckdb_tables()").fetchall()
        again = candidates(graph)
        assert graph.conn.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == before
    assert msgspec.json.encode(again) == msgspec.json.encode(found)


def test_a_case_without_names_has_no_candidates(lodge: Bench) -> None:
    assert laid_out(lodge).candidates == ()


@pytest.mark.parametrize(
    "text",
    ["Ana Pop, born 2 May 1990", "Ana Pop\nD.O.B. 2 May 1990", "Ana Pop, născută la 2 May 1990", "Ana Pop, geb. 2 May 1990"],
)  # fmt: skip
def test_a_birth_date_is_read_where_the_words_before_it_say_so(bench: Bench, text: str) -> None:
    date = Says("date", "2 May 1990", "1990-05-02")
    bench.exhibit(Line(text, (person("Ana Pop"), date)))
    bench.exhibit(Line("Anna Pop, born 3 July 1961", (person("Anna Pop"), Says("date", "3 July 1961", "1961-07-03"))))
    found = pair(laid_out(bench), "Ana Pop", "Anna Pop")
    assert found is not None
    assert found.apart


def test_a_date_that_is_not_of_birth_contradicts_nothing(bench: Bench) -> None:
    bench.exhibit(Line("Ana Pop, 2 May 1990", (person("Ana Pop"), Says("date", "2 May 1990", "1990-05-02"))))
    bench.exhibit(Line("Anna Pop, born 3 July 1961", (person("Anna Pop"), Says("date", "3 July 1961", "1961-07-03"))))
    found = pair(laid_out(bench), "Ana Pop", "Anna Pop")
    assert found is not None
    assert not found.contradicts


def test_one_birth_date_brings_names_together_that_share_one_word(bench: Bench) -> None:
    date = Says("date", "2 May 1990", "1990-05-02")
    bench.exhibit(Line("Irina Kovács, born 2 May 1990", (person("Irina Kovács"), date)))
    bench.exhibit(Line("Irina Sólyom, born 2 May 1990", (person("Irina Sólyom"), date)))
    bench.exhibit(Line("Irina Ellery came late", (person("Irina Ellery"),)))
    (found,) = laid_out(bench).candidates
    assert {found.a.entity.label, found.b.entity.label} == {"Irina Kovács", "Irina Sólyom"}
    assert "birth_date" in kinds(found.supports)
    assert "unlike" in kinds(found.contradicts)


def test_a_spelling_under_two_kinds_is_compared_once_and_said_after_all_others(bench: Bench) -> None:
    bench.exhibit(
        Line("Tobias Quellmann", (person("Tobias Quellmann"),)),
        Line("Tobias Quellman", (person("Tobias Quellman"),)),
        Line("wrote: Tobias Quellmann", (Says("display_name", "Tobias Quellmann", "tobias quellmann"),)),
        Line("wrote: Tobias Quellman", (Says("display_name", "Tobias Quellman", "tobias quellman"),)),
    )
    found = laid_out(bench)
    likely = [one for one in found.candidates if not one.twice]
    assert [{one.a.entity.kind, one.b.entity.kind} for one in likely] == [{"person_name"}]
    twice = [one for one in found.candidates if one.twice]
    assert [{one.a.entity.kind, one.b.entity.kind} for one in twice] == [{"person_name", "display_name"}] * 2
    assert found.candidates[0] == likely[0]


def test_names_of_one_kind_weigh_the_same_beside_the_same_names_of_accounts(bench: Bench) -> None:
    names = ["Tobias Quellmann", "Tobias Quelman", "Henrike Ostwaldt", "Rafael Oduya"]
    bench.exhibit(*(Line(name, (person(name),)) for name in names))
    alone = pair(laid_out(bench), *names[:2])
    bench.exhibit(*(Line(name, (Says("display_name", name, name.casefold()),)) for name in names))
    both = pair(laid_out(bench), *names[:2])
    assert alone is not None
    assert both is not None
    assert alone.weight == both.weight


def test_of_several_birth_dates_beside_a_name_the_one_that_agrees_best_counts(bench: Bench) -> None:
    bench.exhibit(
        *(Line(f"Ilse Yelverford, born {written}", (person("Ilse Yelverford"), Says("date", written, value)))
          for written, value in (("3 May 1968", "1968-05-03"), ("9 July 1955", "1955-07-09"))),
        Line("Ilse Yelvrford, born 1 March 1991", (person("Ilse Yelvrford"), Says("date", "1 March 1991", "1991-03-01"))),
    )  # fmt: skip
    found = pair(laid_out(bench), "Ilse Yelverford", "Ilse Yelvrford")
    assert found is not None
    assert found.apart
    bench.exhibit(
        Line("Ilse Yelvrford, born 9 July 1955", (person("Ilse Yelvrford"), Says("date", "9 July 1955", "1955-07-09")))
    )
    found = pair(laid_out(bench), "Ilse Yelverford", "Ilse Yelvrford")
    assert found is not None
    assert not found.apart


@pytest.mark.parametrize(
    ("written", "value", "apart"),
    [("3 November 1988", "1988-11-03", True), ("8 November 1968", "1968-11-08", False), ("11 March 1968", "1968-03-11", False)],
)  # fmt: skip
def test_birth_dates_twenty_years_apart_are_two_whatever_the_digits(
    bench: Bench, written: str, value: str, apart: bool
) -> None:
    bench.exhibit(
        Line("Otto Lindgrove, born 3 November 1968", (person("Otto Lindgrove"), Says("date", "3 November 1968", "1968-11-03"))),
        Line(f"Otto Lindrove, born {written}", (person("Otto Lindrove"), Says("date", written, value))),
    )  # fmt: skip
    found = pair(laid_out(bench), "Otto Lindgrove", "Otto Lindrove")
    assert found is not None
    assert found.apart is apart
