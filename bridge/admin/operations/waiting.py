"""Uploads that wait for one thing, and are looked at again all together once it is there."""

from bridge.domain.reasons import ReasonCode

FOR_ENCODING = (ReasonCode.UNKNOWN_ENCODING, ReasonCode.WRONG_ENCODING)  # taken up when an encoding is told
