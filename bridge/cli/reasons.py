"""``bridge reason``: the catalogue of reasons, in words for the sender and for the administrator."""

from enum import StrEnum
from typing import Annotated

import typer

from bridge.cli import options, show
from bridge.domain.reasons import ReasonCode, reason

app = typer.Typer(
    help="Why files are held, refused, warned about or skipped, and what to do.", no_args_is_help=True
)


class _Language(StrEnum):
    """The languages of the catalogue, as an option takes them."""

    EN = "en"
    NL = "nl"


@app.command("list")
def list_all(
    *,
    language: Annotated[_Language, typer.Option("--language", help="In which words.")] = _Language.EN,
    as_json: options.AsJson = False,
) -> None:
    """List the reasons: what the sender reads, what happened, and what to do."""
    from bridge.admin.operations import records

    found = [records.reason_entry(code, reason(code, language.value)) for code in ReasonCode]
    if as_json:
        show.as_json(found)
        return
    for number, entry in enumerate(found):
        if number:
            show.say("")
        show.as_fields(entry)
