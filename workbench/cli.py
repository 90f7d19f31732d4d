"""`casegraph`: assembles the commands, and turns every error into one clear line with its exit code."""

from __future__ import annotations

import importlib
import os
import sys
import traceback

from typer.exceptions import TyperException

from evidence.errors import CasegraphError
from workbench.app import app
from workbench.printing import note

COMMANDS = {
    "case_commands": ("new", "authority", "settings", "ingest", "reread", "watch"),
    "search_commands": ("search", "like", "meaning"),
    "look_commands": ("status", "entities", "show", "path", "groups", "events", "sql"),
    "review_commands": (
        *("review", "decide", "withdraw", "add", "seal", "unseal", "seals"),
        *("tag", "schedule", "finding", "category"),
    ),
    "export_commands": ("export",),
    "check_commands": ("verify", "rebuild", "replay", "log", "doctor"),
    "measure_commands": ("evaluate", "sample"),
    "engine_commands": ("models",),
    "picture_commands": ("pictures",),
    "thread_commands": ("threads",),
    "candidate_commands": ("candidates",),
    "identity_commands": ("same", "different", "undecided", "people"),
    "question_commands": ("contacts", "timeline", "overlap", "around", "money", "recurs", "routes", "terms"),
    "analysis_commands": ("analysis",),
    "template_commands": ("template", "rows"),
    "hashlist_commands": ("hashlist",),
    "serve_commands": ("serve", "user"),
    "source_commands": ("formats", "original", "clock"),
}
"""Which module holds which command: only the one that is asked for is loaded, so that a look costs no engine."""


def load_commands(wanted: str) -> None:
    """Load the module of one command; of all, where the command is not known."""
    known = [module for module, names in COMMANDS.items() if wanted in names]
    for module in known or COMMANDS:
        importlib.import_module(f"workbench.{module}")


def main() -> None:
    """Run the command line; never shows a traceback unless CASEGRAPH_DEBUG is set."""
    os.umask(0o077)
    try:
        load_commands(sys.argv[1] if len(sys.argv) > 1 else "")
        sys.exit(app(standalone_mode=False))
    except TyperException as error:  # what can be no command, option or value; without any command, the help
        asked = error.format_message()
        helped = asked.startswith("Usage:")
        _fail(
            asked if helped else f"casegraph: {asked}\n  Next: {_command_of(error)} --help shows what it takes",
            error.exit_code,
        )
    except CasegraphError as error:
        _fail(f"casegraph: {error.what}" + (f"\n  Next: {error.next_step}" if error.next_step else ""), error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        _fail("casegraph: Stopped.", 130)
    except Exception as error:  # noqa: BLE001 - the edge: nobody at a keyboard should meet a traceback
        if os.environ.get("CASEGRAPH_DEBUG"):
            traceback.print_exc()
        what = f"casegraph: something went wrong inside casegraph: {type(error).__name__}: {error}"
        _fail(f"{what}\n  Next: run it again with CASEGRAPH_DEBUG=1 and report what it prints", 1)


def _command_of(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    return str(context.command_path) if context else "casegraph"


def _fail(message: str, code: int) -> None:
    note(message)
    sys.exit(code)


if __name__ == "__main__":
    main()
