"""Whom a file is for, and its kind where that is told: by an operator, else by routes and folders.

What is left open here (kind None) is for `recognise` to see in the file.
"""

from dataclasses import dataclass, replace

from bridge.domain.accounts import Account, Route
from bridge.domain.administrations import Administration
from bridge.domain.kinds import Kind
from bridge.domain.names import printable
from bridge.domain.reasons import ReasonCode
from bridge.domain.routes import place
from bridge.domain.uploads import Upload


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told about a file before anybody looks into it."""

    kind: Kind | None  # None: see what is in it
    administration: Administration | None  # None: see hold
    hold: ReasonCode | None = None  # set: it must wait for a person
    detail: str = ""  # of hold
    is_stray: bool = False  # in an unknown folder: documents only
    route: Route | None = None  # of the account, if one won
    is_decided: bool = False  # an operator said the kind, or that it goes: nothing in it holds it


def told_of_upload(account: Account, upload: Upload) -> Told:
    """Return what is told about *upload*."""
    told = _with_decision(account, upload, _by_path(account, upload.path))
    return replace(told, is_decided=True) if upload.is_released else told


def told_of_member(account: Account, upload: Upload, whole: Told, name: str) -> Told:
    """Return what is told about a file *name* of the archive *upload*, of which *whole* is told.

    It counts as lying in the archive's folder.  Routes for its own name come first, then those for the
    archive's name, then the folder.
    """
    if (whole.is_decided and whole.kind is not None) or not account.routes:  # else only the folder tells
        return whole
    own = _by_path(account, f"{upload.folder.rstrip('/')}/{name}")
    if own.route is None and (own.hold is None or whole.route is not None):
        return whole
    return _with_decision(
        account,
        upload,
        replace(
            own,
            kind=own.kind or whole.kind,
            administration=own.administration if own.hold else own.administration or whole.administration,
            is_decided=whole.is_decided,
        ),
    )


def _by_path(account: Account, path: str) -> Told:
    found = place(account, path)
    return Told(
        kind=found.kind,
        administration=found.administration,
        hold=found.hold,
        detail="" if found.hold is None else found.detail or f"{printable(path)}, account {account.name}",
        is_stray=found.is_stray,
        route=found.route,
    )


def _with_decision(account: Account, upload: Upload, told: Told) -> Told:
    """Put an operator's decision before what routes and folders tell."""
    if upload.administration_wanted is not None:
        told = _for_wanted(account, upload.administration_wanted, told)
    if upload.kind_wanted is not None:
        told = replace(told, kind=upload.kind_wanted, is_stray=False, is_decided=True)
    return told


def _for_wanted(account: Account, code: str, told: Told) -> Told:
    for administration in account.administrations:
        if administration.code == code:
            return replace(told, administration=administration, hold=None, detail="", is_stray=False)
    return replace(
        told,
        administration=None,
        hold=ReasonCode.UNKNOWN_ADMINISTRATION,
        detail=f"administration {printable(code)} was asked for; account {account.name} does not have it",
    )
