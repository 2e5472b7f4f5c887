"""``bridge lane``: stop and resume sending."""

import time
from datetime import timedelta
from typing import Annotated

import typer

from bridge.cli import forecasts, options, show
from bridge.domain.deliveries import DEFAULT_LANE, Lane

app = typer.Typer(help="Stop and resume sending to the destination.", no_args_is_help=True)
app.command("forecast")(forecasts.forecast)

Name = Annotated[str, typer.Argument(help="The lane.")]


@app.command("list")
def list_all(as_json: options.AsJson = False, config: options.Config = None) -> None:
    """List the lanes."""
    from bridge.admin.operations import lanes, records

    with options.at_desk(config) as desk:
        found = lanes.listing(desk)
        now = desk.clock.now()
    if as_json:
        show.as_json([records.lane(one) for one in found])
        return
    show.as_table(
        ["name", "state", "429s", "sender"],
        [
            (
                one.name,
                state(one, is_sending=one.may_send(now)),
                one.slow_downs,
                one.owner if one.owned_until and one.owned_until > now else "none",
            )
            for one in found
        ],
        empty="No lanes.",
    )


@app.command("pause")
def pause(
    name: Name = DEFAULT_LANE,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Start no request until the lane is resumed; requests under way end."""
    from bridge.admin.operations import lanes, records

    with options.at_desk(config, why=why) as desk:
        lane = lanes.pause(desk, name=name)
    if as_json:
        show.as_json(records.lane(lane))
        return
    show.say(f"lane {lane.name} stopped; when it may send again: bridge lane resume {lane.name}")


@app.command("resume")
def resume(
    name: Name = DEFAULT_LANE,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Send again, at once."""
    from bridge.admin.operations import lanes, records

    with options.at_desk(config, why=why) as desk:
        lane = lanes.resume(desk, name=name)
    if as_json:
        show.as_json(records.lane(lane))
        return
    show.say(f"lane {lane.name} sends again")


@app.command("drain")
def drain(
    name: Name = DEFAULT_LANE,
    *,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", min=0, help="How long to wait at most.")
    ] = 180.0,  # beyond what a request takes, and what a server that was killed has left leased
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Start no request, and wait until none is under way; the lane stays stopped until it is resumed."""
    from bridge.admin.operations import draining, lanes, records

    with options.at_desk(config, why=why) as desk:
        for left in draining.drain(desk, name=name, timeout=timedelta(seconds=timeout), sleep=time.sleep):
            if left:
                show.note(f"lane {name}: {left} under way")
        lane = next(one for one in lanes.listing(desk) if one.name == name)
    if as_json:
        show.as_json(records.lane(lane))
        return
    show.say(f"lane {name} is quiet and stopped; when it may send again: bridge lane resume {name}")


def state(one: Lane, *, is_sending: bool) -> str:
    """Return in words whether the lane sends, and if not why."""
    if one.is_stopped:
        return "stopped by an operator"
    if one.failing_since is not None:
        probe = "now" if is_sending else show.moment(one.paused_until)
        since = show.moment(one.failing_since)
        return f"destination does not answer since {since}; next probe {probe}.  {one.paused_reason or ''}"
    if is_sending:
        return "sending"
    return f"paused until {show.moment(one.paused_until)}: {one.paused_reason or 'no reason noted'}"
