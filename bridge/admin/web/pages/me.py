"""The visitor's own password and one-time passwords."""

import segno
from fastapi import APIRouter, Response

from bridge.admin.operations import admins
from bridge.admin.operations.doorkeeper import SessionEnded
from bridge.admin.web.asking import AnyVisitor, Visit
from bridge.admin.web.pages.sign_in import peer_of, turned_out
from bridge.domain.admins import SHORTEST_PASSWORD
from bridge.domain.errors import BridgeError, Invalid

routes = APIRouter()


@routes.get("/me")
def show(visit: AnyVisitor) -> Response:
    """Show how the visitor signs in."""
    return _page(visit)


@routes.post("/me/password")
def set_password(visit: AnyVisitor) -> Response:
    """Change the password; other sessions end."""
    new, again = (visit.form.get(field, [""])[0] for field in ("new", "again"))
    try:
        _prove(visit)
        if new != again:
            raise Invalid("the two passwords differ; type them again")
        admins.set_password(
            visit.desk,
            name=visit.signed_in.admin.name,
            password=new,
            keep_session=visit.signed_in.session_hash,
        )
    except SessionEnded as error:
        return turned_out(visit, error.public)
    except BridgeError as error:
        return _page(visit, password_error=_said(error), status=422)
    return visit.go("/me", "Your password is changed; your other sessions have ended.")


@routes.get("/me/totp")
def offer_totp(visit: AnyVisitor) -> Response:
    """Show a new secret as a picture and as text; nothing is saved yet."""
    return _offer(visit, admins.new_totp_secret())


@routes.post("/me/totp")
def set_totp(visit: AnyVisitor) -> Response:
    """Ask for one-time passwords from now on, if the first one is right."""
    secret = visit.text("secret")
    try:
        _prove(visit, field="current")
        admins.set_totp(
            visit.desk,
            name=visit.signed_in.admin.name,
            secret=secret,
            code=visit.text("code"),
            keep_session=visit.signed_in.session_hash,
        )
    except SessionEnded as error:
        return turned_out(visit, error.public)
    except BridgeError as error:
        is_one = admins.is_totp_secret(secret)
        again = secret if is_one else admins.new_totp_secret()
        return _offer(visit, again, error=_said(error), status=422)
    return visit.go("/me", "From now on signing in takes a one-time password, too.")


@routes.post("/me/totp/off")
def forget_totp(visit: AnyVisitor) -> Response:
    """Ask for no one-time password any more; the last one says that the telephone is still at hand."""
    try:
        _prove(visit, field="code")
        admins.set_totp(
            visit.desk,
            name=visit.signed_in.admin.name,
            secret=None,
            keep_session=visit.signed_in.session_hash,
        )
    except SessionEnded as error:
        return turned_out(visit, error.public)
    except BridgeError as error:
        return _page(visit, totp_error=_said(error), status=422)
    return visit.go("/me", "The password alone is enough from now on.")


def _prove(visit: Visit, *, field: str | None = None) -> None:
    """Prove by the password, and by the one-time password in *field*, that it is still the same person."""
    visit.console.doorkeeper.prove_again(
        visit.desk,
        visit.signed_in,
        password=visit.form.get("old", [""])[0],
        code=None if field is None else visit.text(field),
        peer=peer_of(visit.request),
    )


def _said(error: BridgeError) -> str:
    return str(error) if isinstance(error, Invalid) else error.public


def _page(visit: Visit, *, password_error: str = "", totp_error: str = "", status: int = 200) -> Response:
    return visit.page(
        "me.html",
        status=status,
        password_error=password_error,
        totp_error=totp_error,
        shortest=SHORTEST_PASSWORD,
    )


def _offer(visit: Visit, secret: str, *, error: str = "", status: int = 200) -> Response:
    address = admins.totp_address(visit.signed_in.admin.name, secret)
    picture = segno.make(address).svg_data_uri(scale=5, border=2)
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return visit.page(
        "totp.html", status=status, secret=secret, grouped=grouped, picture=picture, error=error
    )
