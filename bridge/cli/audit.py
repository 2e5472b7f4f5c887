"""``bridge audit``: who did what, when and why."""

import json
from typing import Annotated

import typer

from bridge.cli import moments, options, show
from bridge.domain.audit import Act

app = typer.Typer(help="Who did what, when and why.", no_args_is_help=True)


@app.command("list")
def list_some(
    *,
    subject: Annotated[
        str | None,
        typer.Option(
            "--subject",
            metavar="NOUN:ID",
            help="Only about this: delivery:42, upload:7, account:NAME, administration:CODE, lane:NAME.",
            show_default=False,
        ),
    ] = None,
    who: Annotated[
        str | None,
        typer.Option("--who", metavar="NAME", help="Only by this person.", show_default=False),
    ] = None,
    since: moments.Since = None,
    limit: options.Limit = 100,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """List what people did, the newest first."""
    from bridge.admin.operations import trail

    with options.at_desk(config) as desk:
        moment = moments.since(since, now=desk.clock.now())
        found = trail.listing(desk, subject=subject, who=who, since=moment, limit=limit)
    if as_json:
        show.as_json([trail.record(one) for one in found])
        return
    show.as_table(
        ["when", "who", "way", "act", "subject", "why", "detail"],
        [
            (show.moment(one.at), one.who, one.way, one.act, one.subject, one.why, _detail(one))
            for one in found
        ],
        empty="Nothing yet.",
    )
    if len(found) == limit:
        show.note(f"These are the newest {limit}; --limit shows more.")


def _detail(one: Act) -> str:
    return ", ".join(f"{name} {_value(value)}" for name, value in one.detail.items())


def _value(value: object) -> str:
    if isinstance(value, dict) and set(value) == {"from", "to"}:
        return f"{_value(value['from'])} → {_value(value['to'])}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
