"""``bridge account key``: public keys that may log in."""

from typing import Annotated

import typer

from bridge.cli import options, show

app = typer.Typer(help="Public keys that may log in.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The account's login.", show_default=False)]


@app.command("add")
def add(
    name: Name,
    key_file: Annotated[
        str,
        typer.Option(
            "--key-file", metavar="FILE", help="File with public keys (.pub); - for standard input."
        ),
    ],
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Let the public keys in a file log in."""
    from bridge.admin.operations import accounts, records

    text = options.read_secret(key_file, what="public key")
    with options.at_desk(config) as desk:
        added = accounts.add_keys(desk, name=name, source=options.source_name(key_file), text=text)
        account = accounts.get(desk, name=name)
    if as_json:
        show.as_json(records.account(account))
        return
    for key in added:
        show.say(f"key {key.fingerprint} may log in as {show.inert(name)}")


@app.command("remove")
def remove(
    name: Name,
    fingerprint: Annotated[
        str, typer.Argument(help="SHA256:…, as `bridge account show` prints it.", show_default=False)
    ],
    config: options.Config = None,
) -> None:
    """Let a key log in no more."""
    from bridge.admin.operations import accounts

    with options.at_desk(config) as desk:
        accounts.remove_key(desk, name=name, fingerprint=fingerprint)
    show.say(f"key {show.inert(fingerprint)} may no longer log in as {show.inert(name)}")
