"""Where a path says a file belongs: the account's routes first, then the folders of the tree.

What the path leaves open (the kind of a file in ``/``) is for `bridge.intake.recognise` to see in the file.
"""

from dataclasses import dataclass

from bridge.domain.accounts import Account, Route
from bridge.domain.administrations import Administration
from bridge.domain.kinds import KIND_FOLDERS, Kind
from bridge.domain.names import printable, resolve
from bridge.domain.patterns import code_in, is_too_long, match
from bridge.domain.reasons import ReasonCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the path of an upload says about it."""

    kind: Kind | None  # None: to be recognised from extension and content
    administration: Administration | None  # None: see hold
    hold: ReasonCode | None = None  # set: the file must wait for a person
    detail: str = ""  # of hold, where there is more to say than the path; printable
    is_stray: bool = False  # in a folder that the bridge does not know: documents only
    route: Route | None = None  # the route that won, if one did


def place(account: Account, path: str) -> Place:
    """Return what *path* (absolute, in the tree of *account*) says about kind and administration.

    Routes come first, in their order.  Then ``/CODE/…`` names one of the account's administrations, and
    the next folder a kind.  A folder that is neither may be an administration that is missing here: nothing
    in it goes to a default that the sender may not have meant (payt-imports §2, a misrouted data file),
    except documents of an account that has only one administration.
    """
    default = account.administrations[0] if account.administrations else None
    for route in account.routes:
        if is_too_long(route.pattern, path):
            detail = f"the path is longer than what route {route.id} is tried on"
            return Place(kind=None, administration=None, hold=ReasonCode.UNKNOWN_FOLDER, detail=detail)
        found = match(route.pattern, path)
        if found is None:
            continue
        fallback = _by_folder(account, path, default)
        code = code_in(found)
        return (
            _by_route(account, route, fallback) if code is None else _by_code(account, route, fallback, code)
        )
    return _by_folder(account, path, default)


def _by_code(account: Account, route: Route, fallback: Place, code: str) -> Place:
    """Place a file for the administration that the path names: that one or none, never a default."""
    kind = route.kind or fallback.kind
    alike = [one for one in account.administrations if one.code.casefold() == code.casefold()]
    exact = [one for one in alike if one.code == code]
    if len(exact or alike) == 1:
        return Place(kind=kind, administration=(exact or alike)[0], route=route)
    read = printable(code, 64) or "(nothing)"
    several = "has several of this name" if alike else "does not have it"
    return Place(
        kind=kind,
        administration=None,
        hold=ReasonCode.UNKNOWN_ADMINISTRATION,
        detail=f"route {route.id} reads administration {read} there; account {account.name} {several}",
        route=route,
    )


def _by_route(account: Account, route: Route, fallback: Place) -> Place:
    named = {a.id: a for a in account.administrations}
    if route.administration_id is not None:
        administration = named.get(route.administration_id)
    elif fallback.hold is None:
        administration = fallback.administration
    else:
        administration = account.administrations[0] if account.administrations else None
    return Place(
        kind=route.kind or fallback.kind,
        administration=administration,
        hold=None if administration else ReasonCode.NO_ADMINISTRATION,
        route=route,
    )


def _by_folder(account: Account, path: str, default: Administration | None) -> Place:
    folders = resolve(path)[:-1]
    codes = {a.code: a for a in account.administrations}
    named = codes.get(folders[0]) if folders else None
    rest = folders[1:] if named else folders
    administration = named or default
    kind = KIND_FOLDERS.get(rest[0].casefold()) if rest else None
    if administration is None:
        return Place(kind=kind, administration=None, hold=ReasonCode.NO_ADMINISTRATION)
    if kind is not None or named is not None or not rest:
        return Place(kind=kind, administration=administration)
    if len(rest) > 1 and rest[1].casefold() in KIND_FOLDERS:
        return Place(kind=None, administration=None, hold=ReasonCode.UNKNOWN_ADMINISTRATION)
    if len(account.administrations) > 1:
        return Place(kind=None, administration=None, hold=ReasonCode.UNKNOWN_FOLDER)
    return Place(kind=None, administration=administration, is_stray=True)
