"""``bridge administration``: whom files are for."""

from typing import Annotated

import typer

from bridge.cli import options, show
from bridge.domain.administrations import Administration

app = typer.Typer(help="Whom files are for: codes, import tokens, import times.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(metavar="CODE", help="The administration's code.", show_default=False)]
PaytId = Annotated[int | None, typer.Option("--id", metavar="N", help="Send this id instead of the code.")]
TokenFile = Annotated[
    str | None,
    typer.Option("--token-file", metavar="FILE", help="File with the import token; - for standard input."),
]
ImportTimes = Annotated[
    list[str] | None,
    typer.Option(
        "--import-time",
        metavar="HH:MM",
        help="When Payt's import runs, local time. Repeatable; all take the place of the former. [01:00]",
        show_default=False,
    ),
]
Timezone = Annotated[
    str | None,
    typer.Option("--timezone", metavar="ZONE", help="Of the import times. [Europe/Amsterdam]"),
]

Guards = Annotated[
    list[str] | None,
    typer.Option(
        "--guard",
        metavar="NAME=RULE",
        help="A rule for its data files that comes before the settings': hold, warn, off or hold:30%; "
        "default takes it away. Repeatable.",
        show_default=False,
    ),
]


@app.command("add")
def add(
    code: Code,
    *,
    payt_id: PaytId = None,
    token_file: TokenFile = None,
    import_times: ImportTimes = None,
    timezone: Timezone = None,
    guards: Guards = None,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Add an administration."""
    from bridge.admin.operations import administrations

    token = None if token_file is None else options.read_secret(token_file, what="import token")
    with options.at_desk(config, why=why) as desk:
        added = administrations.add(
            desk,
            code=code,
            payt_id=payt_id,
            token=token,
            import_times=import_times or ["01:00"],
            timezone=timezone or "Europe/Amsterdam",
            guards=options.rules_of(guards),
        )
    _show(added, as_json=as_json, done=f"administration {added.code} added")


@app.command("list")
def list_all(as_json: options.AsJson = False, config: options.Config = None) -> None:
    """List the administrations."""
    from bridge.admin.operations import administrations, records

    with options.at_desk(config) as desk:
        found = administrations.listing(desk)
    if as_json:
        show.as_json([records.administration(one) for one in found])
        return
    show.as_table(
        ["code", "id", "import token", "import times", "state"],
        [
            (
                one.code,
                one.payt_id or "",
                "set" if one.sealed_token else "not set",
                _import_times(one),
                _state(one),
            )
            for one in found
        ],
        empty="No administrations yet. Add the first: bridge administration add CODE",
    )


@app.command("show")
def show_one(code: Code, as_json: options.AsJson = False, config: options.Config = None) -> None:
    """Show one administration."""
    from bridge.admin.operations import administrations

    with options.at_desk(config) as desk:
        found = administrations.get(desk, code=code)
    _show(found, as_json=as_json)


@app.command("change")
def change(
    code: Code,
    *,
    payt_id: PaytId = None,
    no_id: Annotated[bool, typer.Option("--no-id", help="Send the code again.")] = False,
    token_file: TokenFile = None,
    no_token: Annotated[bool, typer.Option("--no-token", help="Send no import token.")] = False,
    import_times: ImportTimes = None,
    timezone: Timezone = None,
    guards: Guards = None,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Change what is given; one that the destination locked out is tried again at once."""
    from bridge.admin.operations import administrations

    token = None if token_file is None else options.read_secret(token_file, what="import token")
    with options.at_desk(config, why=why) as desk:
        changed = administrations.change(
            desk,
            code=code,
            payt_id=payt_id,
            forget_payt_id=no_id,
            token=token,
            forget_token=no_token,
            import_times=import_times or None,
            timezone=timezone,
            guards=options.rules_of(guards),
        )
    _show(changed, as_json=as_json, done=f"administration {changed.code} changed")


@app.command("remove")
def remove(
    code: Code, why: options.Why = None, as_json: options.AsJson = False, config: options.Config = None
) -> None:
    """Remove an administration that no account and no unfinished delivery uses."""
    from bridge.admin.operations import administrations

    with options.at_desk(config, why=why) as desk:
        administrations.remove(desk, code=code)
    if as_json:
        show.as_json({"code": code, "removed": True})
        return
    show.say(f"administration {show.inert(code)} removed")


def _show(one: Administration, *, as_json: bool, done: str | None = None) -> None:
    from bridge.admin.operations import records

    if as_json:
        show.as_json(records.administration(one))
        return
    if done is not None:
        show.say(show.inert(done))
        return
    show.as_fields(
        {
            "code": one.code,
            "id": one.payt_id,
            "import token": "set" if one.sealed_token else "not set",
            "import times": _import_times(one),
            "guards": ", ".join(f"{code}={rule}" for code, rule in one.guards.items())
            or "as in the settings",
            "state": _state(one),
        }
    )


def _import_times(one: Administration) -> str:
    return f"{', '.join(f'{at:%H:%M}' for at in one.import_times)} {one.timezone}"


def _state(one: Administration) -> str:
    if one.is_stopped:
        return "stopped by an operator"
    if one.paused_until is None:
        return "active"
    return f"paused until {show.moment(one.paused_until)}: {one.paused_reason or 'no reason noted'}"
