"""The desk at which an operator works: what every use case needs at hand.

Whatever an operator changes goes through `Desk.change` or `Desk.change_each`: the change and its entry in the
audit trail are one transaction, so that neither is ever there without the other; and nobody changes what the
role does not allow.  Whatever is read for a tenant's viewer goes through `Desk.account_id` and its like,
which tell tenants apart by id: a name goes to another tenant once its account is removed.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from bridge.config import Settings, operator_name
from bridge.domain.accounts import Account, AccountId
from bridge.domain.audit import Actor, Deed, Way, signed
from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError, NotFound, Unavailable
from bridge.domain.roles import check, check_sees, check_sees_all
from bridge.ledger import accounts, audit, former, migrating
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
            self._note(ledger, deed if isinstance(deed, Deed) else deed(answer))
            return answer

        if isinstance(deed, Deed):
            check(self.actor, deed)
        return self.database.write_now(write)

    def change_all(self, deeds: Callable[[T], Sequence[Deed]], question: Callable[[Transaction], T], /) -> T:
        """Run *question*, which changes several things, and note each, all in one transaction or not at all.

        Args:
            deeds: a function of the answer: what was done; nothing: nothing was changed.
            question: ledger functions joined in one.
        """

        def write(ledger: Transaction) -> T:
            answer = question(ledger)
            for deed in deeds(answer):
                self._note(ledger, deed)
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
                        self._note(ledger, deed(answer))
                except Unavailable:  # the ledger itself: nothing of this transaction stays
                    raise
                except BridgeError as refusal:
                    answers.append(refusal)
                else:
                    answers.append(answer)
            if note is not None and any(not isinstance(answer, BridgeError) for answer in answers):
                self._note(ledger, note)
            return answers

        return self.database.write_now(write)

    def _note(self, ledger: Transaction, deed: Deed) -> None:
        """Note *deed* in the transaction in which it is done; what is not allowed ends it."""
        check(self.actor, deed)
        audit.add(ledger, acts=[signed(deed, by=self.actor, at=self.clock.now())])

    def account(self, name: str) -> Account:
        """Return the account *name*.

        Raises:
            NotFound: there is none, or it is another tenant's: a viewer is not told which.
        """
        try:
            found = self.database.read_now(accounts.get, name=name)
        except NotFound:
            check_sees(self.actor, None, f"account {name}")
            raise
        check_sees(self.actor, found.id, f"account {name}")
        return found

    def account_id(self, name: str | None) -> AccountId | None:
        """Return the account to which a listing is narrowed: *name*, else a viewer's own, or None for all.

        Args:
            name: of an account, or ``NAME#ID`` of one that was removed; None: all that are seen.

        Raises:
            NotFound: as `account` does.
        """
        if name is None:
            return self.actor.account
        if former.is_handle(name):
            self.check_sees_all(f"account {name}")
            return self.database.read_now(former.find, name=name)
        return self.account(name).id

    def check_sees(self, account: AccountId, thing: str) -> None:
        """Raise `NotFound` for *thing* of another tenant's *account*."""
        check_sees(self.actor, account, thing)

    def check_sees_all(self, thing: str) -> None:
        """Raise `NotFound` for *thing* that belongs to no tenant, if only one tenant is seen."""
        check_sees_all(self.actor, thing)

    def note_use(
        self, question: Callable[Concatenate[Transaction, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run *question*, which notes that something was used: a session, a token, a place that alerts go to.

        That is no act on the bridge, and the audit trail is not told of it.
        """
        return self.database.write_now(question, *args, **kwargs)

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
