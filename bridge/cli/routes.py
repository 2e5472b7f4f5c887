"""``bridge account route``: an account's own rules for kind and administration."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli import options, show
from bridge.domain.errors import Invalid

if TYPE_CHECKING:
    from bridge.admin.operations.routes import Trial

app = typer.Typer(help="Rules for files by their path; they come before folders.", no_args_is_help=True)

_HEAD_BYTES = 64 * 1024  # what intake looks at, too
Name = Annotated[str, typer.Argument(help="The account's login.", show_default=False)]


@app.command("add")
def add(
    name: Name,
    pattern: Annotated[
        str,
        typer.Argument(
            help="Such as '/export/*.csv' or '*.xml'; * stays in a folder, ** crosses folders.",
            show_default=False,
        ),
    ],
    *,
    kind: options.KindChoice = None,
    administration: options.AdministrationChoice = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Add a rule behind the others; the first that fits wins."""
    from bridge.admin.operations import routes

    with options.at_desk(config) as desk:
        route = routes.add(desk, account=name, pattern=pattern, kind=kind, administration=administration)
    if as_json:
        show.as_json(
            {"id": route.id, "pattern": route.pattern, "kind": kind, "administration": administration}
        )
        return
    show.say(f"route {route.id} added to account {show.inert(name)}")


@app.command("remove")
def remove(
    name: Name,
    route_id: Annotated[
        int, typer.Argument(metavar="ID", help="As `bridge account show` prints it.", show_default=False)
    ],
    config: options.Config = None,
) -> None:
    """Take a rule away."""
    from bridge.admin.operations import routes

    with options.at_desk(config) as desk:
        routes.remove(desk, account=name, route_id=route_id)
    show.say(f"route {route_id} removed from account {show.inert(name)}")


@app.command("test")
def try_path(
    name: Name,
    path: Annotated[
        str, typer.Argument(help="As the client would upload it: /csv/invoices.csv", show_default=False)
    ],
    file: Annotated[
        Path | None,
        typer.Argument(help="The file itself, where its content decides.", show_default=False),
    ] = None,
    *,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Show which rule wins for a path, step by step; nothing is sent."""
    from bridge.admin.operations import records, routes
    from bridge.intake.recognise import recognise

    head = None if file is None else _head(file, path)
    with options.at_desk(config) as desk:
        trial = routes.try_path(desk, account=name, path=path, recognise=recognise, head=head)
    if as_json:
        show.as_json(records.trial(trial, account=name))
        return
    show.as_fields({"path": trial.path} | dict(trial.steps))
    show.say("")
    show.as_fields(_verdict(trial, account=name))


def _verdict(trial: "Trial", *, account: str) -> dict[str, object]:
    from bridge.admin.operations import records

    if trial.hold is not None:
        return {
            "held": records.reason_text(trial.hold),
            "detail": trial.detail or None,
            "what to do": records.todo(trial.hold, upload_id=None, delivery_id=None, account=account),
        }
    kind = f"{trial.kind}, by {trial.kind_by}" if trial.kind else f"by {trial.kind_by}"
    if trial.kind is None and trial.kind_by == "content":
        kind += "; give FILE to see it"
    return {"kind": kind, "administration": trial.administration, "endpoint": records.endpoint(trial.kind)}


def _head(file: Path, path: str) -> bytes:
    """Return the first bytes of *file*, unpacked if *path* says that it is a .gz."""
    import gzip
    import zlib

    opener = gzip.open if path.lower().endswith(".gz") else open
    try:
        with opener(file, "rb") as stream:
            head: bytes = stream.read(_HEAD_BYTES)
            return head
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid(f"{file} cannot be read: {error}") from error
