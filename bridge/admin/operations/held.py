"""What waits for a person: by its reason, decided one by one or all at once, and remembered by a route."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial

from bridge.admin.operations import deliveries as delivery_operations
from bridge.admin.operations import many, routes
from bridge.admin.operations import uploads as upload_operations
from bridge.admin.operations.deliveries import DeliveryReport
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.many import MOST_AT_ONCE
from bridge.admin.operations.routes import Draft, Saved
from bridge.admin.operations.uploads import UploadReport
from bridge.domain.audit import Deed
from bridge.domain.deliveries import Delivery, DeliveryId
from bridge.domain.errors import BridgeError, Unavailable
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.routes import place
from bridge.domain.uploads import Upload, UploadId
from bridge.ledger import administrations, held, labels, uploads
from bridge.ledger.database import Transaction


class Verb(StrEnum):
    """What can be decided about what is held."""

    RETRY = "retry"
    RELEASE = "release"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All that is held for one reason."""

    reason: ReasonCode
    uploads: int  # held as a whole
    deliveries: int  # single files
    oldest_at: datetime  # when the oldest came
    accounts: Sequence[str]  # by name

    @property
    def files(self) -> int:
        """How many wait."""
        return self.uploads + self.deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Files of a group, the oldest first: whole uploads, then single files."""

    uploads: Sequence[UploadReport]
    deliveries: Sequence[DeliveryReport]
    next: str | None  # where the next page begins: u12, d34


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is decided about."""

    uploads: Sequence[UploadId] = ()
    deliveries: Sequence[DeliveryId] = ()

    @property
    def files(self) -> int:
        """How many."""
        return len(self.uploads) + len(self.deliveries)


@dataclass(slots=True, kw_only=True)
class Decided:
    """What came of it."""

    done: int = 0
    refusals: list[str] = field(default_factory=list)  # sentences


def groups(desk: Desk) -> list[Group]:
    """Return what is held that the caller may see, the reason of the oldest first."""
    found = desk.database.read_now(held.groups, account_id=desk.actor.account)
    names = desk.database.read_now(labels.account_names, ids={one for each in found for one in each.accounts})
    return [
        Group(
            reason=one.reason,
            uploads=one.uploads,
            deliveries=one.deliveries,
            oldest_at=one.oldest_at,
            accounts=sorted(names[account_id] for account_id in one.accounts),
        )
        for one in found
    ]


def opened(
    desk: Desk, *, reason: ReasonCode, account: str | None = None, after: str = "", limit: int = 100
) -> Opened:
    """Return files that are held for *reason*, from behind *after* on.

    Args:
        desk: where to look.
        reason: why they are held.
        account: only of this one.
        after: what `Opened.next` said; empty: from the first on.
        limit: at most so many.

    Raises:
        NotFound: there is no such account.
    """
    account_id = desk.account_id(account)
    number = int(after[1:]) if after[1:].isdecimal() and len(after) < 20 else 0
    whole: list[Upload] = []
    if not after.startswith("d"):
        whole = desk.database.read_now(
            held.uploads_of, reason=reason, account_id=account_id, after=UploadId(number), limit=limit + 1
        )
    is_cut = len(whole) > limit
    whole = whole[:limit]
    room = 0 if is_cut else limit - len(whole)
    behind = DeliveryId(number if after.startswith("d") else 0)
    single: list[Delivery] = []
    if not is_cut:
        single = desk.database.read_now(
            held.deliveries_of, reason=reason, account_id=account_id, after=behind, limit=room + 1
        )
    upcoming = f"u{whole[-1].id}" if is_cut else None
    if len(single) > room:
        upcoming = f"d{single[room - 1].id if room else behind}"
    return Opened(
        uploads=upload_operations.reports(desk, whole),
        deliveries=delivery_operations.reports(desk, single[:room]),
        next=upcoming,
    )


def chosen(desk: Desk, *, reason: ReasonCode, account: str | None = None) -> Choice:
    """Return all that is held for *reason*, the oldest `MOST_AT_ONCE` of it."""
    whole, single = desk.database.read_now(held.chosen, reason=reason, account_id=desk.account_id(account))
    whole = whole[:MOST_AT_ONCE]
    return Choice(uploads=whole, deliveries=single[: MOST_AT_ONCE - len(whole)])


def look(desk: Desk, *, choice: Choice, limit: int) -> Opened:
    """Return the first of *choice*; raise `NotFound`."""
    whole, single = choice.uploads[:limit], choice.deliveries[: max(0, limit - len(choice.uploads))]
    return Opened(
        uploads=[upload_operations.overview(desk, upload_id=one) for one in whole],
        deliveries=many.look(desk, ids=single),
        next=None,
    )


def decide(
    desk: Desk,
    *,
    verb: Verb,
    choice: Choice,
    kind: Kind | None = None,
    administration: str | None = None,
) -> Decided:
    """Do *verb* to each of *choice*, in bounded transactions; one that refuses keeps no other back.

    Raises:
        NotFound: there is no such administration.
        Refused: nobody of the caller's role may.
    """
    if administration is not None:
        desk.database.read_now(administrations.get, code=administration)
    decided = Decided()
    for start in range(0, len(choice.uploads), many.PORTION):
        portion = choice.uploads[start : start + many.PORTION]
        if not _decide_uploads(desk, decided, portion, verb=verb, kind=kind, administration=administration):
            return decided
    if not choice.deliveries:
        return decided
    if verb is Verb.REJECT:
        step, act = delivery_operations.cancelling(desk), "upload reject"  # as of the whole upload
    else:
        step = delivery_operations.releasing(desk, kind=kind, administration=administration)
        act = f"delivery {verb}"
    portion_of = many.together(many.perform(desk, act=act, ids=choice.deliveries, step=step))
    decided.done += len(portion_of.done)
    decided.refusals += portion_of.refusals
    return decided


def _decide_uploads(
    desk: Desk,
    decided: Decided,
    portion: Sequence[UploadId],
    *,
    verb: Verb,
    kind: Kind | None,
    administration: str | None,
) -> bool:
    """Decide about some uploads in one transaction; return whether the ledger can be written on."""
    now = desk.clock.now()

    def step(ledger: Transaction, *, upload_id: UploadId) -> Upload:
        before = uploads.get(ledger, upload_id=upload_id)
        if verb is Verb.REJECT:
            uploads.turn_down(ledger, upload_id=upload_id, now=now)
        else:
            uploads.retry(
                ledger,
                upload_id=upload_id,
                kind=kind,
                administration=administration,
                is_released=verb is Verb.RELEASE,
                now=now,
            )
        return before

    def deed(before: Upload) -> Deed:
        told = {"from": before.state, "reason": before.reason, "kind": kind, "administration": administration}
        detail = {name: value for name, value in told.items() if value is not None}
        return Deed(act=f"upload {verb}", subject=f"upload:{before.id}", detail=detail)

    try:
        answers = desk.change_each([(deed, partial(step, upload_id=one)) for one in portion])
    except Unavailable as error:  # what was done before stays done
        decided.refusals.append(f"{error}; the rest was not tried")
        return False
    refused = [str(one) for one in answers if isinstance(one, BridgeError)]
    decided.refusals += refused
    decided.done += len(answers) - len(refused)
    return True


def save_route(desk: Desk, draft: Draft, *, reason: ReasonCode) -> tuple[Saved, Decided]:
    """Make *draft* true, then let go what is held for *reason* and fits the new route; raises as its `save`.

    Whole uploads are looked at again, and so take the route; single files out of archives go as it says.
    """
    saved = routes.save(desk, draft)
    decided = Decided()
    name = draft.account.name
    for part, kind, code in _by_place(desk, draft, chosen(desk, reason=reason, account=name)):
        came = decide(desk, verb=Verb.RETRY, choice=part, kind=kind, administration=code)
        decided.done += came.done
        decided.refusals += came.refusals
    return saved, decided


def fitting(desk: Desk, draft: Draft, *, reason: ReasonCode) -> int:
    """Return how many of those that are held for *reason* `save_route` would let go."""
    choice = chosen(desk, reason=reason, account=draft.account.name)
    return sum(part.files for part, _, _ in _by_place(desk, draft, choice))


def _by_place(desk: Desk, draft: Draft, choice: Choice) -> Iterator[tuple[Choice, Kind | None, str | None]]:
    """Return those of *choice* that the drafted route takes, with where it puts single files."""
    account = routes.as_drafted(draft)
    route = None if draft.position is None else account.routes[draft.position]
    whole = [desk.database.read_now(uploads.get, upload_id=one) for one in choice.uploads]
    taken = [one.id for one in whole if place(account, one.path).route == route]
    if taken:
        yield Choice(uploads=taken), None, None
    paths = desk.database.read_now(labels.paths, delivery_ids=choice.deliveries)
    by_place: dict[tuple[Kind | None, str | None], list[DeliveryId]] = {}
    for delivery_id, path in paths.items():
        placed = place(account, path)
        if placed.route == route and placed.administration is not None:
            by_place.setdefault((placed.kind, placed.administration.code), []).append(delivery_id)
    for (kind, code), ids in by_place.items():
        yield Choice(deliveries=ids), kind, code
