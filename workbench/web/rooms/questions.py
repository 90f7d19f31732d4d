"""The questions of the graph for programs: what each answers, by what definition, what it takes; its answer, or the same as tables.

Parameters are those of the commands, under the same names. What is asked here is asked of the registry, as everywhere.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Annotated, Any, Final, Literal, get_args
from urllib.parse import urlencode

import duckdb
import msgspec
from fastapi import APIRouter, Response
from fastapi.exceptions import RequestValidationError
from msgspec import NODEFAULT, UNSET, Meta, UnsetType
from starlette.datastructures import QueryParams

from evidence.errors import LimitExceeded, NotFound, UsageError
from graph.project import Graph
from graph.questions import ground, registry
from graph.questions.asked import MOST_KEPT, Asked
from graph.questions.registry import Question
from graph.questions.tabled import Cell, Sheet
from graph.questions.terms import MOST_TERMS, terms_in
from workbench.web.api import answers
from workbench.web.desk import Looking, Visit
from workbench.web.pages import said
from workbench.web.wording import plain

router = APIRouter()

SECONDS: Final = 60.0
"""After so long a question is given up."""
_AGAIN: Final = 0.2
"""Seconds between two tries to stop what began after the last one."""
_LONGEST: Final = 2_000
"""Characters of one text."""
_HITS: Final = 20
"""Hits of a search, unless more are asked for: as many as its command shows."""
_FORMS: Final = ("answer", "table")
_FORM: Final = {
    "name": "as",
    "in": "query",
    "description": "As the answer itself (the same as the command's `--json`), or as tables: each row with its sources.",
    "schema": {"type": "string", "enum": list(_FORMS), "default": "answer"},
}


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """What a question can be asked with: the option of its command that bears this name."""

    name: str
    meaning: str
    type: Literal["text", "number", "yes or no"]
    required: bool
    repeated: bool
    """Whether it may be given several times."""
    default: str | int | bool | tuple[str, ...] | None
    """None where it must be given."""
    least: int | None
    most: int | None
    """Of a number its bounds; of a text the characters it may have, of one that is repeated how many there may be."""
    choices: tuple[str, ...]


class About(msgspec.Struct, frozen=True, kw_only=True):
    """A question that can be asked."""

    name: str
    answers: str
    definition: str
    """What is counted and how, with the defaults; each answer carries the definition it was made by."""
    parameters: tuple[Parameter, ...]
    address: str
    example: str


class Questions(msgspec.Struct, frozen=True, kw_only=True):
    """Every question of the graph."""

    questions: tuple[About, ...]
    asking: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a table."""

    cells: tuple[Cell, ...]
    """In the order of the columns."""
    sources: tuple[str, ...]
    """Segments and rows of records that it rests on, the first ones where there are many."""
    exhibits: tuple[str, ...]


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One table of an answer."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    absence: bool
    """Its rows say what is not there."""


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of a question; as itself or as tables."""

    question: str
    parameters: dict[str, Any]
    """What was asked, defaults too."""
    definition: str
    notes: tuple[str, ...]
    found: int
    """Rows altogether, shown or not."""
    exhibits: tuple[str, ...]
    """What the rows rest on."""
    seq: int
    """Line of the custody chain that it holds at."""
    behind: int
    """Lines written since that the graph does not tell yet."""
    answer: Any | UnsetType = UNSET
    tables: tuple[Table, ...] | UnsetType = UNSET


# --- what a question takes -----------------------------------------------------------------------------------------


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter of a question: as its command and the API call it, and as its record does."""

    name: str
    field: str
    unit: int
    kind: Any
    default: Any
    counts_rows: bool
    """Whether it says how many rows there are to be, all of them where it is 0."""


@cache
def options(name: str) -> tuple[Option, ...]:
    """Return the parameters of a question that its command offers, with bounds for what a program may send."""
    question = registry.question(name)
    fields = msgspec.structs.fields(question.parameters)
    return tuple(_option(question, field) for field in fields if field.name not in question.hidden)


def _option(question: Question[Any, Any], field: msgspec.structs.FieldInfo) -> Option:
    base, *told = get_args(field.type)
    meta: Meta = told[-1]
    called: dict[str, Any] = meta.extra or {}
    unit = called.get("unit", 1)
    counts_rows = base is int and meta.le is None
    default = _HITS if question.ranked and field.name == "limit" else field.default
    return Option(
        name=called.get("option", field.name),
        field=field.name,
        unit=unit,
        kind=_bounded(base, meta, unit=unit),
        default=default // unit if base is int and default is not NODEFAULT else default,
        counts_rows=counts_rows,
    )


def _bounded(base: Any, meta: Meta, *, unit: int) -> Any:
    """Return the type of a parameter with its bounds, counted in the units of the option."""
    text = Annotated[str, Meta(max_length=_LONGEST)]
    if base is int:
        least = -(-int(meta.ge or 0) // unit)
        most = MOST_KEPT if meta.le is None else int(meta.le) // unit
        return Annotated[int, Meta(ge=least, le=most, description=meta.description)]
    if base is str:
        return Annotated[str, Meta(max_length=_LONGEST, description=meta.description)]
    if base == tuple[str, ...]:
        return Annotated[tuple[text, ...], Meta(max_length=MOST_TERMS, description=meta.description)]
    return Annotated[base, Meta(description=meta.description)]


@cache
def _shape(name: str) -> type[msgspec.Struct]:
    """Return the record that the parameters of a question are read into, under the names of its options."""
    fields = [
        (one.name, one.kind) if one.default is NODEFAULT else (one.name, one.kind, one.default) for one in options(name)
    ]
    return msgspec.defstruct(
        f"{name.capitalize()}Parameters", fields, frozen=True, kw_only=True, forbid_unknown_fields=True
    )


@cache
def _schemas(name: str) -> dict[str, dict[str, Any]]:
    """Return the parameters of a question as JSON Schema, by name."""
    shape: Any = _shape(name)
    _, parts = msgspec.json.schema_components([shape])
    found: dict[str, dict[str, Any]] = parts[shape.__name__]["properties"]
    return found


def _described(name: str) -> Iterator[Parameter]:
    kinds: dict[str, Literal["text", "number", "yes or no"]] = {"integer": "number", "boolean": "yes or no"}
    for one in options(name):
        schema = _schemas(name)[one.name]
        yield Parameter(
            name=one.name,
            meaning=schema["description"],
            type=kinds.get(schema.get("type", ""), "text"),
            required=one.default is NODEFAULT,
            repeated=schema.get("type") == "array",
            default=None if one.default is NODEFAULT else one.default,
            least=schema.get("minimum"),
            most=schema.get("maximum", schema.get("maxItems", schema.get("maxLength"))),
            choices=tuple(schema.get("enum", ())),
        )


def _in_openapi(name: str) -> list[dict[str, Any]]:
    """Return the parameters of a question as OpenAPI describes them."""
    described = [
        {"name": one.name, "in": "query", "description": one.meaning, "required": one.required,
         "schema": {part: value for part, value in _schemas(name)[one.name].items() if part != "description"}}
        for one in _described(name)
    ]  # fmt: skip
    return [*described, _FORM]


# --- what was asked ------------------------------------------------------------------------------------------------


def asked_with(name: str, values: Mapping[str, Any]) -> Asked:
    """Return the parameters of a question from options by name, as text or as JSON has them.

    Raises RequestValidationError where they do not fit, UsageError for a text that nothing can be asked with.
    """
    try:
        given = msgspec.convert(dict(values), _shape(name), strict=False)
    except msgspec.ValidationError as error:
        raise _misfit(name, str(error)) from error
    taken = {one.field: _value(one, getattr(given, one.name)) for one in options(name)}
    about: Asked = registry.question(name).parameters(**taken)
    return about


def _value(option: Option, given: Any) -> Any:
    """Return a value as the typed function takes it."""
    if option.counts_rows:
        return given or MOST_KEPT
    if isinstance(given, tuple):
        texts = tuple(plain(one) for one in given)
        return terms_in(texts) if option.field == "terms" else tuple(dict.fromkeys(texts))
    if isinstance(given, str):
        return _CLEANED.get(option.field, str)(plain(given))
    return given if isinstance(given, bool) else given * option.unit


def _time(written: str) -> str:
    """Return a time as it was written; raises UsageError where it is none, or none that anything can be compared with."""
    try:
        moment = ground.moment(written)
    except OverflowError:
        raise _far_away(written) from None
    if moment is not None and not 1000 <= moment.year < 9000:
        raise _far_away(written)
    return written


def _far_away(written: str) -> UsageError:
    return UsageError(f"{written[:60]!r} is too far away", next_step="give a year from 1000 to 8999")


_CLEANED: Final[dict[str, Callable[[str], str]]] = {
    "exhibit": lambda written: written.strip().upper(), "since": _time, "until": _time,
}  # fmt: skip


def _misfit(name: str, problem: str) -> RequestValidationError:
    """Return what is wrong with the parameters of a question, in words."""
    takes = ", ".join(one.name for one in options(name))
    unknown = re.search(r"unknown field `(.*?)`", problem)
    missing = re.search(r"missing required field `(.*?)`", problem)
    if unknown:
        return _wrong(unknown[1], f"is no parameter of `{name}`, which takes: {takes}")
    at = missing[1] if missing else problem.partition("`$.")[2].partition("`")[0].partition("[")[0]
    wanted = next((one for one in _described(name) if one.name == at), None)
    if wanted is None:
        return _wrong("", f"the parameters of `{name}` are: {takes}")
    return _wrong(at, f"{'is missing: give' if missing else 'give'} {_fitting(wanted)}")


def _wrong(where: str, what: str) -> RequestValidationError:
    return RequestValidationError([{"loc": ("query", where), "msg": what}])


def _fitting(wanted: Parameter) -> str:
    """Return in words what a parameter may be."""
    if wanted.choices:
        return " or ".join(wanted.choices)
    if wanted.type == "number":
        return f"a whole number from {wanted.least} to {wanted.most:,}"
    if wanted.repeated:
        return f"texts, at most {wanted.most:,}, each of at most {_LONGEST:,} characters"
    return "true or false" if wanted.type == "yes or no" else f"a text of at most {_LONGEST:,} characters"


def as_asked(about: Asked) -> dict[str, Any]:
    """Return the parameters of a question under the names of its options."""
    question = registry.of(about)
    values = ((one, getattr(about, one.field)) for one in options(question.name))
    return {one.name: value // one.unit if one.unit > 1 else value for one, value in values}


# --- asking --------------------------------------------------------------------------------------------------------


@contextmanager
def in_time(visit: Visit) -> Iterator[Graph]:
    """Lend the graph for one question; raises LimitExceeded where it takes too long."""
    with visit.graph() as graph:
        over = threading.Event()
        alarm = threading.Thread(target=_stop, args=(graph.conn, over), name="stops a long question", daemon=True)
        alarm.start()
        try:
            yield graph
        except duckdb.InterruptException as error:
            raise LimitExceeded(
                f"that took longer than {SECONDS:g} seconds and was given up",
                next_step="narrow it: name a party, an exhibit or a time; the command has no such limit",
            ) from error
        finally:
            over.set()
            alarm.join()


def _stop(conn: duckdb.DuckDBPyConnection, over: threading.Event) -> None:
    """Stop what runs when its time is up, and whatever is begun after that."""
    pause = SECONDS
    while not over.wait(pause):
        conn.interrupt()
        pause = _AGAIN


@router.get("/api/questions", responses=answers(Questions))
def api_questions(visit: Looking) -> Response:
    """Say which questions there are: what each answers, by what definition, and what it takes; nothing is asked."""
    return said(
        Questions(
            questions=tuple(_about(question) for question in registry.QUESTIONS),
            asking="GET an address with parameters; `as=table` gives the answer as tables. POST /api/analyses with `question`, "
            "`parameters` and `title` keeps one, to be run again.",
        )
    )


def _about(question: Question[Any, Any]) -> About:
    address = f"/api/questions/{question.name}"
    return About(
        name=question.name,
        answers=question.says,
        definition=question.definition(),
        parameters=tuple(_described(question.name)),
        address=address,
        example=f"{address}?{urlencode(question.example, doseq=True)}".rstrip("?"),
    )


def _answer(visit: Visit, question: Question[Any, Any]) -> Response:
    """Ask a question as an address does, put the look on record, and give its answer."""
    form, values = _written(question.name, visit.request.query_params)
    about = asked_with(question.name, values)
    with in_time(visit) as graph:
        found = question.answer(graph, about)
        tables = question.tables(graph, found)
        seq, behind = graph.seq, visit.desk.live.behind
    visit.consulted(question.name, asked=about.words(), exhibits=tables.exhibits, results=tables.found)
    return said(
        Answered(
            question=question.name,
            parameters=as_asked(about),
            definition=tables.definition,
            notes=tables.notes,
            found=tables.found,
            exhibits=tables.exhibits,
            seq=seq,
            behind=behind,
            answer=found if form == "answer" else UNSET,
            tables=tuple(map(_table, tables.sheets)) if form == "table" else UNSET,
        )
    )


def _written(name: str, query: QueryParams) -> tuple[str, dict[str, Any]]:
    """Return the form that an address asks for, and its parameters; raises RequestValidationError."""
    several = {one.name for one in _described(name) if one.repeated}
    given = {each: query.getlist(each) for each in query}
    twice = next((each for each, values in given.items() if len(values) > 1 and each not in several), "")
    if twice:
        raise _wrong(twice, "is given more than once")
    form = given.pop("as", ["answer"])[0]
    if form not in _FORMS:
        raise _wrong("as", f"give {' or '.join(_FORMS)}")
    return form, {each: values if each in several else values[0] for each, values in given.items()}


def _table(sheet: Sheet) -> Table:
    rows = (Row(cells=line.cells, sources=line.sources, exhibits=line.exhibits) for line in sheet.lines)
    return Table(title=sheet.title, columns=sheet.columns, rows=tuple(rows), absence=sheet.absence)


def _open(question: Question[Any, Any]) -> None:
    """Give a question its address, described with its parameters and its answer."""

    def ask(visit: Looking) -> Response:
        return _answer(visit, question)

    shape = msgspec.defstruct(
        f"{question.name.capitalize()}Answered", [("answer", question.answers | UnsetType, UNSET)], bases=(Answered,),
        frozen=True, kw_only=True,
    )  # fmt: skip
    router.add_api_route(
        f"/api/questions/{question.name}",
        ask,
        methods=["GET"],
        name=f"ask_{question.name}",
        description=f"{question.says}\n\n{question.definition()}",
        responses=answers(shape),
        openapi_extra={"parameters": _in_openapi(question.name)},
    )


for _each in registry.QUESTIONS:
    _open(_each)


@router.get("/api/questions/{name}", include_in_schema=False)
def api_unknown(visit: Looking, name: str) -> Response:
    """Say that there is no such question."""
    known = ", ".join(question.name for question in registry.QUESTIONS)
    raise NotFound(f"there is no question {plain(name)[:60]!r}", next_step=f"one of: {known}")
