"""What is done with a file that was sent before."""

from enum import StrEnum


class DuplicatePolicy(StrEnum):
    """For one kind of file."""

    SEND = "send"  # again: the newest wins
    SKIP = "skip"  # and say so
    HOLD = "hold"  # for a person
