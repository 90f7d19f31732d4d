"""Commands about model weights: which are here, adding a folder of them, fetching a pinned one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from evidence.errors import UsageError
from evidence.settings import Settings, read_settings
from extractors import models
from workbench.app import AsJson, app
from workbench.printing import plural, print_json, say, size, table


def machine_settings() -> Settings:
    """Return this machine's settings, outside of any case."""
    return read_settings(Path("case.toml-outside-any-case"), os.environ)


@app.command("models")
def models_command(
    what: Annotated[str, typer.Argument(metavar="list|add|pull")] = "list",
    which: Annotated[str, typer.Argument(metavar="[FOLDER|NAME]", help="A folder of weights, or a model's name.")] = "",
    name: Annotated[str, typer.Option("--name", help="For add: how to call it; else the folder's name.")] = "",
    revision: Annotated[str, typer.Option("--revision", help="For pull: the 40-digit revision to fetch.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the registered speech models, register a folder of weights, or fetch a pinned revision and verify it.

    Nothing is ever fetched but by `pull`. Examples:
    casegraph models add /media/usb/whisper-small
    casegraph models pull small
    """
    root = machine_settings().models
    match what:
        case "list":
            _list(root, as_json=as_json)
        case "add" | "pull":
            if not which:
                raise UsageError(f"models {what} needs to know which", next_step="see `casegraph models --help`")
            made = (
                models.add(Path(which), name=name, root=root)
                if what == "add"
                else models.pull(which, root=root, revision=revision)
            )
            _print_model(made, as_json=as_json)
        case _:
            raise UsageError(f"{what!r} is not something to do with models", next_step="one of: list, add, pull")


def _list(root: Path, *, as_json: bool) -> None:
    found = models.registered(root)
    if as_json:
        print_json([_facts(model) for model in found])
        return
    rows = [
        (model.name, model.engine, size(sum(file.size_bytes for file in model.files)), model.digest[:16], model.source)
        for model in found
    ]
    table(rows, "name", "engine", "size", "digest", "from")
    say(f"{plural(len(found), 'model')} registered." + ("" if found else " Next: casegraph models add FOLDER"))


def _print_model(model: models.RegisteredModel, *, as_json: bool) -> None:
    if as_json:
        print_json(_facts(model))
        return
    say(f"{model.name} is registered for {model.engine}; digest {model.digest}.")
    say("Next: casegraph reread CASE, for recordings that were skipped or only drafted.")


def _facts(model: models.RegisteredModel) -> dict[str, object]:
    return {
        "name": model.name,
        "engine": model.engine,
        "digest": model.digest,
        "source": model.source,
        "size_bytes": sum(file.size_bytes for file in model.files),
    }
