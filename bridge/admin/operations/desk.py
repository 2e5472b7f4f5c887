"""The desk at which an operator works: what every use case needs at hand.

Whatever an operator changes goes through `Desk.change` or `Desk.change_each`: the change and its entry in the
audit trail are one transaction, so that neither is ever there without the other.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from bridge.config import Settings, operator_name
from bridge.domain.audit import Actor, Deed, Way, signed
from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError, Unavailable
from bridge.ledger import audit, migrating
from bridge.ledger.database import Database, Transaction
from bridge.runtime.clock import SystemClock

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Ledger, clock, settings and who sits here; the sealing key is read only when a secret is sealed."""

    database: Database
    clock: Clock
    settings: Settings
    actor: Actor

    def change(
        self,
        deed: Deed | Callable[[T], Deed],
        question: Callable[Concatenate[Transaction, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run *question*, which changes something, and note it, both in one transaction.

        Args:
            deed: what is done; where that depends on the answer, a function of it.
            question: a ledger function, or several joined in one.
            *args: for it.
            **kwargs: for it.
        """

        def write(ledger: Transaction) -> T:
            answer = question(ledger, *args, **kwargs)
            done = deed if isinstance(deed, Deed) else deed(answer)
            audit.add(ledger, acts=[signed(done, by=self.actor, at=self.clock.now())])
            return answer

        return self.database.write_now(write)

    def change_each(
        self,
        wanted: Sequence[tuple[Callable[[T], Deed], Callable[[Transaction], T]]],
        *,
        note: Deed | None = None,
    ) -> list[T | BridgeError]:
        """Do each of *wanted* and note it; one that refuses leaves no trace and keeps no other back.

        All are one transaction: the caller bounds their number.  The answers come in the same order.  With a
        *note* there is one more entry if anything was done.
        """

        def write(ledger: Transaction) -> list[T | BridgeError]:
            answers: list[T | BridgeError] = []
            for deed, question in wanted:
                try:
                    with ledger.begin_nested():
                        answer = question(ledger)
                        audit.add(ledger, acts=[signed(deed(answer), by=self.actor, at=self.clock.now())])
                except Unavailable:  # the ledger itself: nothing of this transaction stays
                    raise
                except BridgeError as refusal:
                    answers.append(refusal)
                else:
                    answers.append(answer)
            if note is not None and any(not isinstance(answer, BridgeError) for answer in answers):
                audit.add(ledger, acts=[signed(note, by=self.actor, at=self.clock.now())])
            return answers

        return self.database.write_now(write)

    def seal(self, secret: str) -> str:
        """Return *secret* sealed with the key in ``keys_dir``, which is made if it is missing."""
        from bridge.runtime.sealing import Sealer  # loads cryptography, which a listing does not need

        return Sealer.from_folder(self.settings.keys_dir).seal(secret)


@contextmanager
def open_desk(settings: Settings, *, actor: Actor | None = None) -> Iterator[Desk]:
    """Open the ledger of *settings*, migrated, whether or not a server runs; close it afterwards.

    Args:
        settings: where it is.
        actor: who works here; None: the user of this command line, without a word why.

    Raises:
        Unavailable: the ledger cannot be opened.
        Conflict: a newer version of the bridge has used it.
    """
    try:
        if settings.ledger.url is None:  # the folder is made for this user only: the ledger holds hashes
            settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        database = Database(settings.ledger_url)
    except OSError as error:
        raise Unavailable(
            f"the ledger's folder {error.filename} cannot be used ({error.strerror}); see data_dir"
        ) from error
    try:
        migrating.upgrade(database)
        yield Desk(
            database=database,
            clock=SystemClock(),
            settings=settings,
            actor=actor or Actor(who=operator_name(), way=Way.CLI),
        )
    finally:
        database.close()
