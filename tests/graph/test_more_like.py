"""More like a passage: the same words in another exhibit first, then what shares its rarest words."""

from __future__ import annotations

import pytest
from small_cases import Bench, Line, anchor

from evidence.acts import SegmentTagged
from evidence.errors import NotFound, UsageError
from graph.alike import more_like
from graph.project import catch_up, open_graph, rebuild

OFFER = "We offer work in a laundry in the city, nine hundred pounds a week, a bed near the docks and papers on arrival"


@pytest.fixture
def offers(bench: Bench) -> Bench:
    bench.exhibit(Line(f"{OFFER}. Ask for Marton."))
    bench.exhibit(Line("The laundry near the docks asked for pounds and papers before anybody saw a bed"))
    bench.exhibit(Line(f"Forwarded by a friend. {OFFER}!"))
    bench.exhibit(*(Line(f"The weather in the city was fine on day {day}") for day in range(40)))
    catch_up(bench.case)
    return bench


def test_the_same_passage_comes_first_and_says_how_much_it_repeats(offers: Bench) -> None:
    with open_graph(offers.case) as graph:
        found = more_like(graph, "CG-0001.p1.1", most=5)
    first, second = found.found[:2]
    assert (first.segment, second.segment) == ("CG-0003.p1.1", "CG-0002.p1.1")
    assert first.repeats == round(1000 * 19 / 26)  # 19 runs of the offer, three more with Marton, four with the friend
    assert second.repeats == 0
    assert {"laundry", "docks", "papers"} <= set(second.shared)
    assert "«laundry»" in second.snippet
    assert found.words.index("laundry") < found.words.index("city")
    assert "CG-0001.p1.1" not in [one.segment for one in found.found]


def test_the_telling_words_are_the_same_caught_up_and_rebuilt(bench: Bench) -> None:
    """What was replaced in the index is counted no more: a word that only this segment holds tells nothing."""
    line = Line("xylophone laundry")
    number = bench.exhibit(line)
    bench.exhibit(*(Line(f"laundry of the docks {at}") for at in range(40)))
    catch_up(bench.case)
    bench.record(SegmentTagged(segment=anchor(number, line), tag="supports", finding="F-1"))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        caught_up = more_like(graph, f"{number}.p1.1")
    rebuild(bench.case)
    with open_graph(bench.case) as graph:
        assert more_like(graph, f"{number}.p1.1").words == caught_up.words == ("laundry",)


def test_equals_stand_in_the_order_of_the_case(bench: Bench) -> None:
    bench.exhibit(*(Line("a zebra crossing") for _ in range(12)))
    bench.exhibit(Line("a zebra crossing"), parent="CG-0001")
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        found = more_like(graph, "CG-0001.p3.1").found
    pages = [f"CG-0001.p{at}.1" for at in range(1, 13) if at != 3]
    assert [one.segment for one in found] == [*pages, "CG-0001/1.p1.1"]


def test_what_shares_no_word_has_nothing_like_it(offers: Bench) -> None:
    offers.exhibit(Line("xylophone"))
    catch_up(offers.case)
    with open_graph(offers.case) as graph:
        with pytest.raises(UsageError, match="no word that another segment holds"):
            more_like(graph, "CG-0005.p1.1")
        with pytest.raises(NotFound, match="no segment CG-0009"):
            more_like(graph, "CG-0009.p1.1")
