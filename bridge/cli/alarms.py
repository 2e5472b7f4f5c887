"""``bridge alarm``: what somebody should know while it can still be mended."""

from typing import Annotated

import typer

from bridge.cli import options, show

app = typer.Typer(help="What somebody should know while it can still be mended.", no_args_is_help=True)


@app.command("list")
def list_some(
    *,
    is_open: Annotated[bool, typer.Option("--open", help="Only those that have not recovered.")] = False,
    limit: options.Limit = 100,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """List alarms, the newest first."""
    from bridge.admin.operations import alarms
    from bridge.domain.alarms import alarm_text, todo

    with options.at_desk(config) as desk:
        found = alarms.listing(desk, is_open=is_open, limit=limit)
    if as_json:
        show.as_json([alarms.record(one) for one in found])
        return
    show.as_table(
        ["id", "raised", "recovered", "subject", "alarm", "detail", "what to do"],
        [
            (
                one.id,
                show.moment(one.raised_at),
                show.moment(one.recovered_at) or "open",
                one.subject,
                alarm_text(one.kind).raised,
                one.detail,
                "" if one.recovered_at else todo(one),
            )
            for one in found
        ],
        empty="No open alarms." if is_open else "No alarms.",
    )
    if len(found) == limit:
        show.note(f"These are the newest {limit}; --limit shows more.")


@app.command("close")
def close(
    alarm_id: Annotated[
        int, typer.Argument(metavar="ID", help="As `bridge alarm list` prints it.", show_default=False)
    ],
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Take an alarm as done with; it is not raised again for what it was about."""
    from bridge.admin.operations import alarms

    with options.at_desk(config, why=why) as desk:
        closed = alarms.close(desk, alarm_id=alarm_id)
    if as_json:
        show.as_json(alarms.record(closed))
        return
    show.say(show.inert(f"alarm {alarm_id} ({closed.subject}) is closed"))
