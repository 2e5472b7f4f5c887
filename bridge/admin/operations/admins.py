"""Admins: who may sign in to the console, what each may do, and how each proves who it is."""

import re
import secrets
from dataclasses import dataclass

from bridge.admin.operations.desk import Desk
from bridge.admin.operations.records import Record, moment
from bridge.domain.admins import Admin, check_admin_name, check_password, check_role
from bridge.domain.audit import Deed
from bridge.domain.errors import Conflict, Invalid, Unavailable
from bridge.domain.roles import Role
from bridge.ledger import accounts, admins
from bridge.runtime.passwords import generate, hash_password

ISSUER = "sftp-bridge"  # what a telephone shows beside the one-time password
_SECRET = re.compile(r"[A-Z2-7]{32}")
STEP_SECONDS = 30  # of one-time passwords (RFC 6238)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """An admin, and the password if one was generated: shown once, kept nowhere."""

    admin: Admin
    generated_password: str | None = None


def has_any(desk: Desk) -> bool:
    """Whether there is an admin who could sign in."""
    return desk.database.read_now(admins.has_any)


def listing(desk: Desk) -> list[Admin]:
    """Return every admin, by name."""
    desk.check_sees_all("admins")
    return desk.database.read_now(admins.listing)


def get(desk: Desk, *, name: str) -> Admin:
    """Return one; raise `NotFound`."""
    if name != desk.actor.who:
        desk.check_sees_all(f"admin {name}")
    return desk.database.read_now(admins.get, name=name)


def add(
    desk: Desk,
    *,
    name: str,
    role: Role,
    account: str | None = None,
    password: str | None = None,
    is_first: bool = False,
) -> Added:
    """Add an admin; without a password one is generated.

    Raises:
        Invalid: a value cannot be right.
        NotFound: there is no such account.
        AlreadyThere: the name is taken.
        Conflict: *is_first*, and there is one already.
    """
    check_admin_name(name)
    check_role(role, account)
    generated = None
    if password is None:
        password = generated = generate()
    hashed = hash_password(check_password(password))
    account_id = None if account is None else desk.database.read_now(accounts.get, name=account).id
    deed = Deed(act="admin add", subject=f"admin:{name}", detail=_told(role, account))
    admin = desk.change(
        deed,
        admins.add,
        name=name,
        role=role,
        account_id=account_id,
        password_hash=hashed,
        now=desk.clock.now(),
        is_first=is_first,
    )
    return Added(admin=admin, generated_password=generated)


def change_role(desk: Desk, *, name: str, role: Role, account: str | None = None) -> Admin:
    """Let an admin do more or less; the sessions of it end.

    Raises:
        Invalid: role and account do not go together.
        NotFound: there is no such admin or account.
        Conflict: no operator would be left.
    """
    check_role(role, account)
    account_id = None if account is None else desk.database.read_now(accounts.get, name=account).id
    deed = Deed(act="admin change", subject=f"admin:{name}", detail=_told(role, account))
    return desk.change(deed, admins.change, name=name, values={"role": role, "account_id": account_id})


def set_password(
    desk: Desk, *, name: str, password: str | None = None, keep_session: str | None = None
) -> Added:
    """Give an admin a new password, a generated one if *password* is None; other sessions end.

    Args:
        desk: where to work.
        name: whose.
        password: the new one.
        keep_session: hash of the session in which this is done.
    """
    generated = None
    if password is None:
        password = generated = generate()
    hashed = hash_password(check_password(password))
    deed = Deed(act="admin password", subject=f"admin:{name}")
    admin = desk.change(deed, admins.change, name=name, values={"password_hash": hashed}, keep=keep_session)
    return Added(admin=admin, generated_password=generated)


def set_disabled(desk: Desk, *, name: str, is_disabled: bool) -> Admin:
    """Let an admin sign in no more, at once, or again; raise `NotFound` or `Conflict`."""
    deed = Deed(act=f"admin {'disable' if is_disabled else 'enable'}", subject=f"admin:{name}")
    return desk.change(deed, admins.change, name=name, values={"is_disabled": is_disabled})


def remove(desk: Desk, *, name: str) -> None:
    """Remove an admin; what it did stays in the audit trail.  Raise `NotFound` or `Conflict`."""
    deed = Deed(act="admin remove", subject=f"admin:{name}")
    desk.change(deed, admins.change, name=name, values={"removed_at": desk.clock.now()})


def new_totp_secret() -> str:
    """Return a new secret for one-time passwords; nothing is saved until a first password proves it."""
    import pyotp  # only who sets it up pays

    return str(pyotp.random_base32())


def is_totp_secret(text: str) -> bool:
    """Whether *text* is a secret as `new_totp_secret` makes them."""
    return _SECRET.fullmatch(text) is not None


def totp_address(name: str, secret: str) -> str:
    """Return the ``otpauth:`` address that a telephone reads as a picture."""
    import pyotp

    return str(pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER))


def set_totp(
    desk: Desk, *, name: str, secret: str | None, code: str = "", keep_session: str | None = None
) -> Admin:
    """Ask for a one-time password at each sign-in from now on; None: no more.

    Raises:
        Invalid: *secret* is none, or *code* is not its one-time password now: the telephone has not taken it.
    """
    sealed = step = None
    if secret is not None:
        if not is_totp_secret(secret):
            raise Invalid("this is no secret of ours; begin anew")
        step = step_of(secret, code, desk.clock.now().timestamp())
        if step is None:
            raise Invalid(f"{code!r} is not the one-time password now; is the clock of the telephone right?")
        sealed = desk.seal(secret)
    deed = Deed(act="admin totp", subject=f"admin:{name}", detail={"one_time": secret is not None})
    values = {"sealed_totp": sealed, "totp_step": step}
    return desk.change(deed, admins.change, name=name, values=values, keep=keep_session)


def step_of(secret: str, code: str, seconds: float) -> int | None:
    """Return the step of which *code* is the one-time password, now or one step off; None if of none.

    Args:
        secret: base32.
        code: as it was typed.
        seconds: now, since 1970.
    """
    import pyotp

    typed = code.replace(" ", "")
    now = int(seconds // STEP_SECONDS)
    for step in (now, now - 1, now + 1):  # clocks differ, and typing takes time
        if secrets.compare_digest(pyotp.HOTP(secret).at(step).encode(), typed.encode()):
            return step
    return None


def check_totp(desk: Desk, admin: Admin, code: str) -> bool:
    """Whether *code* is a one-time password of *admin* that was not used before; it then is used."""
    from bridge.runtime.sealing import Sealer

    if admin.sealed_totp is None:
        return True
    try:
        secret = Sealer.from_folder(desk.settings.keys_dir).open(admin.sealed_totp)
    except Unavailable as error:
        raise Unavailable(
            f"admin {admin.name}: {error}; or: bridge admin totp-off {admin.name}",
            public="one-time passwords cannot be checked now; see the server's log",
        ) from error
    step = step_of(secret, code, desk.clock.now().timestamp())
    if step is None:
        return False
    try:
        desk.note_use(admins.use_step, admin_id=admin.id, step=step)
    except Conflict:
        return False
    return True


def record(value: Admin) -> Record:
    """Return an admin for JSON."""
    return {
        "name": value.name,
        "role": value.role,
        "account": value.account,
        "one_time_password": value.sealed_totp is not None,
        "disabled": value.is_disabled,
        "created_at": moment(value.created_at),
        "last_login_at": moment(value.last_login_at),
    }


def _told(role: Role, account: str | None) -> dict[str, str]:
    return {"role": role} if account is None else {"role": role, "account": account}
