"""The filter of the list of deliveries, as it stands in the address and in forms."""

from dataclasses import asdict, dataclass

from bridge.admin.operations.delivery_search import Search
from bridge.admin.web.addresses import address, one_of
from bridge.domain.deliveries import DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode

STATES = {
    DeliveryState.PENDING: "waiting",
    DeliveryState.LEASED: "under way",
    DeliveryState.HELD: "held",
    DeliveryState.DELIVERED: "delivered",
    DeliveryState.CANCELLED: "cancelled",
    DeliveryState.SUPERSEDED: "superseded",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The filter as it stands in the address."""

    state: str = ""
    account: str = ""
    administration: str = ""
    kind: str = ""
    lane: str = ""
    reason: str = ""

    def search(self) -> Search:
        """Return what it means; raise `Invalid`."""
        state = one_of(DeliveryState, self.state)
        return Search(
            states=() if state is None else (state,),
            account=self.account.strip() or None,
            administration=self.administration.strip() or None,
            kind=one_of(Kind, self.kind),
            lane=self.lane or None,
            reason=one_of(ReasonCode, self.reason),
        )

    def address(self, path: str = "/deliveries", **more: object) -> str:
        """Return a link to this list."""
        return address(path, **asdict(self), **more)
