"""Lanes: stop and resume sending."""

from bridge.admin.operations.desk import Desk
from bridge.domain.audit import Deed
from bridge.domain.deliveries import Lane
from bridge.ledger import lanes


def listing(desk: Desk) -> list[Lane]:
    """Return all lanes, by name."""
    desk.check_sees_all("lanes")
    return desk.database.read_now(lanes.listing)


def pause(desk: Desk, *, name: str) -> Lane:
    """Start no request until an operator resumes the lane; raise `NotFound`."""
    return desk.change(Deed(act="lane pause", subject=f"lane:{name}"), lanes.stop, name=name)


def resume(desk: Desk, *, name: str) -> Lane:
    """Send again, at once, even if the destination had asked for a pause; raise `NotFound`."""
    return desk.change(Deed(act="lane resume", subject=f"lane:{name}"), lanes.resume, name=name)
