"""What a person decides about deliveries, one or many: ``bridge delivery hold``, ``release`` and others."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli import moments, options, show
from bridge.domain.deliveries import DeliveryId, DeliveryState
from bridge.domain.errors import Conflict, Invalid
from bridge.domain.reasons import ReasonCode
from bridge.domain.wording import counted

if TYPE_CHECKING:
    from bridge.admin.operations.deliveries import DeliveryReport, Step
    from bridge.admin.operations.desk import Desk
    from bridge.admin.operations.many import Filter, Portion, Verb

app = typer.Typer()

Ids = Annotated[
    list[int] | None,
    typer.Argument(
        metavar="ID",
        help="One or more, as `bridge delivery list` prints them; or else a filter.",
        show_default=False,
    ),
]
Account = Annotated[
    str | None, typer.Option("--account", metavar="NAME", help="All of this account.", show_default=False)
]
Administration = Annotated[
    str | None,
    typer.Option("--administration", metavar="CODE", help="All for this administration.", show_default=False),
]
States = Annotated[
    list[DeliveryState] | None,
    typer.Option("--state", help="All in this state; repeat for more.", show_default=False),
]
Reason = Annotated[
    ReasonCode | None,
    typer.Option("--reason", metavar="CODE", help="All held for this reason.", show_default=False),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Change nothing; show how many and which.")]

_SHOWN = 100  # deliveries of a dry run; --json has all


@app.command("hold")
def hold(
    ids: Ids = None,
    *,
    account: Account = None,
    administration: Administration = None,
    state: States = None,
    since: moments.Since = None,
    dry_run: DryRun = False,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Keep waiting deliveries back until they are released."""
    from bridge.admin.operations import deliveries
    from bridge.admin.operations.many import Filter, Verb

    with options.at_desk(config, why=why) as desk:
        moment = moments.since(since, now=desk.clock.now())
        which = Filter(account=account, administration=administration, states=state or (), since=moment)
        step = deliveries.holding()
        _decide(desk, Verb.HOLD, ids, which, step, dry_run=dry_run, as_json=as_json)


@app.command("release")
def release(
    ids: Ids = None,
    *,
    kind: options.KindChoice = None,
    administration: Annotated[
        str | None,
        typer.Option(
            "--administration",
            metavar="CODE",
            help="With IDs: whom they are for. Without: all for this administration.",
            show_default=False,
        ),
    ] = None,
    account: Account = None,
    state: States = None,
    reason: Reason = None,
    since: moments.Since = None,
    dry_run: DryRun = False,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Let held deliveries go, if wanted as of this kind or for this administration."""
    from bridge.admin.operations import deliveries
    from bridge.admin.operations.many import Filter, Verb

    with options.at_desk(config, why=why) as desk:
        moment = moments.since(since, now=desk.clock.now())
        which = Filter(
            account=account,
            administration=None if ids else administration,
            states=state or (),
            reason=reason,
            since=moment,
        )
        step = deliveries.releasing(desk, kind=kind, administration=administration if ids else None)
        _decide(desk, Verb.RELEASE, ids, which, step, dry_run=dry_run, as_json=as_json)


@app.command("cancel")
def cancel(
    ids: Ids = None,
    *,
    account: Account = None,
    administration: Administration = None,
    state: States = None,
    reason: Reason = None,
    since: moments.Since = None,
    dry_run: DryRun = False,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Decide that held or waiting deliveries are never sent."""
    from bridge.admin.operations import deliveries
    from bridge.admin.operations.many import Filter, Verb

    with options.at_desk(config, why=why) as desk:
        moment = moments.since(since, now=desk.clock.now())
        which = Filter(
            account=account, administration=administration, states=state or (), reason=reason, since=moment
        )
        _decide(desk, Verb.CANCEL, ids, which, deliveries.cancelling(desk), dry_run=dry_run, as_json=as_json)


@app.command("retry")
def retry(
    ids: Ids = None,
    *,
    account: Account = None,
    administration: Administration = None,
    state: States = None,
    reason: Reason = None,
    since: moments.Since = None,
    dry_run: DryRun = False,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Send waiting or held deliveries at once, as they are."""
    from bridge.admin.operations import deliveries
    from bridge.admin.operations.many import Filter, Verb

    with options.at_desk(config, why=why) as desk:
        moment = moments.since(since, now=desk.clock.now())
        which = Filter(
            account=account, administration=administration, states=state or (), reason=reason, since=moment
        )
        _decide(desk, Verb.RETRY, ids, which, deliveries.releasing(desk), dry_run=dry_run, as_json=as_json)


@app.command("replay")
def replay(
    ids: Ids = None,
    *,
    account: Account = None,
    administration: Administration = None,
    since: moments.Since = None,
    dry_run: DryRun = False,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Send again what was delivered: Payt lost it, or it went to the wrong environment.

    It goes as new deliveries, the oldest first; of data files of one administration only the newest.
    Attachments may show twice at Payt.
    """
    from bridge.admin.operations import many, replaying
    from bridge.admin.operations.many import Filter, Verb

    with options.at_desk(config, why=why) as desk:
        moment = moments.since(since, now=desk.clock.now())
        which = Filter(account=account, administration=administration, since=moment)
        plan = replaying.plan(desk, ids=_chosen(desk, Verb.REPLAY, ids, which))
        for sentence in plan.left_out:
            show.note(show.inert(sentence))
        if dry_run:
            refused = replaying.refusals(desk, ids=plan.ids)
            for sentence in refused.values():
                show.note(show.inert(sentence))
            going = [one for one in plan.ids if one not in refused]
            _rehearse(desk, Verb.REPLAY, going, as_json=as_json)
            return
        detail = {} if ids else {"chosen_by": which.told()}
        step = replaying.replaying(desk)
        _tell(
            many.perform(desk, act="delivery replay", ids=plan.ids, step=step, detail=detail), as_json=as_json
        )


def _decide(
    desk: "Desk",
    verb: "Verb",
    ids: Sequence[int] | None,
    which: "Filter",
    step: "Step",
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Do *step* to what is named or fits; one that refuses keeps no other back, and is told at the end."""
    from bridge.admin.operations import many

    chosen = _chosen(desk, verb, ids, which)
    if dry_run:
        _rehearse(desk, verb, chosen, as_json=as_json)
        return
    detail = {} if ids else {"chosen_by": which.told()}
    portions = many.perform(desk, act=f"delivery {verb}", ids=chosen, step=step, detail=detail)
    _tell(portions, as_json=as_json)


def _chosen(desk: "Desk", verb: "Verb", ids: Sequence[int] | None, which: "Filter") -> list[DeliveryId]:
    from bridge.admin.operations import many

    if not ids:
        return many.choose(desk, verb=verb, which=which)
    if not which.is_empty:
        raise Invalid("give IDs or a filter, not both")
    return [DeliveryId(one) for one in dict.fromkeys(ids)]


def _rehearse(desk: "Desk", verb: "Verb", chosen: Sequence[DeliveryId], *, as_json: bool) -> None:
    from bridge.admin.operations import many, records
    from bridge.cli.deliveries import as_table

    if as_json:
        show.as_json([records.delivery(one) for one in many.look(desk, ids=chosen)])
        return
    as_table(many.look(desk, ids=chosen[:_SHOWN]))
    if len(chosen) > _SHOWN:
        show.say(f"… and {len(chosen) - _SHOWN} more; --json shows all")
    show.say(f"{verb} would be tried on {_count(len(chosen))}; nothing was changed")


def _tell(portions: Iterable["Portion"], *, as_json: bool) -> None:
    """Say what was done as it is done; raise `Conflict` with a line for each that refused."""
    from bridge.admin.operations import records

    done: list[DeliveryReport] = []
    refusals: list[str] = []
    for portion in portions:
        refusals += portion.refusals
        done += portion.done
        if not as_json:
            for delivery_id, one in zip(portion.ids, portion.done, strict=True):
                show.say(_line(delivery_id, one))
    if as_json:
        show.as_json([records.delivery(one) for one in done])
    elif not done and not refusals:
        show.say("No delivery fits; nothing was changed.")
    if refusals:
        raise Conflict("\n".join(refusals))


def _line(delivery_id: DeliveryId, one: "DeliveryReport") -> str:
    what = f"delivery {delivery_id} ({show.inert(one.document.name)})"
    if one.delivery.id != delivery_id:
        return f"{what} is sent again as delivery {one.delivery.id}"
    return f"{what} is {one.delivery.state}"


def _count(number: int) -> str:
    return counted(number, "delivery", "deliveries")
