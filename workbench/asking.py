"""How a command asks a question: one way for all, with the look on record, and the answer kept where that is wanted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from evidence.acts import AnalysisSaved
from evidence.case import Case
from evidence.ledger import Actor
from graph import analyses
from graph.analyses import Asking
from graph.project import Graph, catch_up, open_graph
from graph.questions import registry
from graph.questions.asked import Asked
from workbench.app import consulted, opened
from workbench.look_commands import looking, say_behind
from workbench.printing import note, print_json


def answered(
    case: Path,
    who: str | None,
    about: Asked,
    *,
    save: str,
    reason: str,
    show: Callable[[Any], None] | None,
    facts: Callable[[Any], object] = lambda found: found,
    closing: Callable[[Any, Graph], None] = lambda _found, _graph: None,
) -> None:
    """Ask the graph, put the look on record, and print: as JSON, of what `facts` returns, where `show` is None.

    The answer is kept as an analysis where `save` titles one. `closing` says what stands under the answer.
    """
    held, actor = opened(case, who)
    looking(held)
    question = registry.of(about)
    with open_graph(held) as graph:
        found = question.answer(graph, about)
        tables = question.tables(graph, found)
        asking = analyses.ask(graph, about, tables) if save else None
        behind = graph.behind
        consulted(held, actor, question.name, asked=about.words(), exhibits=list(tables.exhibits), results=tables.found)
        if show is None:
            print_json(facts(found))
        else:
            show(found)
            for told in tables.notes:
                if told not in getattr(found, "notes", ()):
                    note(told)
        closing(found, graph)
    if asking:
        kept = keep(held, actor, asking, title=save, reason=reason)
        note(f"Saved as {kept.analysis}, {kept.title}, at {kept.checkpoint[:24]}…; "
             f"again: casegraph analysis {case} run {kept.analysis}")  # fmt: skip
    say_behind(behind)


def keep(case: Case, actor: Actor, asking: Asking, *, title: str, reason: str, analysis: str = "") -> AnalysisSaved:
    """Put an analysis on record under the next free name, or its rows anew under `analysis`; returns what was recorded."""
    made = analyses.keep(case, actor, asking, title=title, reason=reason, analysis=analysis)
    catch_up(case)
    return made
