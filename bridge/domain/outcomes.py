"""Outcomes of attempts (to be completed by the judging of answers)."""

from enum import StrEnum


class Outcome(StrEnum):
    """What one attempt came to."""

    DELIVERED = "delivered"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
