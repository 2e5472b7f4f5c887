"""How an account is shown to people."""

from datetime import datetime

from bridge.cli import rules, show
from bridge.domain import sizes
from bridge.domain.accounts import Account, AccountKey
from bridge.domain.wording import counted


def show_one(one: Account, *, as_json: bool, done: str | None = None) -> None:
    """Show *one*, or say only what was *done* to it."""
    from bridge.admin.operations import records

    if as_json:
        show.as_json(records.account(one))
        return
    if done is not None:
        show.say(done)
        return
    codes = {place.id: place.code for place in one.administrations}
    show.as_fields(
        {
            "name": one.name,
            "state": state(one),
            "administrations": ", ".join(codes.values()),
            "password": _password(one),
            "old password": _until(one.former_password_until, "is right as well until"),
            "encoding": one.encoding,
            "at close": one.at_close,
            "expects": one.expects,
        }
        | _terms(one)
    )
    for key in one.keys:
        kind = key.public_key.split(" ")[0]
        show.say(f"key    {key.fingerprint}  {kind}  {show.inert(key.comment)}{_moments(key)}")
    for route in one.routes:
        show.say(rules.line(route, codes=codes))


def _terms(one: Account) -> dict[str, object]:
    """Return what is not as the settings say."""
    return {
        "allowed from": ", ".join(one.allowed_networks) or None,
        "sessions": _at_most(one.max_sessions),
        "file size": _at_most(one.max_file_bytes, is_size=True),
        "files in 24 h": _at_most(one.max_files_per_day),
        "quota": _at_most(one.quota_bytes, is_size=True),
        "language": one.language,
        "contact": one.contact,
        "tells ok": "yes" if one.tells_ok else None,
    }


def _at_most(limit: int | None, *, is_size: bool = False) -> str | None:
    if limit is None:
        return None
    return f"at most {sizes.size(limit) if is_size else limit}"


def _password(one: Account) -> str:
    if one.password_hash is None:
        return "not set"
    return (
        "set" if one.password_expires_at is None else f"set; expires {show.moment(one.password_expires_at)}"
    )


def _until(moment: datetime | None, text: str) -> str | None:
    return None if moment is None else f"{text} {show.moment(moment)}"


def _moments(key: AccountKey) -> str:
    told = (
        _until(key.expires_at, "  expires"),
        _until(key.last_used_at, "  last used"),
    )
    return "".join(text for text in told if text is not None)


def state(one: Account) -> str:
    """Return whether it may log in, and whether what it uploads is sent."""
    login = "disabled" if one.is_disabled else "active"
    return f"{login}, sending stopped" if one.is_stopped else login


def logs_in_with(one: Account) -> str:
    """Return by what it logs in."""
    ways = ["password"] if one.password_hash else []
    if one.keys:
        ways.append(counted(len(one.keys), "key"))
    return ", ".join(ways) or "nothing"
