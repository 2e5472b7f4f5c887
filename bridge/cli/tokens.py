"""``bridge token``: what programs show to the HTTP API."""

from typing import Annotated

import typer

from bridge.cli import options, show
from bridge.cli.admins import OfAccount
from bridge.domain.roles import Role

app = typer.Typer(help="What programs show to the HTTP API.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="What it is for.", show_default=False)]


@app.command("add")
def add(
    name: Name,
    *,
    role: Annotated[Role, typer.Option("--role", help="As of an admin.")] = Role.SUPPORT,
    account: OfAccount = None,
    write: Annotated[
        bool, typer.Option("--write", help="It may change what its role may; else it only looks.")
    ] = False,
    days: Annotated[
        float, typer.Option("--days", min=0, help="How long it works; 0: until it is revoked.")
    ] = 365,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Make a token; it is printed once."""
    from bridge.admin.operations import tokens

    with options.at_desk(config, why=why) as desk:
        made = tokens.add(desk, name=name, role=role, account=account, may_write=write, days=days)
    if as_json:
        show.as_json(tokens.record(made.token) | {"token": made.secret})
        return
    show.say(f"token {name} made")
    show.say(f"token: {made.secret}")
    show.say("This is the only time it is shown. Programs send it so: Authorization: Bearer TOKEN")


@app.command("list")
def list_all(as_json: options.AsJson = False, config: options.Config = None) -> None:
    """List the tokens; what they are is not kept."""
    from bridge.admin.operations import tokens

    with options.at_desk(config) as desk:
        found = tokens.listing(desk)
    if as_json:
        show.as_json([tokens.record(one) for one in found])
        return
    show.as_table(
        ["name", "begins", "role", "account", "may", "made by", "works until", "last used"],
        [
            (
                one.name,
                f"{one.hint}…",
                one.role,
                one.account or "",
                "change" if one.may_write else "look",
                one.made_by,
                show.moment(one.expires_at) or "it is revoked",
                show.moment(one.last_used_at) or "never",
            )
            for one in found
        ],
        empty="No tokens yet. Make one: bridge token add NAME",
    )


@app.command("revoke")
def revoke(
    name: Name, *, why: options.Why = None, as_json: options.AsJson = False, config: options.Config = None
) -> None:
    """End a token at once."""
    from bridge.admin.operations import tokens

    with options.at_desk(config, why=why) as desk:
        tokens.revoke(desk, name=name)
    if as_json:
        show.as_json({"name": name, "revoked": True})
        return
    show.say(f"token {name} revoked")
