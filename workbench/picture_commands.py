"""Commands about pictures: which look alike."""

from __future__ import annotations

from typing import Annotated

import typer

from graph import likeness
from graph.project import open_graph
from workbench.app import AsJson, AsWho, CasePath, app, consulted, opened
from workbench.look_commands import looking, say_behind
from workbench.printing import heading, plural, print_json, say, size, table

_UNIT = {"page": "page", "frame": "frame"}


@app.command("pictures")
def pictures_command(
    case: CasePath,
    near: Annotated[
        int, typer.Option("--near", min=0, max=16, help="Bits of 64 by which two may differ; 0: the same hash only.")
    ] = likeness.NEAR,
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """List groups of pictures that look alike, frames of films among them, by a perceptual hash.

    A likeness of pictures is not an identification of what or whom they show: faces are not looked at. Pictures without
    structure (blank, one shade) are left out; two sheets of the same form may come out alike.
    Example: casegraph pictures harbour --near 4
    """
    held, actor = opened(case, who)
    looking(held)
    with open_graph(held) as graph:
        found = likeness.groups(graph, near=near)
        behind = graph.behind
    numbers = sorted({one.exhibit for group in found for one in group.pictures})
    consulted(held, actor, "pictures", asked=f"near={near}", exhibits=numbers, results=len(found))
    if as_json:
        print_json(found)
    else:
        _print_groups(found)
    say_behind(behind)


def _print_groups(found: tuple[likeness.Likeness, ...]) -> None:
    for number, group in enumerate(found, start=1):
        same = ", the same file" if group.same_file else ""
        heading(f"Group {number}: {plural(len(group.pictures), 'picture')}{same}")
        rows = [
            (
                one.exhibit,
                one.name,
                f"{_UNIT.get(one.unit_kind, one.unit_kind)} {one.unit}",
                one.pixels,
                size(one.size_bytes),
                one.taken,
                one.taken_with,
                one.distance,
            )
            for one in group.pictures
        ]
        table(rows, "exhibit", "name", "where", "pixels", "size", "taken", "with", "bits", right=("bits",))
    say(f"{plural(len(found), 'group')}. `bits`: how far from the first of its group, of 64. They look alike; what or whom "
        "they show was not looked at.")  # fmt: skip
