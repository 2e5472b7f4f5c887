"""The state machine of deliveries: whatever happens in whatever order, only steps of the table are taken."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import datetime
from tempfile import TemporaryDirectory

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bridge.domain.deliveries import DELIVERY_STEPS, FINISHED, Assignment, DeliveryId, DeliveryState
from bridge.domain.errors import Conflict
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UPLOAD_STEPS, UploadState
from bridge.ledger import deliveries, migrating
from bridge.ledger.database import Database
from tests.support import lists
from tests.support.builders import an_accepted_upload, an_account, claim
from tests.support.clock import MINUTE, NOON

LANE = "destination"


class Queue(RuleBasedStateMachine):
    """Deliveries under everything that can befall them; one step at a time."""

    @initialize()
    def begin(self) -> None:
        """Open a ledger with one account."""
        self.stack = ExitStack()
        folder = self.stack.enter_context(TemporaryDirectory())
        database = Database(f"sqlite:///{folder}/ledger.db")
        self.stack.callback(database.close)
        migrating.upgrade(database)
        self.connection = self.stack.enter_context(database.engine.begin())
        self.account = an_account(self.connection)
        self.now: datetime = NOON
        self.states: dict[int, DeliveryState] = {}
        self.leased: list[Assignment] = []

    def teardown(self) -> None:
        """Close it."""
        if hasattr(self, "stack"):
            self.stack.close()

    @rule(name=st.sampled_from("abc"), kind=st.sampled_from(Kind))
    def upload(self, name: str, kind: Kind) -> None:
        """A file comes, perhaps of a name that came before."""
        an_accepted_upload(self.connection, self.account, f"/{name}", kind, now=self.now)

    @rule(limit=st.integers(1, 3))
    def lease(self, limit: int) -> None:
        """The dispatcher takes what is due."""
        self.leased += claim(self.connection, now=self.now, token=f"at {self.now}", limit=limit)

    @precondition(lambda self: self.leased)
    @rule(
        which=st.integers(0, 10),
        to=st.sampled_from([DeliveryState.DELIVERED, DeliveryState.PENDING, DeliveryState.HELD]),
    )
    def settle(self, which: int, to: DeliveryState) -> None:
        """An answer comes, perhaps to a lease that was lost."""
        assignment = self.leased.pop(which % len(self.leased))
        with suppress(Conflict):
            deliveries.settle(
                self.connection,
                delivery=assignment.delivery,
                to=to,
                outcome=Outcome.DELIVERED if to is DeliveryState.DELIVERED else Outcome.UNKNOWN,
                now=self.now,
                due_at=self.now,
                reason=ReasonCode.GIVEN_UP if to is DeliveryState.HELD else None,
                yields=to is DeliveryState.PENDING,
            )

    @rule(expired_only=st.booleans())
    def recover(self, expired_only: bool) -> None:
        """Time passes, and leases that are over come back."""
        self.now += MINUTE
        deliveries.recover(self.connection, lane=LANE, now=self.now, expired_only=expired_only)

    @precondition(lambda self: self.states)
    @rule(which=st.integers(0, 10), act=st.sampled_from(["release", "hold", "cancel"]))
    def operate(self, which: int, act: str) -> None:
        """An operator does something, sensible or not."""
        delivery_id = sorted(self.states)[which % len(self.states)]
        acts: dict[str, Callable[[], object]] = {
            "release": lambda: deliveries.release(
                self.connection, delivery_id=DeliveryId(delivery_id), now=self.now
            ),
            "hold": lambda: deliveries.hold(self.connection, delivery_id=DeliveryId(delivery_id)),
            "cancel": lambda: deliveries.cancel(
                self.connection, delivery_id=DeliveryId(delivery_id), now=self.now
            ),
        }
        with suppress(Conflict):
            acts[act]()

    @invariant()
    def only_steps_of_the_table_are_taken(self) -> None:
        """Compare each delivery with what it was one rule ago."""
        if not hasattr(self, "connection"):
            return
        for delivery, _ in lists.deliveries(self.connection):
            before = self.states.get(delivery.id)
            is_new = before is None and delivery.state in {DeliveryState.PENDING, DeliveryState.HELD}
            assert (
                is_new
                or before is delivery.state
                or (before is not None and delivery.state in DELIVERY_STEPS[before])
            ), f"{delivery.id}: {before} became {delivery.state}"
            self.states[delivery.id] = delivery.state

    @invariant()
    def one_data_file_is_under_way_at_most(self) -> None:
        """Strict order needs it (payt-imports §2)."""
        if not hasattr(self, "connection"):
            return
        leased = lists.deliveries(self.connection, states=[DeliveryState.LEASED])

        assert sum(delivery.kind is Kind.DATA for delivery, _ in leased) <= 1


TestQueue = Queue.TestCase
TestQueue.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def test_every_state_has_its_row_in_the_tables() -> None:
    assert set(DELIVERY_STEPS) == set(DeliveryState)
    assert set(UPLOAD_STEPS) == set(UploadState)


def test_every_state_can_be_reached_and_every_unfinished_one_left() -> None:
    reached = {DeliveryState.PENDING} | {to for steps in DELIVERY_STEPS.values() for to in steps}

    assert reached == set(DeliveryState)
    assert {DeliveryState.DELIVERED, DeliveryState.CANCELLED, DeliveryState.SUPERSEDED} == FINISHED
