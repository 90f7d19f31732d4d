"""A column template as a TOML file that people read and complete."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any, Final

import msgspec

from evidence.errors import UsageError
from evidence.templates import Column, Template
from evidence.zones import checked_zone
from extractors.records.proposing import OPEN, Proposal, Question
from extractors.records.roles import ROLES

_WAYS: Final = ("out", "in")
_KINDS_OF_ROW: Final = ("call", "message", "data", "other")


def written(proposal: Proposal) -> str:
    """Return a proposal as TOML; what is open stands as "?" under a line `# ASK: …`."""
    template, asked = proposal.template, {question.where: question.text for question in proposal.questions}
    lines = [f"# {remark}" for remark in proposal.remarks]
    lines += ["# Roles: casegraph template roles. An empty role: the column is kept and not read.", ""]
    lines += [f"name = {_text(template.name)}", f"kind = {_text(template.kind)}"]
    lines += [*_ask(asked, "zone"), f"zone = {_text(template.zone)}", f"zone_by = {_text(template.zone_by)}"]
    lines += [f"region = {_text(template.region)}"]
    for name, values in (("direction", template.direction), ("types", template.types), ("settings", template.settings)):
        if values:
            lines += ["", f"[{name}]"]
            for key, value in values.items():
                lines += [*_ask(asked, f"{name}.{key}"), f"{_text(key)} = {_text(value)}"]
    for column in template.columns:
        lines += ["", "[[columns]]", f"header = {_text(column.header)}", f"role = {_text(column.role)}"]
        where = f"column.{column.header}.format"
        if column.format or where in asked:
            lines += [*_ask(asked, where), f"format = {_text(column.format)}"]
    return "\n".join(lines) + "\n"


def _ask(asked: dict[str, str], where: str) -> list[str]:
    return [f"# ASK: {asked[where]}"] if where in asked else []


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def read(path: Path) -> Template:
    """Return the template in a TOML file; raises UsageError, naming what is wrong or still open."""
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8"))
        template = msgspec.convert(held, Template)
    except OSError as error:
        raise UsageError(
            f"{path.name} cannot be read: {error.strerror}", next_step="name a template's TOML file"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise UsageError(f"{path.name} is no template: {error}", next_step="casegraph template new FILE") from error
    check(template)
    return template


def check(template: Template) -> None:
    """Raise UsageError where a template leaves something open, or says what cannot be."""
    left = open_in(template)
    if left:
        raise UsageError(
            f"the template {template.name} leaves open: {', '.join(left)}",
            next_step='answer each line marked "# ASK:"; an empty text means that nobody says',
        )
    if not template.name.strip() or not template.columns:
        raise UsageError("a template needs a name and columns", next_step="casegraph template new FILE proposes one")
    for column in template.columns:
        if column.role and column.role not in ROLES:
            raise UsageError(f"{column.role!r} is no role of a column", next_step="casegraph template roles lists them")
    roles = [column.role for column in template.columns if column.role not in ("", "text")]
    twice = sorted({role for role in roles if roles.count(role) > 1})
    if twice:
        raise UsageError(f"two columns have the role {twice[0]}", next_step="leave the role of one of them empty")
    wrong = [f"{value!r}" for value, way in template.direction.items() if way not in _WAYS]
    wrong += [f"{value!r}" for value, kind in template.types.items() if kind not in _KINDS_OF_ROW]
    if wrong:
        raise UsageError(
            f"{wrong[0]} means nothing known", next_step="direction: out or in; types: call, message, data or other"
        )
    if template.zone:
        checked_zone(template.zone)
        if not template.zone_by.strip():
            raise UsageError(
                "the template asserts a zone, and nobody says so", next_step="fill in zone_by: who says it"
            )


def open_in(template: Template) -> list[str]:
    """Return what a template leaves open, as it is written in its file."""
    plain: dict[str, Any] = {"zone": template.zone, "region": template.region}
    plain |= {f"direction.{key}": value for key, value in template.direction.items()}
    plain |= {f"types.{key}": value for key, value in template.types.items()}
    plain |= {f"settings.{key}": value for key, value in template.settings.items()}
    plain |= {f"format of {column.header!r}": column.format for column in template.columns}
    return [where for where, value in plain.items() if value == OPEN]


def answered(proposal: Proposal, answers: dict[str, str]) -> Proposal:
    """Return the proposal with answers laid in, by where each question stands."""
    template = proposal.template
    changes: dict[str, Any] = {}
    for name in ("direction", "types", "settings"):
        changes[name] = {key: answers.get(f"{name}.{key}", value) for key, value in getattr(template, name).items()}
    changes["columns"] = tuple(
        Column(header=one.header, role=one.role, format=answers.get(f"column.{one.header}.format", one.format))
        for one in template.columns
    )
    if "zone" in answers:
        changes |= {"zone": answers["zone"], "zone_by": answers.get("zone_by", "")}
    left: tuple[Question, ...] = tuple(one for one in proposal.questions if one.where not in answers)
    return Proposal(msgspec.structs.replace(template, **changes), left, proposal.remarks)
