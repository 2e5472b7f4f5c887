"""The one table from our errors to HTTP status codes, for pages and for programs."""

from bridge.domain.errors import AlreadyThere, BridgeError, Conflict, Invalid, NotFound, Refused, Unavailable

_STATUS: dict[type[BridgeError], int] = {
    Invalid: 422,
    NotFound: 404,
    AlreadyThere: 409,
    Conflict: 409,
    Refused: 403,
    Unavailable: 503,
    BridgeError: 500,
}


def status_of(error: BridgeError) -> int:
    """Return the status code for *error*."""
    return next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
