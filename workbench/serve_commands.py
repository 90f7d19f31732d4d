"""The workbench in the browser: serving a case, and who may sign in to it."""

from __future__ import annotations

import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated, cast

import typer

from evidence.acts import AccountChanged
from evidence.errors import Refused, UsageError
from workbench.app import AsJson, AsWho, CasePath, app, opened
from workbench.printing import plural, print_json, say, table
from workbench.web.accounts import ROLES, Accounts, Role

users = typer.Typer(
    name="user",
    help="Who may sign in to the workbench: named accounts with roles. Example: casegraph user add harbour ana --role review",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(users, name="user")

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
Name = Annotated[str, typer.Argument(metavar="NAME", help="The account.")]
Roles = Annotated[
    list[str] | None, typer.Option("--role", metavar="ROLE", help=f"One of {', '.join(ROLES)}; repeat it.")
]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input, one line.")]


@app.command("serve")
def serve_command(
    case: CasePath,
    port: Annotated[int, typer.Option("--port", min=1, max=65_535, help="Where to listen.")] = 8765,
    host: Annotated[
        str, typer.Option("--host", help="Which address; beyond this machine only with a certificate.")
    ] = "127.0.0.1",
    cert: Annotated[Path | None, typer.Option("--cert", metavar="FILE", help="TLS certificate, PEM.")] = None,
    key: Annotated[Path | None, typer.Option("--key", metavar="FILE", help="Its private key, PEM.")] = None,
    who: AsWho = None,
) -> None:
    """Open the workbench: search, look, verify and write findings in a browser, with no network.

    It keeps the graph up to date while it runs, also with what other commands ingest beside it. Stop it with ctrl-C.
    Example: casegraph serve harbour --port 8765
    """
    held, actor = opened(case, who)
    if (cert is None) != (key is None):
        raise UsageError("a certificate needs its key", next_step="give both --cert FILE and --key FILE")
    if host not in _LOOPBACK and cert is None:
        raise Refused(
            f"passwords would cross the network in the clear to {host}",
            next_step="give --cert FILE and --key FILE, or leave --host out and stay on this machine",
        )
    if not any(not account.closed for account in Accounts(held).all().values()):
        raise UsageError(
            "nobody can sign in yet",
            next_step=f"add an account: casegraph user add {case} NAME --role analyse --role review",
        )
    from workbench.web.serving import serve

    serve(held, actor=actor, host=host, port=port, cert=cert, key=key)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise UsageError("there is nobody to ask for a password", next_step="give --password-stdin and pipe it in")
    first = getpass("Password: ")
    if getpass("Again: ") != first:
        raise UsageError("the two do not agree", next_step="run it again")
    return first


@users.command("add")
def user_add(
    case: CasePath, name: Name, role: Roles = None, password_stdin: FromStdin = False, who: AsWho = None
) -> None:
    """Add an account; the password is asked for, and only its argon2 hash is kept.

    Roles: ingest (receive and read), analyse (search and query), review (judge readings, write findings), disclose (make
    summaries), audit (read the access record).
    Example: casegraph user add harbour ana --role analyse --role review
    """
    held, actor = opened(case, who)
    account = Accounts(held).add(name, _password(password_stdin), _roles(role))
    held.record_access(AccountChanged(name=account.name, what="added", roles=account.roles), actor=actor)
    say(f"{account.name} may sign in: {', '.join(account.roles)}.")


@users.command("change")
def user_change(
    case: CasePath,
    name: Name,
    role: Roles = None,
    password: Annotated[bool, typer.Option("--password", help="Give it another password.")] = False,
    close: Annotated[bool, typer.Option("--close", help="Nobody may sign in with it any more.")] = False,
    reopen: Annotated[bool, typer.Option("--reopen", help="Open a closed one again.")] = False,
    password_stdin: FromStdin = False,
    who: AsWho = None,
) -> None:
    """Give an account other roles or another password, close it or open it again; whoever is signed in feels it at the next click.

    Example: casegraph user change harbour ana --role audit
    """
    held, actor = opened(case, who)
    if (close and reopen) or not (role or password or password_stdin or close or reopen):
        raise UsageError("nothing to change", next_step="give --role, --password, --close or --reopen")
    secret = _password(password_stdin) if password or password_stdin else ""
    closed = True if close else False if reopen else None
    account = Accounts(held).change(name, password=secret, roles=_roles(role) if role else (), closed=closed)
    done = [("roles", role), ("password", secret), ("closed", close), ("opened", reopen)]
    for what in [what for what, on in done if on]:
        held.record_access(AccountChanged(name=account.name, what=what, roles=account.roles), actor=actor)  # type: ignore[arg-type]
    say(f"{account.name}: {', '.join(account.roles)}{', closed' if account.closed else ''}.")


@users.command("list")
def user_list(case: CasePath, as_json: AsJson = False) -> None:
    """List the accounts and their roles.

    Example: casegraph user list harbour
    """
    held, _ = opened(case, None)
    accounts = list(Accounts(held).all().values())
    if as_json:
        print_json([{"name": one.name, "roles": one.roles, "closed": one.closed} for one in accounts])
        return
    table(
        [(one.name, ", ".join(one.roles), "closed" if one.closed else "") for one in accounts], "name", "roles", "state"
    )
    say(f"{plural(len(accounts), 'account')}.")


def _roles(given: list[str] | None) -> tuple[Role, ...]:
    return cast(tuple[Role, ...], tuple(given or ()))
