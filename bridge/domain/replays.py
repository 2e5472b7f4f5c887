"""Replays: sending again what was delivered, when Payt lost it or imported it in the wrong place.

A delivered delivery stays delivered; a replay is a new document and delivery of the same bytes.  What would
put something old over something newer is left out here, or refused by the ledger.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from bridge.domain.deliveries import DeliveryId
from bridge.domain.kinds import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A delivered delivery that somebody wants to be sent again."""

    delivery_id: DeliveryId
    document_id: int
    arrival: int  # of its upload, in the order of arrival
    account_id: int
    administration_id: int
    kind: Kind
    folder: str
    name: str

    @property
    def place(self) -> Hashable:
        """What the newer one of two overwrites at Payt; of each place only one goes.

        A data file is the whole of its administration (payt-imports §2), a document is known by its name
        (§3), and declarations overwrite nothing.
        """
        match self.kind:
            case Kind.DATA:
                return (self.kind, self.administration_id)
            case Kind.DECLARATION:
                return self.delivery_id
            case Kind.INVOICE_PDF | Kind.INVOICE_UBL | Kind.INVOICE_ATTACHMENT:
                return (self.kind, self.administration_id, self.account_id, self.folder, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """One that does not go, for a newer one goes in its place."""

    candidate: Candidate
    newest: Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What goes, the oldest first, and what does not."""

    going: Sequence[Candidate]
    left_out: Sequence[LeftOut]


def in_order(candidates: Iterable[Candidate]) -> Order:
    """Return *candidates* in the order in which they arrived, of each place only the newest."""
    oldest_first = sorted(candidates, key=lambda one: (one.arrival, one.document_id))
    newest = {one.place: one for one in oldest_first}
    return Order(
        going=[one for one in oldest_first if newest[one.place] is one],
        left_out=[
            LeftOut(candidate=one, newest=newest[one.place])
            for one in oldest_first
            if newest[one.place] is not one
        ],
    )
