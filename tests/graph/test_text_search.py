"""Searching as people type: words, phrases, identifiers in any spacing, and errors that say where."""

from __future__ import annotations

from itertools import pairwise, product

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from small_cases import Bench, Line, Says, anchor, new_bench

from evidence.acts import TextCorrected
from evidence.errors import IntegrityError, UsageError
from evidence.records import EventRecord
from graph import queries
from graph.highlight import letters_off, matched, pairs, pieces, snippet
from graph.index import fact, having, inside, refused
from graph.looked_up import names_alike
from graph.project import Graph, catch_up, open_graph
from graph.query_language import Close, Words, parse, understood
from graph.search import Search, answer, counted, search
from graph.spread import spread
from graph.tokens import searchable, tokens, words

NIGHT = Line("The van driver waited at the hôtel; Márton paid ţigară £40", language="ro")
ANSWER = Line("A driver of the van asked for room 7, call +44 (0)20 7946 0142", (
    Says("phone", "+44 (0)20 7946 0142", "+442079460142"),
))  # fmt: skip
ACCOUNT = Line("GB82 WEST 1234 5698 7654 32", (Says("iban", "GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432"),),
               unit_kind="message", speaker="Caller One")  # fmt: skip


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = new_bench(tmp_path_factory.mktemp("night") / "case")
    first = bench.exhibit(NIGHT)
    bench.exhibit(ANSWER, parent=first)
    bench.exhibit(ACCOUNT)
    catch_up(bench.case)
    return bench


def found(bench: Bench, query: str) -> set[str]:
    with open_graph(bench.case) as graph:
        return found_in(graph, query)


def found_in(graph: Graph, query: str) -> set[str]:
    return {hit.exhibit for hit in search(graph, query).hits}


FIRST, INNER, LAST = "CG-0001", "CG-0001/1", "CG-0002"


@pytest.mark.parametrize(
    ("query", "exhibits"),
    [
        ("driver", {FIRST, INNER}),
        ("DRIVER van", {FIRST, INNER}),
        ('"van driver"', {FIRST}),
        ('"driver van"~2', {FIRST, INNER}),
        ('"driver asked"~2', set()),
        ('"driver asked"~3', {INNER}),
        ("hotel AND \"van driver\"", {FIRST}),
        ("hotel OR room", {FIRST, INNER}),
        ("driver NOT hotel", {INNER}),
        ("driver -hotel", {INNER}),
        ("NOT driver", {LAST}),
        ("(hotel OR room) AND (van NOT marton)", {INNER}),
        ("marton", {FIRST}),
        ("MÁRTON", {FIRST}),
        ("tigara", {FIRST}),
        ("hotle~1", {FIRST}),
        ("drvr~2", {FIRST, INNER}),
        ("driv*", {FIRST, INNER}),
        ("driver exhibit:CG-0001/1", {INNER}),
        ("driver exhibit:cg-0001", {FIRST, INNER}),
        ("language:ro", {FIRST}),
        ("kind:message", {LAST}),
        ('speaker:"caller one"', {LAST}),
        ('custodian:"harbour lodge" room', {INNER}),
        ("source:native type:application/pdf hotel", {FIRST}),
        ("+44 20 7946 0142", {INNER}), ("+44 (0)20 7946 0142", {INNER}), ("0044(0)2079460142", {INNER}),
        ('"+442079460142"', {INNER}),
        ("020 7946 0142", {INNER}),
        ("(020) 7946-0142", {INNER}),
        ("00442079460142", {INNER}),
        ("gb82west12345698765432", {LAST}),
        ("GB82 WEST 1234 5698 7654 32", {LAST}),
        ("nobody@nowhere.example", set()),
        ("£40", {FIRST}),
        ("van/driver", {FIRST}),
        ("hotel & driver", {FIRST}),
        ("driver NEAR/1 van", {FIRST}),
        ("driver NEAR/2 van", {FIRST}),
        ("van NEAR/3 driver", {FIRST, INNER}),
        ("driver NEAR/3 van", {FIRST, INNER}),
        ("driver NEAR van NEAR/4 asked", {INNER}),
        ('"van driver" NEAR/2 waited', {FIRST}),
        ('waited NEAR/1 "van driver"', {FIRST}),
        ('"the van" NEAR/5 room', {INNER}),
        ('"the van" NEAR/2 room', set()),
        ("driv* NEAR/2 wait*", {FIRST}),
        ("drivr~1 NEAR/1 waited", {FIRST}),
        ("van NEAR/5 van", set()),
        ("NOT (driver NEAR/1 van)", {INNER, LAST}),
        ("mentions:phone", {INNER}),
        ("mentions:iban OR mentions:phone", {INNER, LAST}),
        ("mentions:phone:+442079460142", {INNER}),
        ("mentions:phone:+442079460143", set()),
        ('mentions:"iban:GB82 WEST 1234 5698 7654 32"', {LAST}),
        ("review:unreviewed", {INNER, LAST}),
        ("review:nothing", {FIRST}),
        ("sender:caller", set()),
        ('sender:"Caller One"', {LAST}),
    ],
)  # fmt: skip
def test_a_query_finds(night: Bench, query: str, exhibits: set[str]) -> None:
    assert found(night, query) == exhibits


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ('"van driver', "character 1: this quote is not closed"),
        ("hotel AND (van", "character 11: this \\( is not closed"),
        ("van)", "character 4: there is a \\) without its \\("),
        ("van AND", "AND has nothing after it"),
        ("OR van", "character 1: OR has nothing before it"),
        ("van OR AND", "AND has nothing before it"),
        ("van ()", "character 5: there is nothing between"),
        ("(", "character 1: this \\( is not closed"),
        ("drive~7", "after ~ stands a number up to 2"),
        ("exhibit:", "character 1: exhibit: has no value, as in exhibit:CG-0003"),
        ("van since:soon", "character 5: since:soon is no day, month or year, as in since:2026-03-01"),
        ("until:2026-02-30", "until:2026-02-30 is no day"),
        ("month:March", "month:March is no month, as in month:2026-03"),
        ("review:done", "review is one of reviewed, unreviewed, nothing"),
        ("sounds:!", "holds no word, as in sounds:Varga"),
        ("van exhibits:CG-0001", "character 5: exhibits: is no field; exhibit: is"),
        ("van NEAR/0 driver", "character 5: after NEAR/ stands a number from 1 to 100"),
        ("van NEAR/x driver", "after NEAR/ stands a number"),
        ("van NEAR/5", "NEAR/5 has nothing after it"),
        ("NEAR/5 van", "character 1: NEAR/5 has nothing before it"),
        ("van NEAR (driver OR porter)", "character 5: NEAR stands between two words or phrases"),
        ('"van driver"~2 NEAR/5 hotel', "NEAR stands between two words or phrases"),
        ('custodian:"Harb', "character 1: this quote is not closed"),
        ('custodian:"Harb\\"', "character 1: this quote is not closed"),
        ('custodian:"The "Lodge""', "character 17: the value ends here, and L stands right behind it"),
        ('mentions:phone:"+44 20"', 'character 16: the value ends here, and " stands right behind it'),
        ("van kind:mess*", 'character 5: kind:mess\\*: a filter takes a whole value; .* as in custodian:"A\\*"'),
        ("", "nothing to search for"),
        ("+ /", "no word to search for"),
        ("(" * 80 + "a" + ")" * 80, "too many parentheses"),
        ("NOT " * 80 + "a", "NOT after NOT"),
        ("drive~²", "after ~ stands a number up to 2"),
    ],
)
def test_a_query_that_makes_no_sense_says_where(night: Bench, query: str, complaint: str) -> None:
    with open_graph(night.case) as graph, pytest.raises(UsageError, match=complaint):
        search(graph, query)


def test_a_hit_carries_its_place_its_words_and_its_engine(night: Bench) -> None:
    with open_graph(night.case) as graph:
        (hit,) = search(graph, '"van driver" marton').hits
    assert hit.locator == {"kind": "page", "page": 1, "width_px": 1000, "height_px": 1400, "dpi": 150, "strip": "p. 1"}
    assert [hit.text[start:end] for start, end in hit.spans] == ["van driver", "Márton"]
    assert hit.snippet == "The «van driver» waited at the hôtel; «Márton» paid ţigară £40"
    assert (hit.strip.engine, hit.strip.exhibit) == ("text", "CG-0001")


def test_a_search_says_how_it_understood(night: Bench) -> None:
    with open_graph(night.case) as graph:
        told = search(graph, 'hotel (taxi OR "van driver") kovacs~1 -room exhibit:CG-0001').understood
        identifier = search(graph, "020 7946 0142").understood
    assert told == (
        'hotel and (taxi or the phrase "van driver") and words at most 1 letter off kovacs and not (room) and exhibit '
        "is CG-0001"
    )
    assert identifier == 'the phrase "020 7946 0142", or an identifier with the value 02079460142'


def test_the_limit_limits_and_the_total_counts(night: Bench) -> None:
    with open_graph(night.case) as graph:
        made = search(graph, "driver", limit=1)
    assert (made.total, len(made.hits)) == (2, 1)


def test_near_is_the_same_by_index_and_by_text(night: Bench) -> None:
    """Two words are found by the index alone; the text says the same."""
    words = ("driver", "van", "hotel", "room", "the"), ("waited", "asked", "marton", "of")
    with open_graph(night.case) as graph:
        texts = {number: queries.exhibit(graph, number).segments[0].text for number in (FIRST, INNER, LAST)}
        for one, other, within in product(*words, (1, 2, 3, 5, 9)):
            node = parse(f"{one} NEAR/{within} {other}")
            assert found_in(graph, f"{one} NEAR/{within} {other}") == {
                number for number, text in texts.items() if isinstance(node, Close) and pairs(node, tokens(text))
            }


def test_near_finds_what_a_correction_brought_near(bench: Bench) -> None:
    line = Line("The van dr1ver waited")
    number = bench.exhibit(line)
    bench.record(
        TextCorrected(segment=anchor(number, line), start=8, end=14, quote="dr1ver", text="driver", reason="read")
    )
    catch_up(bench.case)
    assert found(bench, '"the van" NEAR/1 driver') == {number}
    assert found(bench, "review:reviewed") == {number}


def test_names_are_found_as_they_sound_and_in_other_letters(bench: Bench) -> None:
    for name in ("Imre Varga", "Vargha, I.", "И. Варга", "Várga Imre", "Vera Garland"):
        bench.exhibit(Line(f"Signed: {name}.", (Says("person_name", name, name),)))
    bench.exhibit(Line("varga in a text in which no name was found"))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        made = search(graph, "sounds:Varga")
        both = search(graph, 'sounds:"Imre Varga" NOT exhibit:CG-0004')
    assert {hit.exhibit for hit in made.hits} == {"CG-0001", "CG-0002", "CG-0003", "CG-0004"}
    assert {one.label: one.how for one in made.names} == {
        "Imre Varga": "same", "Várga Imre": "same", "И. Варга": "same", "Vargha, I.": "sound",
    }  # fmt: skip
    assert {hit.exhibit for hit in both.hits} == {"CG-0001"}
    assert "«Imre Varga»" in both.hits[0].snippet
    assert made.understood == "a name that sounds like Varga"


@pytest.mark.parametrize(("asked", "written"), [
    ("Wargha", "Varga"), ("George", "Gheorghe"), ("Kowatsch", "Kovacs"), ("Muhammad", "محمد"), ("Alexander", "Александр"),
    ("Marton Varga", "VARGA, Márton"), ("Bill Varga", "William Varga"),
])  # fmt: skip
def test_a_name_is_like_another(bench: Bench, asked: str, written: str) -> None:
    bench.exhibit(Line(f"Signed {written}.", (Says("person_name", written, written),)))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        assert [one.label for one in names_alike(graph, asked)] == [written]


@pytest.mark.parametrize(
    ("asked", "written"), [("Varga", "Vogel"), ("Varga", "Vera"), ("Marton Varga", "Varga"), ("Ana", "Ion")]
)
def test_a_name_is_not_like_another(bench: Bench, asked: str, written: str) -> None:
    bench.exhibit(Line(f"Signed {written}.", (Says("person_name", written, written),)))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        assert names_alike(graph, asked) == []


def test_facets_count_all_hits_and_not_only_those_shown(bench: Bench) -> None:
    wrote = EventRecord(kind="message", segment=0, time_written="2 March 2026", time_utc="2026-03-02T09:00:00Z",
                        parties=(("from", "phone", "+447700900123"),))  # fmt: skip
    later = EventRecord(kind="message", segment=0, time_written="1.4.2026", time_local="2026-04-01T23:30:00")
    bench.exhibit(*(Line(f"the van {n}", unit_kind="message", speaker="Ana B", events=(wrote,)) for n in range(30)))
    bench.exhibit(Line("the van again", language="ro", events=(later,)), Line("no such thing"))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        made = answer(graph, Search(query="van", limit=5, facets=True))
        march = search(graph, "since:2026-03 until:2026-04")
    assert (made.total, len(made.hits), march.total) == (31, 5, 30)
    counted = {facet.name: {one.value: one.hits for one in facet.values} for facet in made.facets}
    assert counted == {
        "kind": {"message": 30, "page": 1}, "exhibit": {"CG-0001": 30, "CG-0002": 1}, "custodian": {"Harbour Lodge": 31},
        "sender": {"+447700900123": 30}, "speaker": {"Ana B": 30}, "language": {"en": 30, "ro": 1}, "source": {"native": 31},
        "month": {"2026-03": 30, "2026-04": 1}, "review": {"nothing": 31},
    }  # fmt: skip
    assert found(bench, "since:2026-04-01") == found(bench, "month:2026-04") == {"CG-0002"}
    assert found(bench, "until:2026-03-02") == set()
    assert found(bench, "sender:+447700900123 since:2026") == {"CG-0001"}


def test_further_hits_join_what_was_shown(bench: Bench) -> None:
    bench.exhibit(*(Line(f"a van and number {number}") for number in range(30)))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        parts = [answer(graph, Search(query="van", limit=10, after=after)) for after in (0, 10, 20, 30)]
    shown = [hit.segment for part in parts for hit in part.hits]
    assert len(set(shown)) == len(shown) == 30
    assert {part.total for part in parts} == {30}


def test_chosen_values_narrow_a_search_and_others_stay_to_be_chosen(bench: Bench) -> None:
    first = bench.exhibit(Line("the van"), Line("the van again", unit_kind="message"))
    bench.exhibit(Line("a van in a file of it"), parent=first)
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        pages = answer(graph, Search(query="van", within=("kind:page",), facets=True))
        either = search(graph, "van", within=("kind:page", "kind:message"))
        both = search(graph, "van", within=("kind:page", f"exhibit:{first}"))
        every = search(graph, "", within=(f"exhibit:{first}",))
        number = search(graph, "+442079460142", within=("kind:page",))
    assert pages.total == 2
    assert pages.understood == "van; kind is page"
    held = {facet.name: {value.value: value.hits for value in facet.values} for facet in pages.facets}
    assert held["kind"] == {"page": 2, "message": 1}
    assert held["exhibit"] == {first: 1, f"{first}/1": 1}
    assert either.total == 3
    assert both.total == 1, "what came out of an exhibit is counted by itself, so it is not found with it"
    assert (every.total, every.understood) == (2, f"everything; exhibit is {first}")
    assert number.total == 0


@pytest.mark.parametrize("wrong", ["colour:red", "kind:", "kind", ""])
def test_what_is_no_value_of_a_facet_is_refused(night: Bench, wrong: str) -> None:
    with open_graph(night.case) as graph, pytest.raises(UsageError, match="no value of a facet"):
        search(graph, "van", within=(wrong,))


def test_a_filter_takes_a_value_whole_whatever_stands_in_it(bench: Bench) -> None:
    owners = ["Ann", "Ann (north)", "Ann (north).*", "Joann", "A\x1fn [n", "Ärzte Ä|B"]
    for owner in owners:
        bench.read(bench.receive(custodian=owner), [Line("the van", (Says("plate", "van"),))])
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        for number, owner in enumerate(owners, 1):
            only = answer(graph, Search(query="van", within=(f"custodian:{owner}",)))
            assert [hit.exhibit for hit in only.hits] == [f"CG-{number:04d}"], owner
        assert answer(graph, Search(query="van", within=("custodian:nn",))).total == 0
        assert answer(graph, Search(query="van", within=("custodian:.*",))).total == 0
        both = answer(graph, Search(query="van", within=("custodian:ann", "mentions:plate", "review:unreviewed")))
        assert both.total == 1
        counted = next(
            facet for facet in answer(graph, Search(query="van", facets=True)).facets if facet.name == "custodian"
        )
    assert sorted(one.hits for one in counted.values) == [1] * len(owners)
    assert {one.value for one in counted.values} >= {"Ann", "Ann (north)", "Ann (north).*", "Joann", "Ärzte Ä|B"}


def test_senders_are_told_apart_however_they_are_written(bench: Bench) -> None:
    senders = ["Ann@x.example", 'ann "the \\ one"', "Márta K.", "+44 1632 960001"]
    lines = [
        Line("the van", unit_kind="message", events=(EventRecord(kind="message", segment=0, time_written="", parties=(("from", "name", one),)),))
        for one in senders
    ]  # fmt: skip
    bench.exhibit(*lines)
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        for number, sender in enumerate(senders, 1):
            found = answer(graph, Search(query="van", within=(f"sender:{sender}",)))
            assert [hit.segment for hit in found.hits] == [f"CG-0001.m{number}.1"], sender
        counted = next(
            facet for facet in answer(graph, Search(query="van", facets=True)).facets if facet.name == "sender"
        )
    shown = {one.value for one in counted.values}
    assert shown == set(senders)


def senders_of(graph: Graph) -> dict[str, int]:
    counted = {facet.name: facet.values for facet in answer(graph, Search(query="van", facets=True)).facets}
    return {one.value: one.hits for one in counted["sender"]}


def wrote(sender: str) -> Line:
    event = EventRecord(kind="message", segment=0, time_written="", parties=(("from", "name", sender),))
    return Line("the van", unit_kind="message", events=(event,))


def test_senders_are_shown_as_they_are_written_and_a_space_is_no_underscore(bench: Bench) -> None:
    senders = ["a b", "a_b", "Łukasz Đorđević", "Søren  Æbelø", "Кирилл Иванов", "Ирина", "Weiß", "B" * 600, "Б" * 600]
    bench.exhibit(*map(wrote, senders))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        shown = senders_of(graph)
        for number, sender in enumerate(senders, 1):
            found = answer(graph, Search(query="van", within=(f"sender:{sender}",)))
            assert [hit.segment for hit in found.hits] == [f"CG-0001.m{number}.1"], sender
    assert shown == dict.fromkeys(senders, 1)


def test_what_machines_name_in_one_word_is_found_in_two(bench: Bench) -> None:
    bench.exhibit(Line("Signed Imre Varga", (Says("person_name", "Imre Varga", "Imre Varga"),)))
    catch_up(bench.case)
    assert found(bench, "mentions:person_name") == found(bench, 'mentions:"Person name"') == {"CG-0001"}


LONG = ["M" * 66_000, "M" * 65_999 + "N", "Ж" * 480, "🚕 " * 200, "(.*[a])|" * 60, "Long, but not too long " * 6]


def test_a_value_of_any_length_is_found_counted_and_takes_nothing_else_with_it(bench: Bench) -> None:
    for owner in LONG:
        bench.read(bench.receive(custodian=owner), [wrote(owner)])
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        counted = {facet.name: facet.values for facet in answer(graph, Search(query="van", facets=True)).facets}
        for number, owner in enumerate(LONG, 1):
            for asked in (f'custodian:"{owner}"', f'sender:"{owner.upper()}"'):
                assert found_in(graph, asked) == {f"CG-{number:04d}"}, asked[:40]
        assert found_in(graph, "kind:message source:native language:en type:application/pdf") == {
            f"CG-{number:04d}" for number in range(1, len(LONG) + 1)
        }
        assert found_in(graph, f"custodian:{'M' * 500}") == found_in(graph, f"kind:{'m' * 70_000}") == set()
    assert {one.value.strip() for one in counted["custodian"]} == {owner.strip() for owner in LONG}
    assert {one.value.strip() for one in counted["sender"]} == {owner.strip() for owner in LONG}


@given(
    st.text(st.sampled_from('aЖ中😀(.\\*:_ "') | st.characters(exclude_categories=["Cs"]), min_size=50, max_size=400)
)
def test_no_value_is_too_long_for_the_index(value: str) -> None:
    for name in ("custodian", "media_type", "kind", "sender"):
        assert having(name, value)
        assert fact(name, value) == fact(name, value.strip())
        assert len(fact(name, value).encode()) < 320
    assert inside(value)


def test_the_beginning_of_a_word_has_an_end(night: Bench) -> None:
    assert found(night, f"{'ж' * 200}* OR driv*") == {FIRST, INNER}
    with (
        open_graph(night.case) as graph,
        pytest.raises(UsageError, match="mmm… is too long for the beginning of a word"),
    ):
        search(graph, f"{'m' * 1_000}*")


def test_a_phrase_with_gaps_between_several_words_is_found_wherever_they_stand(bench: Bench) -> None:
    line = Line("born: Martin Varga, his date of birth unknown; Martin Garland")
    number = bench.exhibit(line)
    bench.exhibit(Line("date birth, as it is: Martin, and martin far from a date that says when his birth was"))
    catch_up(bench.case)
    assert found(bench, '"martin date birth"~2') == {number}
    assert found(bench, '"martin date birth"~1') == set()
    assert found(bench, '"martin birth date"~4') == {number}
    assert found(bench, '"martin birth date"~2') == set()
    assert found(bench, 'NOT "martin date birth"~2') == {"CG-0002"}
    assert found(bench, '"martin date unknown martin"~2') == {number}
    assert found(bench, '"martin date unknown martin martin"~9') == set()
    bench.record(
        TextCorrected(segment=anchor(number, line), start=20, end=23, quote="his", text="a a a", reason="read")
    )
    catch_up(bench.case)
    assert found(bench, '"varga a a date"~1') == {number}
    with open_graph(bench.case) as graph:
        told = search(graph, '"martin date birth"~2')
    assert told.understood == '"martin date birth", at most 2 words out of place, of each two neighbours'
    assert "«Martin»" in told.hits[0].snippet


GAPPED = st.lists(st.sampled_from("abcd"), max_size=12)


@given(GAPPED, st.lists(st.sampled_from("abc"), min_size=3, max_size=4), st.integers(1, 4))
def test_a_phrase_is_spread_as_trying_every_place_says(text: list[str], phrase: list[str], apart: int) -> None:
    places = [[at for at, word in enumerate(text) if word == wanted] for wanted in phrase]
    swaps = len(set(phrase)) == len(phrase)
    expected = any(
        all(0 <= two - one - 1 <= apart or (swaps and 2 <= one - two + 1 <= apart) for one, two in pairwise(way))
        for way in product(*places)
    )
    assert spread(Words(tuple(phrase), apart), text) == expected


def test_joined_words_that_begin_so_are_all_found_however_many_there_are(bench: Bench) -> None:
    number = bench.exhibit(*(Line(f"an hour s{at:03d}") for at in range(120)), Line("no hour s999"))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        assert search(graph, "an.hour.s*").total == 120
        assert search(graph, "hour-s11*").total == 10
        assert search(graph, f"hour.s* NEAR/3 an exhibit:{number}").total == 120


def test_too_many_words_that_begin_so_are_said_and_not_cut_off(bench: Bench) -> None:
    bench.exhibit(Line(" ".join(f"an b{number}" for number in range(17_000))))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        for ask in (answer, counted):
            with pytest.raises(UsageError, match="too many words of the case begin with"):
                ask(graph, Search(query="an.b*"))
        assert search(graph, "an.b1*").total == search(graph, "b*").total == 1
    assert isinstance(refused(ValueError("anything else")), IntegrityError)


def test_a_quotation_mark_in_a_value_is_written_behind_a_backslash(bench: Bench) -> None:
    owners = ['The "Lodge"', "The Lodge", "C:\\Lodge\\", 'a\\"b']
    for owner in owners:
        bench.read(bench.receive(custodian=owner), [Line("the van")])
    catch_up(bench.case)
    for number, owner in enumerate(owners, 1):
        written = owner.replace("\\", "\\\\").replace('"', '\\"')
        assert found(bench, f'van custodian:"{written}" (van)') == {f"CG-{number:04d}"}, written


def test_a_filter_of_a_value_that_ends_in_a_star_is_asked_in_quotes(bench: Bench) -> None:
    bench.read(bench.receive(custodian="Five*"), [Line("the van")])
    catch_up(bench.case)
    assert found(bench, 'custodian:"Five*"') == {"CG-0001"}


def test_a_segment_stands_between_its_neighbours(bench: Bench) -> None:
    number = bench.exhibit(*(Line(f"line {at}") for at in range(1, 13)))
    other = bench.exhibit(Line("elsewhere"))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        texts = [
            [one.text for one in queries.beside(graph, queries.segment(graph, name), most=2)]
            for name in (f"{number}.p1.1", f"{number}.p6.1", f"{number}.p12.1", f"{other}.p1.1")
        ]
        read = queries.read_so_far(graph)
    assert texts == [
        ["line 1", "line 2", "line 3"],
        ["line 4", "line 5", "line 6", "line 7", "line 8"],
        ["line 10", "line 11", "line 12"],
        ["elsewhere"],
    ]
    assert (read.received, read.read, read.failed) == (2, 2, 0)


@given(st.text(), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40))), st.integers(0, 30), st.integers(0, 40))
def test_pieces_are_the_text_whatever_the_spans(text: str, spans: list[tuple[int, int]], start: int, end: int) -> None:
    assert (
        "".join(part for part, _ in pieces(text, sorted(spans), start=start, end=end)) == text[start : max(start, end)]
    )


def test_a_search_can_be_kept_as_json_and_asked_again(night: Bench) -> None:
    asked = Search(query="driver", limit=1, facets=True)
    again = msgspec.json.decode(msgspec.json.encode(asked), type=Search)
    with open_graph(night.case) as graph:
        assert answer(graph, again) == answer(graph, asked)


# --- what can be said of any text ------------------------------------------------------------------------------------


@given(st.text(max_size=200))
def test_tokens_cover_their_words_and_the_index_holds_the_same(text: str) -> None:
    found = tokens(text)
    assert [token.word for token in found] == words(text) == searchable(text).split()
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@example("NOT NOT")
@example("a -(")
@example("a NEAR NEAR b")
@example("sounds:a since:2026")
@given(st.text(alphabet=st.sampled_from('ab ()":~*-+') | st.characters(), max_size=60))
def test_any_query_is_understood_or_refused(query: str) -> None:
    try:
        node = parse(query)
    except UsageError:
        return
    assert understood(node)


@given(st.text(max_size=120), st.text(max_size=20))
def test_what_is_marked_lies_in_the_text(text: str, query: str) -> None:
    try:
        node = parse(query)
    except UsageError:
        return
    spans = matched(node, text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert "\n" not in snippet(text, spans)


def test_words_in_scripts_without_spaces_are_found_inside_a_sentence() -> None:
    assert matched(parse("護照"), "他的護照在這裡") == ((2, 4),)


@pytest.mark.parametrize(("one", "other", "off"), [("hotel", "hotel", 0), ("hotel", "hotle", 1), ("van", "vans", 1),
                                                   ("a", "abcd", 3), ("kovacs", "kovac", 1), ("ab", "ba", 1)])  # fmt: skip
def test_letters_off(one: str, other: str, off: int) -> None:
    assert letters_off(one, other) == off


@pytest.mark.parametrize("query", ["custodian:\udcff", 'exhibit:"\udcff"', "sender:\udcff van"])
def test_a_value_that_is_no_text_is_refused(night: Bench, query: str) -> None:
    with open_graph(night.case) as graph, pytest.raises(UsageError, match="cannot be looked for"):
        search(graph, query)
