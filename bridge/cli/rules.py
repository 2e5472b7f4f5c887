"""How routes and what comes of them are shown."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bridge.cli import show
from bridge.domain.accounts import Route
from bridge.domain.administrations import AdministrationId
from bridge.domain.wording import counted

if TYPE_CHECKING:
    from bridge.domain.rehearsal import Arrived, Rehearsal

_SHOWN = 100  # files of a rehearsal; --json has all


def line(route: Route, *, codes: Mapping[AdministrationId, str]) -> str:
    """Return a route as one line; *codes* are those of the account's administrations."""
    from bridge.domain.patterns import names_administration

    if route.administration_id is not None:
        place = codes.get(route.administration_id, "?")
    else:
        place = "by pattern" if names_administration(route.pattern) else "by folder"
    parts = [str(route.kind or "recognised"), place]
    if route.encoding is not None:
        parts.append(route.encoding)
    parts += [f"{code.value}={rule}" for code, rule in route.guards.items()]
    return show.inert(f"route {route.id}  {route.pattern}  →  {', '.join(parts)}")


def tell_retried(count: int) -> None:
    """Say how many uploads are looked at again, if any."""
    if count:
        what = counted(count, "upload that waited for it is", "uploads that waited for it are")
        show.say(f"{what} looked at again")


def tell_rehearsal(rehearsal: "Rehearsal") -> None:
    """Show what would go elsewhere."""
    from bridge.domain.rehearsal import SPAN

    show.as_table(
        ["upload", "path", "now", "then"],
        [
            (one.file.upload_id, _path(one.file), one.before.told(), one.after.told())
            for one in rehearsal.moved[:_SHOWN]
        ],
        empty="Nothing would go elsewhere.",
    )
    if len(rehearsal.moved) > _SHOWN:
        show.say(f"… and {len(rehearsal.moved) - _SHOWN} more; --json shows all")
    files = counted(rehearsal.files, "file")
    show.say(f"{len(rehearsal.moved)} of {files} of the last {SPAN.days} days would go elsewhere")


def _path(file: "Arrived") -> str:
    return file.path if file.member is None else f"{file.path}: {file.member}"
