"""Many deliveries by the API: what a rehearsal says is what happens; how they were chosen is noted."""

from bridge.admin.operations import delivery_search, trail
from bridge.admin.operations.desk import Desk
from bridge.domain.deliveries import DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.ledger import accounts
from bridge.ledger import deliveries as stored
from tests.admin.api.v1.conftest import Program, deliveries_of
from tests.support import builders
from tests.support.clock import NOON


def a_declaration_is_delivered(desk: Desk) -> int:
    """Let jansen's next file be one, and deliver all that waits."""
    account = desk.database.read_now(accounts.get, name="jansen")
    declaration = desk.database.write_now(builders.an_accepted_upload, account, "/1.txt", Kind.DECLARATION)
    for one in desk.database.write_now(builders.claim):
        desk.database.write_now(
            stored.settle,
            delivery=one.delivery,
            to=DeliveryState.DELIVERED,
            outcome=Outcome.DELIVERED,
            now=NOON,
        )
    return declaration.id


def test_a_rehearsed_replay_tells_what_would_be_refused(operator: Program, desk: Desk) -> None:
    [good] = deliveries_of(operator, "jansen", "delivered")
    declaration = a_declaration_is_delivered(desk)
    before = len(delivery_search.search(desk).files)

    told = operator.post("/deliveries/replay", {"ids": [good, declaration], "dry_run": True}).json()
    assert len(delivery_search.search(desk).files) == before
    done = operator.post("/deliveries/replay", {"ids": [good, declaration]}).json()

    assert [one["id"] for one in told["done"]] == [good]
    assert told["refused"] == done["refused"]
    assert f"delivery {declaration}" in told["refused"][0]


def test_how_they_were_chosen_stands_in_the_audit_trail(support: Program, desk: Desk) -> None:
    [held] = deliveries_of(support, "jansen", "held")

    support.post("/deliveries/retry", {"account": "jansen", "states": ["held"]})

    [entry] = trail.listing(desk, subject=f"delivery:{held}")
    assert entry.detail["chosen_by"] == {"account": "jansen", "states": ["held"]}


def test_named_deliveries_are_released_as_another_kind_for_another_administration(
    support: Program, desk: Desk
) -> None:
    [held] = deliveries_of(support, "jansen", "held")
    wanted = {"ids": [held], "kind": "invoice_attachment", "administration": "A1"}

    done = support.post("/deliveries/release", wanted).json()

    [released] = done["done"]
    assert (released["state"], released["kind"]) == ("pending", "invoice_attachment")
    [entry] = trail.listing(desk, subject=f"delivery:{held}")
    assert (entry.act, entry.detail["kind"]) == ("delivery release", "invoice_attachment")


def test_without_ids_the_administration_is_a_filter(support: Program) -> None:
    done = support.post("/deliveries/release", {"administration": "B2"}).json()

    assert [one["name"] for one in done["done"]] == ["other-held.pdf"]
    assert support.post("/deliveries/release", {"kind": "data"}).status_code == 422
