"""Which files of a session belong together: those that follow one another without a long pause.

An export is often many files.  Told as one, a reader sees "17 of 18 delivered" and which one lacks; told one
by one, nobody sees that there should have been eighteen.
"""

from datetime import datetime, timedelta

from bridge.domain.uploads import UploadId


class Batching:
    """The batch of one session; its requests come one after another, so nothing here is shared."""

    def __init__(self, quiet: timedelta) -> None:
        self._quiet = quiet
        self._first: UploadId | None = None
        self._taken_at: datetime | None = None

    def first_before(self, opened_at: datetime) -> UploadId | None:
        """Return the first upload of the batch that a file opened at *opened_at* joins; None: it begins one.

        What counts is the pause before a file is opened: a large one may take long.
        """
        if self._taken_at is None or opened_at - self._taken_at > self._quiet:
            return None
        return self._first

    def add(self, upload_id: UploadId, *, first: UploadId | None, now: datetime) -> None:
        """Note that *upload_id* was taken at *now*, into the batch of *first* or as the first itself."""
        self._first = upload_id if first is None else first
        self._taken_at = now
