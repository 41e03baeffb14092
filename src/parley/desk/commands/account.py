"""``parley account``: who may use the desk of a node; by whoever may read its folder."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from parley.desk.access import read_access
from parley.desk.login.link import link_line
from parley.desk.options import folder_of, format_option, node_option
from parley.desk.tables import as_json, shown, table
from parley.errors import AccountExists, BadUsage, NotRunning
from parley.node.accounts.accounts import FIRST_ROLES, Accounts
from parley.node.accounts.changes import Changes
from parley.node.accounts.rights import OPERATOR, Right, Role
from parley.node.clock import SystemClock
from parley.node.entropy import SystemEntropy
from parley.node.settings import load_settings

_ROLES = click.Choice([str(role) for role in Role])
_RIGHTS = click.Choice([str(r) for r in (Right.READ, Right.WRITE, Right.RELEASE, Right.ADMINISTER)])


@click.group("account")
def command() -> None:
    """Look after the accounts of a node's desk; it may be running or not.

    Whoever may read the node's folder is its operator. All of it is in the audit trail.
    """


@contextmanager
def _opened(folder: Path | None) -> Iterator[Accounts]:
    home = folder_of(folder)
    load_settings(home)
    with Accounts(home, SystemClock(), SystemEntropy()) as accounts:
        yield accounts


@command.command("list")
@node_option
@format_option
def listing(folder: Path | None, form: str) -> None:
    """List the accounts."""
    with _opened(folder) as accounts:
        told = Changes(accounts).told()
    if form == "json":
        click.echo(as_json(told))
        return
    rows = [
        (
            each["name"],
            each["display"],
            each["post"],
            " ".join(each["roles"]),
            _state(each),
            _factors(each),
        )
        for each in told
    ]
    click.echo(table(rows, ("name", "people read", "post", "roles", "state", "factors")))


@command.command("add")
@click.argument("name")
@click.option("--display", default="", help="The name that people read; otherwise NAME.")
@click.option("--post", default="", help="What the person is on watch, such as `duty officer`.")
@click.option("--role", "roles", multiple=True, type=_ROLES, help="May be given several times.")
@click.option(
    "--language",
    default="en",
    type=click.Choice(["en", "ru", "ar"]),
    show_default=True,
    help="The language of the desk for them.",
)
@click.option("--password", is_flag=True, help="Ask for a password instead of drawing a link.")
@node_option
def add(
    name: str,
    display: str,
    post: str,
    roles: tuple[str, ...],
    language: str,
    password: bool,
    folder: Path | None,
) -> None:
    """Make the account NAME, and draw the link by which its owner sets a password.

    The first account is administrator, officer and releaser unless --role says otherwise.
    """
    with _opened(folder) as accounts:
        changes = Changes(accounts)
        if not roles and not accounts.people.any():
            roles = tuple(sorted(FIRST_ROLES))
        given = _asked() if password else None
        link = changes.add(
            OPERATOR, name=name, display=display, post=post, roles=roles, language=language
        )
        if given is None:
            _show_link(folder, link)
            return
        changes.set_password(OPERATOR, name, given)
    click.echo(f"{name} may log in")


@command.command("roles")
@click.argument("name")
@click.argument("roles", nargs=-1, required=True, type=_ROLES, metavar="ROLE...")
@node_option
def roles(name: str, roles: tuple[str, ...], folder: Path | None) -> None:
    """Give an account these ROLEs (observer, officer, releaser, administrator) and no others."""
    with _opened(folder) as accounts:
        Changes(accounts).set_roles(OPERATOR, name, roles)
    click.echo(f"{name}: {' '.join(sorted(roles))}; whoever was logged in by it logs in anew")


@command.command("disable")
@click.argument("name")
@click.option("--undo", is_flag=True, help="Open it again.")
@node_option
def disable(name: str, undo: bool, folder: Path | None) -> None:
    """Shut an account: its sessions end at once, its tokens open nothing."""
    with _opened(folder) as accounts:
        if undo:
            Changes(accounts).enable(OPERATOR, name)
        else:
            Changes(accounts).disable(OPERATOR, name)
    click.echo(f"{name}: {'open again' if undo else 'disabled'}")


@command.command("password")
@click.argument("name")
@node_option
def password(name: str, folder: Path | None) -> None:
    """Set the password of an account; it is asked for, or read as one line from a pipe."""
    with _opened(folder) as accounts:
        Changes(accounts).set_password(OPERATOR, name, _asked())
    click.echo(f"{name}: password set; whoever was logged in by it logs in anew")


@command.command("link")
@click.argument("name", required=False)
@click.option("--factors", is_flag=True, help="Take lost codes and passkeys away as well.")
@node_option
def link(name: str | None, factors: bool, folder: Path | None) -> None:
    """Draw a one-time link: for NAME to set a new password, or for the first account of all."""
    with _opened(folder) as accounts:
        if name is not None:
            drawn = Changes(accounts).invite(OPERATOR, name, factors=factors)
        else:
            first = accounts.first_link()
            if first is None:
                raise AccountExists("there are accounts already", where="link", hint="name one")
            drawn = first
    _show_link(folder, drawn)


@command.command("token")
@click.argument("name")
@click.option("--label", help="What it is for.")
@click.option("--right", "rights", multiple=True, type=_RIGHTS, help="May be given several times.")
@click.option("--days", default=90, show_default=True, help="How long it holds, 366 at most.")
@click.option("--list", "listed", is_flag=True, help="List the tokens of NAME instead.")
@click.option("--end", metavar="ID", help="End one of its tokens instead.")
@node_option
def token(
    name: str,
    label: str | None,
    rights: tuple[str, ...],
    days: int,
    listed: bool,
    end: str | None,
    folder: Path | None,
) -> None:
    """Make a token for the account NAME; its secret is printed this once."""
    with _opened(folder) as accounts:
        changes = Changes(accounts)
        if listed:
            rows = [
                (t.id, t.label, " ".join(sorted(t.rights)), t.to_json()["until"])
                for t in accounts.tokens.every(accounts.people.get(name).name)
            ]
            click.echo(table(rows, ("id", "label", "rights", "until")))
            return
        if end is not None:
            changes.end_token(OPERATOR, end)
            click.echo(f"{end}: ended")
            return
        if label is None:
            raise BadUsage("say what the token is for", where="--label")
        secret, made = changes.make_token(
            OPERATOR, label=label, rights=rights or ("read",), days=days, account=name
        )
    click.echo(f"{made.id}  {' '.join(sorted(made.rights))}  until {made.to_json()['until']}")
    click.echo(secret)


@command.command("oidc")
@click.argument("name")
@click.argument("subject", required=False)
@node_option
def oidc(name: str, subject: str | None, folder: Path | None) -> None:
    """Link the account NAME to the SUBJECT (`sub`) of the issuer, or unlink it."""
    with _opened(folder) as accounts:
        Changes(accounts).set_subject(OPERATOR, name, subject)
    click.echo(f"{name}: {'linked' if subject else 'unlinked'}")


@command.command("audit")
@click.option("--after", default=0, help="Only what comes after this number.")
@node_option
@format_option
def audit(after: int, folder: Path | None, form: str) -> None:
    """Print the audit trail, and check that nothing in it was changed or taken out."""
    with _opened(folder) as accounts:
        head = accounts.audit.verify()
        while entries := accounts.audit.entries(after, 1000):
            for entry in entries:
                after = entry.number
                click.echo(_line(entry.number, dict(entry.data), form))
    if form == "table":
        click.echo(f"{head['size']} entries, unchanged; root {head['root']}")


def _line(number: int, data: dict[str, Any], form: str) -> str:
    if form == "json":
        return json.dumps({"number": number, **data}, sort_keys=True)
    rest = " ".join(
        f"{key}={value}" for key, value in sorted(data.items()) if key not in ("at", "what", "who")
    )
    who = data["who"] or "nobody known"
    return shown(f"{number} {data['at']} {data['what']}: {who} {rest}".rstrip())


def _state(told: dict[str, Any]) -> str:
    if told["disabled"]:
        return "disabled"
    return "open" if told["password"] or told["passkeys"] or told["subject"] else "invited"


def _factors(told: dict[str, Any]) -> str:
    found = ["code"] if told["totp"] else []
    if told["passkeys"]:
        found.append(f"{told['passkeys']} passkeys")
    return ", ".join([*found, *(["issuer"] if told["subject"] else [])]) or "none"


def _asked() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise BadUsage("one line with the password is needed", where="standard input")
    return line


def _show_link(folder: Path | None, link: str) -> None:
    try:
        where = read_access(folder_of(folder)).url
    except NotRunning:
        where = "(the desk's address once it runs)"
    click.echo(link_line(where, link))
