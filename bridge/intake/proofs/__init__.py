"""Proofs that a file is whole, one module for each kind of content; fed piece by piece in constant memory.

They run in threads, know nothing of disk or ledger, and say what is wrong with `bridge.intake.plan.Flaw`.
"""

from typing import Protocol


class Proof(Protocol):
    """Takes a file's bytes in order and finds out whether it is whole."""

    def feed(self, piece: bytes) -> None:
        """Take the next bytes; raise `Flaw` if the file cannot be whole."""
        ...

    def end(self) -> None:
        """Take note that there are no more; raise `Flaw` if the file is not whole."""
        ...
