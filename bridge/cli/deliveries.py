"""``bridge delivery``: the queue, and what waits for a person."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli import options, show
from bridge.domain import sizes
from bridge.domain.deliveries import Attempt, DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode

if TYPE_CHECKING:
    from bridge.admin.operations.deliveries import DeliveryReport

app = typer.Typer(help="Documents on their way to the destination.", no_args_is_help=True)

Id = Annotated[
    int, typer.Argument(metavar="ID", help="As `bridge delivery list` prints it.", show_default=False)
]


@app.command("list")
def list_some(
    *,
    account: options.OfAccount = None,
    state: Annotated[
        list[DeliveryState] | None,
        typer.Option("--state", help="Only in this state; repeat for more.", show_default=False),
    ] = None,
    upload: Annotated[
        int | None, typer.Option("--upload", metavar="ID", help="Only of this upload.", show_default=False)
    ] = None,
    administration: Annotated[
        str | None,
        typer.Option(
            "--administration", metavar="CODE", help="Only for this administration.", show_default=False
        ),
    ] = None,
    kind: Annotated[
        Kind | None, typer.Option("--kind", help="Only of this kind.", show_default=False)
    ] = None,
    lane: Annotated[
        str | None,
        typer.Option(
            "--lane", metavar="NAME", help="Only of this lane; see `bridge lane list`.", show_default=False
        ),
    ] = None,
    reason: Annotated[
        ReasonCode | None,
        typer.Option("--reason", metavar="CODE", help="Only held for this reason.", show_default=False),
    ] = None,
    before: options.Before = None,
    limit: options.Limit = 100,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """List deliveries, the newest first."""
    from bridge.admin.operations import delivery_search, records

    wanted = delivery_search.Search(
        account=account,
        states=state or (),
        upload_id=upload,
        administration=administration,
        kind=kind,
        lane=lane,
        reason=reason,
    )
    with options.at_desk(config) as desk:
        page = delivery_search.search(desk, wanted=wanted, before=before, limit=limit)
    show.page_note(before=page.before, looked_to=page.looked_to, limit=limit, as_json=as_json)
    if as_json:
        show.as_json([records.delivery(one) for one in page.files])
        return
    as_table(page.files)


def as_table(found: Sequence["DeliveryReport"]) -> None:
    """Print deliveries as a table."""
    show.as_table(
        ["id", "upload", "account", "name", "size", "kind", "administration", "state", "attempts", "note"],
        [
            (
                one.delivery.id,
                one.document.upload_id,
                one.account,
                one.document.name,
                sizes.size(one.document.size),
                one.delivery.kind or "?",
                one.administration or "?",
                one.delivery.state,
                one.delivery.attempts,
                _note(one),
            )
            for one in found
        ],
        empty="No deliveries.",
    )


def _note(one: "DeliveryReport") -> str | None:
    from bridge.admin.operations import records

    delivery = one.delivery
    if delivery.state is DeliveryState.HELD:
        why = None if delivery.reason is None else ReasonCode(delivery.reason)
        is_doubtful = delivery.unknowns and why is not ReasonCode.AMBIGUOUS  # whose text says it anyway
        return f"{records.reason_text(why)}{' It may have arrived all the same.' if is_doubtful else ''}"
    if delivery.state is DeliveryState.PENDING:
        doubt = "; may have arrived already" if delivery.unknowns else ""
        return f"due {show.moment(delivery.due_at)}{doubt}"
    return show.moment(one.finished_at)


@app.command("show")
def show_one(delivery_id: Id, as_json: options.AsJson = False, config: options.Config = None) -> None:
    """Show one delivery with its attempts."""
    from bridge.admin.operations import deliveries, records, schedule_texts, waits

    with options.at_desk(config) as desk:
        report, attempts = deliveries.get(desk, delivery_id=delivery_id)
        obstacles = waits.of(desk, delivery=report.delivery)
        now = desk.clock.now()
    record = records.delivery_with_attempts(report, attempts) | {"waits_for": waits.record(obstacles)}
    if as_json:
        show.as_json(record)
        return
    delivery, document = report.delivery, report.document
    is_waiting = delivery.state is DeliveryState.PENDING
    show.as_fields(
        {
            "delivery": delivery.id,
            "upload": document.upload_id,
            "account": report.account,
            "name": document.name,
            "in the archive": document.member,
            "size": f"{sizes.size(document.size)} ({document.size} bytes)",
            "sha256": document.sha256,
            "kind": delivery.kind or "not known",
            "administration": report.administration or "not known",
            "endpoint": record["endpoint"],
            "state": schedule_texts.delivered(delivery.state, report.coming, now),
            "due": show.moment(delivery.due_at) if is_waiting else None,
            "finished": show.moment(report.finished_at),
            "reason": record["reason_text"],
            "detail": delivery.detail,
            "not certain": record["doubt"],
            "remarks": show.remarks(document.remarks),
            "what to do": record["todo"],
        }
    )
    for one in obstacles:
        until = "" if one.until is None else f" (until {show.moment(one.until)})"
        show.say(show.inert(f"waits: {one.text}{until}"))
    if attempts:
        show.say("")
        _as_attempts(attempts)


def _as_attempts(attempts: Sequence[Attempt]) -> None:
    show.as_table(
        ["attempt", "started", "seconds", "outcome", "status", "answer"],
        [
            (
                number,
                show.moment(one.started_at),
                "" if one.ended_at is None else f"{(one.ended_at - one.started_at).total_seconds():.1f}",
                one.outcome or "under way",
                one.status,
                one.detail,
            )
            for number, one in enumerate(attempts, start=1)
        ],
        empty="",
    )
