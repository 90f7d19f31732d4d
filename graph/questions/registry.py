"""Every question by name: its parameters, its definition, the typed function that answers it, and its answer as tables.

Commands, the API, saved analyses and summaries all ask here, so that one question has one meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar, get_type_hints

import msgspec

from evidence.errors import UsageError
from graph import made, unsure
from graph.notes import named_in
from graph.project import Graph
from graph.questions import asked, tables
from graph.questions.asked import Asked
from graph.questions.tabled import Tables

P = TypeVar("P", bound=Asked)
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Question(Generic[P, A]):
    """A question that can be asked, kept, and asked again."""

    name: str
    parameters: type[P]
    function: Callable[[], Callable[..., A]]
    """Returns the typed function that answers it."""
    laid_out: Callable[[Graph, A], Tables]
    """Returns its answer as tables."""
    definition: Callable[[], str]
    """What is counted and how, where nothing but what it needs is asked; each answer carries the one that it was made by."""
    example: Mapping[str, Any]
    """Parameters with which it says something of the sample, as the options of its command are called."""
    hidden: tuple[str, ...] = ()
    """Parameters that its command does not offer."""
    ranked: bool = False
    """Its rows stand in an order that changes as the case grows, so that a part of them cannot be kept."""

    def answer(self, graph: Graph, about: P) -> A:
        """Ask it."""
        return self.function()(graph, **about.given())

    def tables(self, graph: Graph, answer: A) -> Tables:
        """Return its answer as tables, with what is to be said of what people made and of what no mention establishes."""
        laid_out = self.laid_out(graph, answer)
        named = named_in(answer)
        told = (*unsure.told(graph, named), *made.told(graph, named))
        return msgspec.structs.replace(laid_out, notes=(*laid_out.notes, *told)) if told else laid_out

    @property
    def answers(self) -> Any:
        """The type of its answer."""
        return get_type_hints(self.function())["return"]

    @property
    def says(self) -> str:
        """What it answers, in a line."""
        return (self.parameters.__doc__ or "").strip()


# The functions are imported when they are called: one command needs neither networkx nor the other questions.


def _contacts() -> Callable[..., Any]:
    from graph.questions.contacts import contacts

    return contacts


def _timeline() -> Callable[..., Any]:
    from graph.questions.timeline import timeline

    return timeline


def _overlap() -> Callable[..., Any]:
    from graph.questions.overlap import overlaps

    return overlaps


def _around() -> Callable[..., Any]:
    from graph.questions.around import around

    return around


def _money() -> Callable[..., Any]:
    from graph.questions.money import money

    return money


def _recurs() -> Callable[..., Any]:
    from graph.questions.recurs import recurs

    return recurs


def _routes() -> Callable[..., Any]:
    from graph.questions.routes import routes

    return routes


def _terms() -> Callable[..., Any]:
    from graph.questions.terms import searched

    return searched


def _path() -> Callable[..., Any]:
    from graph.analysis import path

    return path


def _groups() -> Callable[..., Any]:
    from graph.analysis import communities

    return communities


def _search() -> Callable[..., Any]:
    from graph.search import search

    return search


# --- what each is defined by ---------------------------------------------------------------------------------------


def _of_contacts() -> str:
    from graph.questions.contacts import DEFINITION

    return DEFINITION


def _of_timeline() -> str:
    from graph.questions.timeline import DEFINITION

    return DEFINITION


def _of_overlap() -> str:
    from graph.questions.overlap import UNCERTAINTY, WINDOW_S, _definition

    return f"{_definition(WINDOW_S)} {UNCERTAINTY}"


def _of_around() -> str:
    from graph.questions.around import _definition

    return _definition(co_mention=False)


def _of_money() -> str:
    from graph.questions.money import DAYS, _definition

    return _definition(DAYS, "month")


def _of_recurs() -> str:
    from graph.questions import recurs, side_by_side

    return f"{recurs.DEFINITION} Of accounts laid side by side: {side_by_side.DEFINITION}"


def _of_routes() -> str:
    from graph.questions.routes import DEFINITION

    return DEFINITION


def _of_terms() -> str:
    from graph.questions.terms import DEFINITION

    return DEFINITION


def _of_path() -> str:
    from graph.analysis import _definition

    said = _definition(co_mention=False, verified_only=False)
    return f"{said[:1].upper()}{said[1:]}."


def _of_groups() -> str:
    from graph.analysis import GROUPS_DEFINITION

    return GROUPS_DEFINITION


def _of_search() -> str:
    return "Segments of everything read that the query finds, the best first; the answer says how the query was understood."


_PHONE: Final = "+442079460142"
QUESTIONS: Final[tuple[Question[Any, Any], ...]] = (
    Question(
        "around", asked.AroundAsked, _around, tables.around, _of_around, {"a": _PHONE, "hops": 2}
    ),
    Question(
        "path", asked.PathAsked, _path, tables.path, _of_path,
        {"a": "desk@harbourlodge.example", "b": "accounts@northquay.example"},
    ),
    Question(
        "groups", asked.GroupsAsked, _groups, tables.groups, _of_groups, {},
        hidden=("verified_only", "seed", "min_size"),
    ),
    Question(
        "timeline", asked.TimelineAsked, _timeline, tables.timeline, _of_timeline,
        {"a": _PHONE, "place": "Docks", "every": "week"},
    ),
    Question(
        "contacts", asked.ContactsAsked, _contacts, tables.contacts, _of_contacts,
        {"a": _PHONE, "every": "week", "zone": "Europe/London"},
    ),
    Question(
        "overlap", asked.OverlapAsked, _overlap, tables.overlap, _of_overlap,
        {"kind": "house", "window": 10},
    ),
    Question(
        "routes", asked.RoutesAsked, _routes, tables.routes, _of_routes,
        {"a": _PHONE, "since": "2026-02-01"},
    ),
    Question(
        "recurs", asked.RecursAsked, _recurs, tables.recurs, _of_recurs,
        {"account": [_PHONE, "+442079460174"]},
    ),
    Question(
        "money", asked.MoneyAsked, _money, tables.money, _of_money, {"at_least": "500", "days": 14}
    ),
    Question(
        "terms", asked.TermsAsked, _terms, tables.terms, _of_terms, {"terms": ["hotel", _PHONE]}
    ),
    Question(
        "search", asked.SearchAsked, _search, tables.search, _of_search, {"query": 'hotel AND "van driver"'},
        ranked=True,
    ),
)  # fmt: skip
_BY_NAME: Final = {question.name: question for question in QUESTIONS}


def question(name: str) -> Question[Any, Any]:
    """Return a question by name; raises UsageError."""
    if name not in _BY_NAME:
        raise UsageError(f"there is no question {name!r}", next_step=f"one of: {', '.join(_BY_NAME)}")
    return _BY_NAME[name]


def of(about: Asked) -> Question[Any, Any]:
    """Return the question that a record of parameters belongs to."""
    return next(each for each in QUESTIONS if each.parameters is type(about))


def parameters(name: str, kept: Mapping[str, Any]) -> Asked:
    """Return the parameters of a question as they were kept; raises UsageError where it can no longer be asked so."""
    try:
        made: Asked = msgspec.convert(dict(kept), question(name).parameters)
    except msgspec.ValidationError as error:
        raise UsageError(
            f"{name} can no longer be asked as it was: {error}", next_step="ask it anew and save that"
        ) from error
    return made
