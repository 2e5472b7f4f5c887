"""What is said of an account: whether it can log in, with what, and what needs a hand."""

from dataclasses import dataclass, replace
from datetime import datetime

from bridge.admin.operations.account_list import Listed, Standing
from bridge.domain.accounts import Account
from bridge.domain.expiry import Expiring, expiring
from bridge.domain.spans import span
from bridge.domain.wording import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Something that needs a hand."""

    state: str  # its shape and tone
    word: str
    what: str
    detail: str
    path: str  # where something can be done about it


def answer(account: Account, listed: Listed, *, now: datetime) -> str:
    """Return the sentence that says how an account is."""
    parts = [_access(account, listed, now)]
    if account.is_stopped:
        parts.append("nothing of it is sent until it is resumed")
    if listed.waiting:
        parts.append(f"{counted(listed.waiting, 'file waits', 'files wait')}")
    if listed.held:
        parts.append(f"{counted(listed.held, 'file is', 'files are')} held")
    if not listed.last_upload_at:
        parts.append("it has sent nothing yet")
    return "; ".join(parts) + "."


def _access(account: Account, listed: Listed, now: datetime) -> str:
    if account.is_disabled:
        return f"{account.name} is disabled: nobody can log in as it"
    if listed.standing is Standing.LOCKED:
        return f"Nobody can log in as {account.name}: all that opened it has ended"
    return f"{account.name} can log in with {proofs(account, now=now)}"


def proofs(account: Account, *, now: datetime) -> str:
    """Return with what an account can log in: ``a password and 2 keys``."""
    passwords = [
        (account.password_hash, account.password_expires_at),
        (account.former_password_hash, account.former_password_until),
    ]
    open_passwords = sum(1 for hashed, until in passwords if hashed and (until is None or until > now))
    keys = sum(1 for key in account.keys if key.expires_at is None or key.expires_at > now)
    said = ["a password", "two passwords"][open_passwords - 1 : open_passwords] if open_passwords else []
    said += [counted(keys, "key")] if keys else []
    return " and ".join(said) or "nothing"


def waits(count: int) -> str:
    """Return the end of a sentence that says how many files wait, if any."""
    return f"; {counted(count, 'file waits', 'files wait')}" if count else ""


def taken_up(count: int) -> str:
    """Return a sentence about the uploads that waited for a character set and go on, if any."""
    if not count:
        return ""
    said = counted(count, "upload that waited for it is", "uploads that waited for it are")
    return f" {said} looked at again."


def of_expiring(one: Expiring, *, now: datetime) -> Hand:
    """Return that a password or a key ends soon, or has ended."""
    what = "its password" if one.fingerprint is None else f"its key {one.fingerprint[:17]}…"
    if one.is_over(now):
        state, word, detail = "late", "ended", f"{what} ended {span(now - one.expires_at)} ago"
    else:
        state, word, detail = "at_risk", "ends soon", f"{what} ends in {span(one.expires_at - now)}"
    place = "password" if one.fingerprint is None else "keys"
    return Hand(
        state=state, word=word, what=one.account, detail=detail, path=f"/accounts/{one.account}/{place}"
    )


def hands(account: Account, listed: Listed, *, now: datetime) -> list[Hand]:
    """Return what of one account needs a hand."""
    here = f"/accounts/{account.name}"
    found = [replace(of_expiring(one, now=now), what="Log-in") for one in expiring(account, now=now)]
    if account.is_stopped:
        detail = (
            f"what it uploads is accepted and not sent; {counted(listed.waiting, 'file waits', 'files wait')}"
        )
        found.append(
            Hand(state="stopped", word="stopped", what="Sending", detail=detail, path=f"{here}#acts")
        )
    if account.is_disabled:
        detail = "nobody can log in as it; what it sent before is still delivered"
        found.append(
            Hand(state="disabled", word="disabled", what="Log-in", detail=detail, path=f"{here}#acts")
        )
    if listed.held:
        detail = f"{counted(listed.held, 'file waits', 'files wait')} for a person to decide"
        path = f"/held?account={account.name}"
        found.append(Hand(state="held", word="held", what="Files", detail=detail, path=path))
    paused = [one for one in account.administrations if one.paused_until and one.paused_until > now]
    found += [
        Hand(
            state="paused",
            word="paused",
            what=one.code,
            detail=f"nothing is sent for it: {one.paused_reason or 'no reason noted'}",
            path=f"/administrations/{one.code}",
        )
        for one in paused
    ]
    return found
