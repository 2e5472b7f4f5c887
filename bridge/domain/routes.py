"""Where a path says a file belongs: the account's routes first, then the folders of the tree.

What the path leaves open (the kind of a file in ``/``) is for `bridge.intake.recognise` to see in the file.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from bridge.domain.accounts import Account, Route
from bridge.domain.administrations import Administration
from bridge.domain.errors import Invalid
from bridge.domain.kinds import KIND_FOLDERS, Kind
from bridge.domain.names import resolve
from bridge.domain.reasons import ReasonCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the path of an upload says about it."""

    kind: Kind | None  # None: to be recognised from extension and content
    administration: Administration | None  # None: see hold
    hold: ReasonCode | None = None  # set: the file must wait for a person
    is_stray: bool = False  # in a folder that the bridge does not know: documents only
    route: Route | None = None  # the route that won, if one did


def check_pattern(pattern: str) -> str:
    """Return the route *pattern*; raise `Invalid` if it is empty or could never fit."""
    if not pattern or "\0" in pattern or pattern.endswith("/"):
        raise Invalid(f"route pattern {pattern!r}: expected a glob such as /export/*.csv or *.xml")
    return pattern


def fits(pattern: str, path: str) -> bool:
    """Whether *path* fits the glob *pattern*, letter case aside.

    ``*`` and ``?`` stay within one folder, ``**`` crosses folders.  A pattern without a leading slash is
    tried on the last part of the path in any folder.
    """
    subject = path if pattern.startswith("/") else path.rpartition("/")[2]
    return _expression(pattern).fullmatch(subject) is not None


@lru_cache(maxsize=1024)
def _expression(pattern: str) -> re.Pattern[str]:
    pieces = re.split(r"(\*\*|\*|\?)", pattern)
    wild = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile(
        "".join(wild.get(piece, re.escape(piece)) for piece in pieces), re.IGNORECASE | re.DOTALL
    )


def place(account: Account, path: str) -> Place:
    """Return what *path* (absolute, in the tree of *account*) says about kind and administration.

    Routes come first, in their order.  Then ``/CODE/…`` names one of the account's administrations, and
    the next folder a kind.  A folder that is neither may be an administration that is missing here: nothing
    in it goes to a default that the sender may not have meant (payt-imports §2, a misrouted data file),
    except documents of an account that has only one administration.
    """
    default = account.administrations[0] if account.administrations else None
    for route in account.routes:
        if fits(route.pattern, path):
            return _by_route(account, route, _by_folder(account, path, default))
    return _by_folder(account, path, default)


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
