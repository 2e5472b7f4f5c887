"""``bridge account status``: what the sender of an account reads in the folder status."""

from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli import options, show
from bridge.cli.accounts import Name

if TYPE_CHECKING:
    from bridge.domain.status_folder import Answer

app = typer.Typer()


@app.command("status")
def status(
    name: Name,
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="A file of the folder. [today.txt]", show_default=False),
    ] = None,
    *,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Show what the sender reads over SFTP in /status: today's page, or one of the other files there."""
    from bridge.admin.operations import status

    with options.at_desk(config) as desk:
        found = status.listing(desk, name=name) if file is None else [status.get(desk, name=name, file=file)]
    if as_json:
        show.as_json([status.record(answer) for answer in found])
        return
    _print(found[0])
    if len(found) > 1:
        show.note(
            f"There {'is' if len(found) == 2 else 'are'} also, to be shown with their name behind NAME:"
        )
        for answer in found[1:]:
            show.note(f"  {show.inert(answer.name)}")


def _print(answer: "Answer") -> None:
    for line in answer.content.decode().splitlines():
        show.say(show.inert(line))
