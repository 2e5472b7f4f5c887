"""``bridge reason``: the catalogue of reasons, in words for the sender and for the administrator."""

from typing import Annotated

import typer

from bridge.cli import options, show
from bridge.domain.reasons import ReasonCode, reason

app = typer.Typer(
    help="Why files are held, refused, warned about or skipped, and what to do.", no_args_is_help=True
)


@app.command("list")
def list_all(
    *,
    language: Annotated[
        options.LanguageName, typer.Option("--language", help="In which words.")
    ] = options.LanguageName.EN,
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
