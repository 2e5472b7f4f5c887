"""One flat family of errors, cut by what the caller should do.

``str(error)`` is for the log and the operator and names the thing; ``public`` is all that a peer may read.
Each edge has one table from these to its own language: SFTP status, HTTP status, exit code.
"""

from typing import ClassVar


class BridgeError(Exception):
    """Base of all deliberate errors; anything else that escapes is a bug."""

    code: ClassVar[str] = "internal"  # stable; shown in the API, in reports and in metrics
    public: str = "internal error"

    def __init__(self, message: str, *, public: str | None = None) -> None:
        super().__init__(message)
        if public is not None:
            self.public = public


class Invalid(BridgeError):
    """What was given cannot be right; the giver must change it."""

    code = "invalid"
    public = "invalid request"


class NotFound(BridgeError):
    """There is no such thing for this caller."""

    code = "not_found"
    public = "no such file or folder"


class AlreadyThere(BridgeError):
    """A thing of that name exists."""

    code = "already_there"
    public = "already exists"


class Conflict(BridgeError):
    """The state is no longer the one that the caller believed in, or forbids the step."""

    code = "conflict"
    public = "the state has changed; try again"


class Refused(BridgeError):
    """The caller may not do this, now or ever; trying again as it is will not help."""

    code = "refused"
    public = "refused"


class Unavailable(BridgeError):
    """A part that is needed does not work now: disk, database, destination.  Try later."""

    code = "unavailable"
    public = "temporarily unavailable, try again later"


class NoSpace(Unavailable):
    """The disk or a quota is full."""

    code = "no_space"
    public = "no space left for uploads, try again later"
