"""``bridge account``: who may log in, how, and for which administrations."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli import options, rules, show
from bridge.domain.accounts import Account, AtClose

if TYPE_CHECKING:
    from bridge.admin.operations.accounts import Credentials

app = typer.Typer(help="SFTP logins: passwords, keys, administrations, routes.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The account's login.", show_default=False)]
Codes = Annotated[
    list[str] | None,
    typer.Option(
        "--administration",
        metavar="CODE",
        help="Whom its files may be for; repeat for more. The first is the default.",
        show_default=False,
    ),
]
MoreCodes = Annotated[  # so that `--administration A B` means what it says
    list[str] | None, typer.Argument(metavar="CODE", hidden=True, show_default=False)
]
PasswordFile = Annotated[
    str | None,
    typer.Option("--password-file", metavar="FILE", help="File with the password; - for standard input."),
]
Encoding = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        help="Of file names and text that are not UTF-8, such as windows-1252 or cp850; none: not told.",
    ),
]

AtCloseChoice = Annotated[
    AtClose | None,
    typer.Option(
        "--at-close",
        help="A file that cannot go as it is: refuse it at the client's CLOSE, or take it and hold it.",
        show_default=False,
    ),
]


@app.command("add")
def add(
    name: Name,
    *,
    more: MoreCodes = None,
    administration: Codes = None,
    password_file: PasswordFile = None,
    key_file: Annotated[
        list[str] | None,
        typer.Option("--key-file", metavar="FILE", help="File with a public key (.pub); repeat for more."),
    ] = None,
    encoding: Encoding = None,
    at_close: AtCloseChoice = None,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Add an account; without a password and a key it gets a password, which is printed once."""
    from bridge.admin.operations import accounts

    options.at_most_one_stdin(password_file, *(key_file or []))
    password = None if password_file is None else options.read_secret(password_file, what="password")
    keys = {
        options.source_name(file): options.read_secret(file, what="public key") for file in key_file or []
    }
    with options.at_desk(config, why=why) as desk:
        added = accounts.add(
            desk,
            name=name,
            administration_codes=[*(administration or []), *(more or [])],
            password=password,
            key_texts=keys,
            encoding=encoding,
            at_close=at_close or AtClose.REFUSE,
        )
    _tell(added, done=f"account {name} added", as_json=as_json)


@app.command("list")
def list_all(as_json: options.AsJson = False, config: options.Config = None) -> None:
    """List the accounts."""
    from bridge.admin.operations import accounts, records

    with options.at_desk(config) as desk:
        found = accounts.listing(desk)
    if as_json:
        show.as_json([records.account(one) for one in found])
        return
    show.as_table(
        ["name", "administrations", "logs in with", "encoding", "routes", "state"],
        [
            (
                one.name,
                ", ".join(place.code for place in one.administrations),
                _logs_in_with(one),
                one.encoding or "",
                len(one.routes),
                _state(one),
            )
            for one in found
        ],
        empty="No accounts yet. Add the first: bridge account add NAME --administration CODE",
    )


@app.command("show")
def show_one(name: Name, as_json: options.AsJson = False, config: options.Config = None) -> None:
    """Show one account."""
    from bridge.admin.operations import accounts

    with options.at_desk(config) as desk:
        found = accounts.get(desk, name=name)
    _show(found, as_json=as_json)


@app.command("change")
def change(
    name: Name,
    *,
    more: MoreCodes = None,
    administration: Codes = None,
    encoding: Encoding = None,
    at_close: AtCloseChoice = None,
    no_password: Annotated[bool, typer.Option("--no-password", help="Keys only from now on.")] = False,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Change what is given; administrations replace the former ones."""
    from bridge.admin.operations import accounts

    with options.at_desk(config, why=why) as desk:
        changed = accounts.change(
            desk,
            name=name,
            administration_codes=[*(administration or []), *(more or [])],
            encoding=encoding,
            forget_password=no_password,
            at_close=at_close,
        )
    if as_json:
        from bridge.admin.operations import records

        show.as_json(records.account(changed.account) | {"retried": changed.retried})
        return
    show.say(show.inert(f"account {name} changed"))
    if encoding is not None:
        rules.tell_retried(changed.retried)


@app.command("disable")
def disable(
    name: Name, why: options.Why = None, as_json: options.AsJson = False, config: options.Config = None
) -> None:
    """Let the account log in no more."""
    _set_disabled(name, is_disabled=True, why=why, as_json=as_json, config=config)


@app.command("enable")
def enable(
    name: Name, why: options.Why = None, as_json: options.AsJson = False, config: options.Config = None
) -> None:
    """Let a disabled account log in again."""
    _set_disabled(name, is_disabled=False, why=why, as_json=as_json, config=config)


def _set_disabled(
    name: str, *, is_disabled: bool, why: str | None, as_json: bool, config: Path | None
) -> None:
    from bridge.admin.operations import accounts

    with options.at_desk(config, why=why) as desk:
        changed = accounts.set_disabled(desk, name=name, is_disabled=is_disabled)
    _show(changed, as_json=as_json, done=f"account {name} {'disabled' if is_disabled else 'enabled'}")


@app.command("remove")
def remove(name: Name, why: options.Why = None, config: options.Config = None) -> None:
    """Remove the account; what it has sent is still delivered."""
    from bridge.admin.operations import accounts

    with options.at_desk(config, why=why) as desk:
        accounts.remove(desk, name=name)
    show.say(f"account {show.inert(name)} removed; what it sent is still delivered")


@app.command("password")
def password(
    name: Name,
    password_file: PasswordFile = None,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Set a new password; without a file one is made and printed once."""
    from bridge.admin.operations import accounts

    text = None if password_file is None else options.read_secret(password_file, what="password")
    with options.at_desk(config, why=why) as desk:
        changed = accounts.set_password(desk, name=name, password=text)
    _tell(changed, done=f"account {name} has a new password", as_json=as_json)


def _tell(credentials: "Credentials", *, done: str, as_json: bool) -> None:
    """Say what was done, with the generated password if there is one."""
    generated = credentials.generated_password
    if as_json:
        show.as_json(
            {"name": credentials.account.name} | ({"password": generated} if generated is not None else {})
        )
        return
    show.say(done)
    if generated is not None:
        show.say(f"password: {generated}")
        show.say("This is the only time it is shown.")


def _show(one: Account, *, as_json: bool, done: str | None = None) -> None:
    from bridge.admin.operations import records

    if as_json:
        show.as_json(records.account(one))
        return
    if done is not None:
        show.say(done)
        return
    codes = {place.id: place.code for place in one.administrations}
    show.as_fields(
        {
            "name": one.name,
            "state": _state(one),
            "administrations": ", ".join(codes.values()),
            "password": "set" if one.password_hash else "not set",
            "encoding": one.encoding,
            "at close": one.at_close,
            "expects": one.expects,
        }
    )
    for key in one.keys:
        show.say(f"key    {key.fingerprint}  {key.public_key.split(' ')[0]}  {show.inert(key.comment)}")
    for route in one.routes:
        show.say(rules.line(route, codes=codes))


def _state(one: Account) -> str:
    login = "disabled" if one.is_disabled else "active"
    return f"{login}, sending stopped" if one.is_stopped else login


def _logs_in_with(one: Account) -> str:
    ways = ["password"] if one.password_hash else []
    if one.keys:
        ways.append("1 key" if len(one.keys) == 1 else f"{len(one.keys)} keys")
    return ", ".join(ways) or "nothing"
