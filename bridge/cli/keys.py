"""``bridge account key``: public keys that may log in."""

from typing import Annotated

import typer

from bridge.cli import options, show
from bridge.domain.errors import Invalid

app = typer.Typer(help="Public keys that may log in.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The account's login.", show_default=False)]


@app.command("add")
def add(
    name: Name,
    file: Annotated[
        str | None,
        typer.Argument(help="File with public keys (.pub); - for standard input.", show_default=False),
    ] = None,
    *,
    key_file: Annotated[
        str | None,
        typer.Option("--key-file", metavar="FILE", help="The same, as with account add.", show_default=False),
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(
            "--expires", metavar="DAYS", help="Days from now; else it never does.", show_default=False
        ),
    ] = None,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Let the public keys in a file log in."""
    from bridge.admin.operations import accounts, records

    given = [source for source in (file, key_file) if source is not None]
    if len(given) != 1:
        raise Invalid("give one file with public keys: bridge account key add NAME FILE")
    [source] = given
    text = options.read_secret(source, what="public key")
    with options.at_desk(config, why=why) as desk:
        added = accounts.add_keys(
            desk, name=name, source=options.source_name(source), text=text, expires=expires
        )
        account = accounts.get(desk, name=name)
    if as_json:
        show.as_json(records.account(account))
        return
    for key in added:
        until = "" if key.expires_at is None else f" until {show.moment(key.expires_at)}"
        show.say(f"key {key.fingerprint} may log in as {show.inert(name)}{until}")


@app.command("remove")
def remove(
    name: Name,
    fingerprint: Annotated[
        str, typer.Argument(help="SHA256:…, as `bridge account show` prints it.", show_default=False)
    ],
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Let a key log in no more."""
    from bridge.admin.operations import accounts, records

    with options.at_desk(config, why=why) as desk:
        accounts.remove_key(desk, name=name, fingerprint=fingerprint)
        account = accounts.get(desk, name=name)
    if as_json:
        show.as_json(records.account(account))
        return
    show.say(f"key {show.inert(fingerprint)} may no longer log in as {show.inert(name)}")
