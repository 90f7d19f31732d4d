"""Every question by name: its parameters, the typed function that answers it, and its answer as tables.

Commands, saved analyses and summaries all ask here, so that one question has one meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import msgspec

from evidence.errors import UsageError
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
    answer: Callable[[Graph, P], A]
    tables: Callable[[Graph, A], Tables]
    ranked: bool = False
    """Its rows stand in an order that changes as the case grows, so that a part of them cannot be kept."""


# The functions are imported when they are called: one command needs neither networkx nor the other questions.


def _contacts(graph: Graph, about: asked.ContactsAsked) -> Any:
    from graph.questions.contacts import contacts

    return contacts(graph, **about.given())


def _timeline(graph: Graph, about: asked.TimelineAsked) -> Any:
    from graph.questions.timeline import timeline

    return timeline(graph, **about.given())


def _overlap(graph: Graph, about: asked.OverlapAsked) -> Any:
    from graph.questions.overlap import overlaps

    return overlaps(graph, **about.given())


def _around(graph: Graph, about: asked.AroundAsked) -> Any:
    from graph.questions.around import around

    return around(graph, **about.given())


def _money(graph: Graph, about: asked.MoneyAsked) -> Any:
    from graph.questions.money import money

    return money(graph, **about.given())


def _recurs(graph: Graph, about: asked.RecursAsked) -> Any:
    from graph.questions.recurs import recurs

    return recurs(graph, **about.given())


def _routes(graph: Graph, about: asked.RoutesAsked) -> Any:
    from graph.questions.routes import routes

    return routes(graph, **about.given())


def _terms(graph: Graph, about: asked.TermsAsked) -> Any:
    from graph.questions.terms import searched

    return searched(graph, **about.given())


def _path(graph: Graph, about: asked.PathAsked) -> Any:
    from graph.analysis import path

    return path(graph, **about.given())


def _groups(graph: Graph, about: asked.GroupsAsked) -> Any:
    from graph.analysis import communities

    return communities(graph, **about.given())


def _search(graph: Graph, about: asked.SearchAsked) -> Any:
    from graph.search import search

    return search(graph, **about.given())


QUESTIONS: Final[tuple[Question[Any, Any], ...]] = (
    Question("around", asked.AroundAsked, _around, tables.around),
    Question("path", asked.PathAsked, _path, tables.path),
    Question("groups", asked.GroupsAsked, _groups, tables.groups),
    Question("timeline", asked.TimelineAsked, _timeline, tables.timeline),
    Question("contacts", asked.ContactsAsked, _contacts, tables.contacts),
    Question("overlap", asked.OverlapAsked, _overlap, tables.overlap),
    Question("routes", asked.RoutesAsked, _routes, tables.routes),
    Question("recurs", asked.RecursAsked, _recurs, tables.recurs),
    Question("money", asked.MoneyAsked, _money, tables.money),
    Question("terms", asked.TermsAsked, _terms, tables.terms),
    Question("search", asked.SearchAsked, _search, tables.search, ranked=True),
)
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
