"""``bridge account``: who may log in, how, and for which administrations."""

from pathlib import Path
from typing import Annotated

import typer

from bridge.cli import account_texts, credentials, options, rules, show, terms
from bridge.domain.accounts import AtClose

app = typer.Typer(help="SFTP logins: passwords, keys, administrations, routes.", no_args_is_help=True)

Name = credentials.Name
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
    password_file: credentials.PasswordFile = None,
    hash_file: credentials.HashFile = None,
    key_file: Annotated[
        list[str] | None,
        typer.Option("--key-file", metavar="FILE", help="File with a public key (.pub); repeat for more."),
    ] = None,
    encoding: Encoding = None,
    at_close: AtCloseChoice = None,
    password_expires: terms.PasswordExpires = None,
    allow_from: terms.AllowFrom = None,
    max_sessions: terms.MaxSessions = None,
    max_file_size: terms.MaxFileSize = None,
    max_files_per_day: terms.MaxFilesPerDay = None,
    quota: terms.Quota = None,
    language: terms.LanguageChoice = None,
    contact: terms.Contact = None,
    tell_ok: terms.TellOk = None,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Add an account; without a password and a key it gets a password, which is printed once."""
    from bridge.admin.operations import accounts

    options.at_most_one_stdin(password_file, hash_file, *(key_file or []))
    secret = credentials.read(password_file, hash_file)
    keys = {
        options.source_name(file): options.read_secret(file, what="public key") for file in key_file or []
    }
    with options.at_desk(config, why=why) as desk:
        added = accounts.add(
            desk,
            name=name,
            administration_codes=[*(administration or []), *(more or [])],
            password=secret.password,
            password_hash=secret.password_hash,
            key_texts=keys,
            encoding=encoding,
            at_close=at_close or AtClose.REFUSE,
            terms=terms.of(
                password_expires=password_expires,
                allow_from=allow_from,
                max_sessions=max_sessions,
                max_file_size=max_file_size,
                max_files_per_day=max_files_per_day,
                quota=quota,
                language=language,
                contact=contact,
                tells_ok=tell_ok,
            ),
        )
    credentials.tell(added, done=f"account {name} added", as_json=as_json)


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
                account_texts.logs_in_with(one),
                one.encoding or "",
                len(one.routes),
                account_texts.state(one),
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
    account_texts.show_one(found, as_json=as_json)


@app.command("change")
def change(
    name: Name,
    *,
    more: MoreCodes = None,
    administration: Codes = None,
    encoding: Encoding = None,
    at_close: AtCloseChoice = None,
    password_expires: terms.PasswordExpires = None,
    allow_from: terms.AllowFrom = None,
    max_sessions: terms.MaxSessions = None,
    max_file_size: terms.MaxFileSize = None,
    max_files_per_day: terms.MaxFilesPerDay = None,
    quota: terms.Quota = None,
    language: terms.LanguageChoice = None,
    contact: terms.Contact = None,
    tell_ok: terms.TellOk = None,
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
            terms=terms.of(
                password_expires=password_expires,
                allow_from=allow_from,
                max_sessions=max_sessions,
                max_file_size=max_file_size,
                max_files_per_day=max_files_per_day,
                quota=quota,
                language=language,
                contact=contact,
                tells_ok=tell_ok,
            ),
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
    account_texts.show_one(
        changed, as_json=as_json, done=f"account {name} {'disabled' if is_disabled else 'enabled'}"
    )


@app.command("remove")
def remove(
    name: Name, why: options.Why = None, as_json: options.AsJson = False, config: options.Config = None
) -> None:
    """Remove the account; what it has sent is still delivered."""
    from bridge.admin.operations import accounts

    with options.at_desk(config, why=why) as desk:
        accounts.remove(desk, name=name)
    if as_json:
        show.as_json({"name": name, "removed": True})
        return
    show.say(f"account {show.inert(name)} removed; what it sent is still delivered")
