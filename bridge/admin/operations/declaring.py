"""Makes true what is declared of administrations and accounts: all of it in one transaction, or nothing.

A rehearsal does the same and takes it back, so that it finds out the same obstacles.  What is so already is
left alone, and noted nowhere: doing it twice is doing it once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NoReturn

from bridge.admin.operations import declared_accounts, declared_administrations
from bridge.admin.operations.declared import (
    AccountBody,
    AdministrationBody,
    Declaration,
    DeclaredAccount,
    DeclaredAdministration,
    DeclaredRoute,
)
from bridge.admin.operations.declared_accounts import WantedAccount
from bridge.admin.operations.declared_administrations import WantedAdministration
from bridge.admin.operations.declared_routes import as_routes, put_routes, ready_routes
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.differences import Applied, Change
from bridge.domain.accounts import Account, Route
from bridge.domain.administrations import Administration
from bridge.domain.audit import Deed
from bridge.domain.errors import BridgeError, Invalid
from bridge.domain.roles import check
from bridge.ledger import accounts, administrations, counters, removing
from bridge.ledger.database import Transaction


class _Rehearsed(BridgeError):
    """Takes back what a rehearsal did, and carries what came of it."""

    def __init__(self, applied: Applied) -> None:
        super().__init__("rehearsed")
        self.applied = applied


def apply(
    desk: Desk, declaration: Declaration, *, prune: bool = False, is_rehearsal: bool = False
) -> Applied:
    """Make *declaration* true.

    Args:
        desk: where to work.
        declaration: of administrations, accounts or both.
        prune: remove what is there and not declared, of the nouns that the declaration has.
        is_rehearsal: only find out what would change.

    Raises:
        Invalid: a value cannot be right; a line for each.
        NotFound: an account names an administration that is neither there nor declared.
        Conflict: something that would go is still needed.  In each case nothing was changed.
    """
    if not is_rehearsal:
        check(desk.actor, Deed(act="declaration apply", subject="declaration:whole"))
    places = {one.code: one for one in declaration.administrations or []}
    people = {one.name: one for one in declaration.accounts or []}
    _check_once(declaration, places, people)
    wanted_places = declared_administrations.ready(desk, places)
    wanted_people = declared_accounts.ready(desk, people)

    def write(ledger: Transaction) -> Applied:
        applied = _write(desk, ledger, declaration, wanted_places, wanted_people, prune=prune)
        if is_rehearsal:
            _take_back(applied)
        return applied

    if not is_rehearsal:
        return desk.change_all(lambda applied: [one.deed() for one in applied.changes], write)
    try:
        return desk.database.write_now(write)
    except _Rehearsed as rehearsed:
        found = rehearsed.applied
        return replace(found, is_rehearsal=True)


def put_account(desk: Desk, *, name: str, body: AccountBody) -> tuple[Account, bool]:
    """Make the account *name* as *body* says; return it, and whether it is new."""
    one = DeclaredAccount.model_validate(_said(body) | {"name": name})
    applied = apply(desk, Declaration(accounts=[one]).only())
    return desk.database.read_now(accounts.get, name=name), _is_new(applied)


def put_administration(desk: Desk, *, code: str, body: AdministrationBody) -> tuple[Administration, bool]:
    """Make the administration *code* as *body* says; return it, and whether it is new."""
    one = DeclaredAdministration.model_validate(_said(body) | {"code": code})
    applied = apply(desk, Declaration(administrations=[one]).only())
    return desk.database.read_now(administrations.get, code=code), _is_new(applied)


def put_account_routes(desk: Desk, *, account: str, routes: Sequence[DeclaredRoute]) -> Account:
    """Make *routes* those of the account; raise `NotFound`, or `Invalid` for one that cannot be right."""
    wanted = ready_routes(routes)

    def write(ledger: Transaction) -> list[Change]:
        found = accounts.get(ledger, name=account)
        ids = {place.code: place.id for place in found.administrations}
        fields = put_routes(ledger, found, wanted, ids=ids)
        return [Change(verb="change", noun="account", name=account, fields=fields)] if fields else []

    desk.change_all(lambda changes: [one.deed() for one in changes], write)
    return desk.database.read_now(accounts.get, name=account)


def routes_of(account: Account, declared: Sequence[DeclaredRoute]) -> list[Route]:
    """Return *declared* as routes of *account*, for a rehearsal; raise `Invalid` or `NotFound`."""
    ids = {place.code: place.id for place in account.administrations}
    return as_routes(account, ready_routes(declared), ids)


def _write(
    desk: Desk,
    ledger: Transaction,
    declaration: Declaration,
    places: Mapping[str, WantedAdministration],
    people: Mapping[str, WantedAccount],
    *,
    prune: bool,
) -> Applied:
    """Do it all: what others need first, what is needed no more last."""
    if prune:  # before anything else of the ledger, as its word says
        counters.raise_by_one(ledger, name=counters.QUEUE)
    is_whole = not declaration.is_partial
    here = {one.code: one for one in _places(ledger, places, is_whole=is_whole)}
    changes = [declared_administrations.put(desk, ledger, here.get(code), it) for code, it in places.items()]
    there = {one.name: one for one in _people(ledger, people, declaration)}
    named = {code for one in people.values() for code in one.administrations}
    ids = {one.code: one.id for one in _places(ledger, named, is_whole=is_whole)}
    changes += [declared_accounts.put(desk, ledger, there.get(name), it, ids) for name, it in people.items()]
    told = [one for one in changes if one is not None]
    done = [one for one in told if not one.is_nothing]
    notes = [f"{one.noun} {one.name}: {note}" for one in told if one.is_nothing for note in one.notes]
    same = len(changes) - len(done)
    left = [("account", name) for name in there if name not in people]
    if declaration.administrations is not None and is_whole:
        left += [("administration", code) for code in here if code not in places]
    if prune:
        done += [_remove(desk, ledger, noun, name, there) for noun, name in left]
        left = []
    return Applied(changes=done, left=left, same=same, notes=notes, is_rehearsal=False)


def _places(ledger: Transaction, codes: Collection[str], *, is_whole: bool) -> list[Administration]:
    return administrations.listing(ledger) if is_whole else administrations.named(ledger, codes=codes)


def _people(ledger: Transaction, names: Collection[str], declaration: Declaration) -> list[Account]:
    if declaration.accounts is None:
        return []
    return accounts.named(ledger, names=names) if declaration.is_partial else accounts.listing(ledger)


def _remove(desk: Desk, ledger: Transaction, noun: str, name: str, there: Mapping[str, Account]) -> Change:
    now = desk.clock.now()
    if noun == "account":
        removing.remove(ledger, account_id=there[name].id, now=now)
    else:
        administrations.remove(ledger, code=name, now=now)
    return Change(verb="remove", noun=noun, name=name)


def _take_back(applied: Applied) -> NoReturn:
    raise _Rehearsed(applied)


def _check_once(declaration: Declaration, places: Mapping[str, object], people: Mapping[str, object]) -> None:
    if len(places) < len(declaration.administrations or []) or len(people) < len(declaration.accounts or []):
        names = [one.code for one in declaration.administrations or []]
        names += [one.name for one in declaration.accounts or []]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise Invalid(f"declared twice: {', '.join(twice)}")


def _said(body: AccountBody | AdministrationBody) -> dict[str, object]:
    return body.model_dump(exclude_unset=True)


def _is_new(applied: Applied) -> bool:
    return any(one.verb == "add" for one in applied.changes)
