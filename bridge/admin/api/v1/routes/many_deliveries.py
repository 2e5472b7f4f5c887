"""Many deliveries at once: by ids or by a filter; one that refuses keeps no other back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import AwareDatetime, Field, model_validator

from bridge.admin.api.v1.calling import Call, OperatorChange, SupportChange
from bridge.admin.api.v1.paging import MOST, Id
from bridge.admin.api.v1.router import router
from bridge.admin.api.v1.shapes import files
from bridge.admin.operations import deliveries, many, records, replaying
from bridge.admin.operations.declared import AccountName, Code, Declared
from bridge.admin.operations.deliveries import Step
from bridge.admin.operations.many import Filter, Verb
from bridge.admin.operations.records import Record
from bridge.domain.deliveries import DeliveryId, DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode

routes = router("/deliveries", tag="many deliveries")


class Which(Declared):
    """Which deliveries are meant: by ids, or by a filter whose parts narrow it; never all."""

    ids: Annotated[list[Id] | None, Field(min_length=1, max_length=MOST, examples=[[41, 42]])] = None
    account: AccountName | None = None
    administration: Code | None = None
    states: Annotated[list[DeliveryState], Field(max_length=10, default_factory=list)]
    reason: Annotated[ReasonCode | None, Field(description="Held for this reason.")] = None
    since: Annotated[
        AwareDatetime | None, Field(description="Finished then or later; not finished: accepted.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=MOST, description="At most so many; the oldest first.")] = MOST
    dry_run: Annotated[bool, Field(description="Change nothing; show which.")] = False

    @model_validator(mode="after")
    def _says_which(self) -> "Which":
        if (self.ids is None) == self.filter.is_empty:
            raise ValueError("give ids, or a filter such as account or since; one of the two")
        return self

    @property
    def filter(self) -> Filter:
        """The filter."""
        return Filter(
            account=self.account,
            administration=self.administration,
            states=self.states,
            reason=self.reason,
            since=self.since,
        )


class Release(Which):
    """Which held deliveries go, and as what; with ids `administration` says whom they are for."""

    kind: Annotated[Kind | None, Field(description="As of this kind; null: as they are.")] = None

    @property
    def filter(self) -> Filter:
        """The filter; the administration of named deliveries is none."""
        which = super().filter
        return which if self.ids is None else replace(which, administration=None)


@routes.post("/hold", response_model=files.Done)
def hold_deliveries(call: SupportChange, body: Which) -> Record:
    """Keep waiting deliveries back until they are released."""
    return _decide(call, Verb.HOLD, body, deliveries.holding())


@routes.post("/release", response_model=files.Done)
def release_deliveries(call: SupportChange, body: Release) -> Record:
    """Let held deliveries go, if wanted as of another kind, and named ones for another administration."""
    place = None if body.ids is None else body.administration
    step = deliveries.releasing(call.desk, kind=body.kind, administration=place)
    return _decide(call, Verb.RELEASE, body, step)


@routes.post("/retry", response_model=files.Done)
def retry_deliveries(call: SupportChange, body: Which) -> Record:
    """Send waiting or held deliveries at once, as they are."""
    return _decide(call, Verb.RETRY, body, deliveries.releasing(call.desk))


@routes.post("/cancel", response_model=files.Done)
def cancel_deliveries(call: OperatorChange, body: Which) -> Record:
    """Decide that held or waiting deliveries are never sent."""
    return _decide(call, Verb.CANCEL, body, deliveries.cancelling(call.desk))


@routes.post("/replay", response_model=files.Done)
def replay_deliveries(call: OperatorChange, body: Which) -> Record:
    """Send again what was delivered, the oldest first; of one administration's data files the newest only."""
    chosen = _chosen(call, Verb.REPLAY, body)
    plan = replaying.plan(call.desk, ids=chosen)
    done = _perform(call, Verb.REPLAY, body, plan.ids[: body.limit], replaying.replaying(call.desk))
    return done | {"left_out": list(plan.left_out), "remaining": max(len(plan.ids) - body.limit, 0)}


def _decide(call: Call, verb: Verb, body: Which, step: Step) -> Record:
    chosen = _chosen(call, verb, body)
    done = _perform(call, verb, body, chosen[: body.limit], step)
    return done | {"left_out": [], "remaining": max(len(chosen) - body.limit, 0)}


def _chosen(call: Call, verb: Verb, body: Which) -> list[DeliveryId]:
    if body.ids is None:
        return many.choose(call.desk, verb=verb, which=body.filter)
    return [DeliveryId(one) for one in dict.fromkeys(body.ids)]


def _perform(call: Call, verb: Verb, body: Which, ids: Sequence[DeliveryId], step: Step) -> Record:
    if body.dry_run:
        refused = replaying.refusals(call.desk, ids=ids) if verb is Verb.REPLAY else {}
        going = [one for one in ids if one not in refused]
        seen = many.look(call.desk, ids=going)
        return {"done": [records.delivery(one) for one in seen], "refused": list(refused.values())}
    detail = {} if body.ids is not None else {"chosen_by": body.filter.told()}
    portions = many.perform(call.desk, act=f"delivery {verb}", ids=ids, step=step, detail=detail)
    portion = many.together(portions)
    return {
        "done": [records.delivery(one) for one in portion.done],
        "refused": list(portion.refusals),
    }
