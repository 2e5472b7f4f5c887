"""``bridge batch``: files that came together, and what became of all of them."""

from typing import Annotated

import typer

from bridge.cli import options, show
from bridge.domain import sizes

app = typer.Typer(
    help="Files of one archive, or of one session without a long pause, told as one.", no_args_is_help=True
)


@app.command("list")
def list_some(
    *,
    account: options.OfAccount = None,
    limit: options.Limit = 100,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """List batches, the newest first; a file that came alone is one of its own."""
    from bridge.admin.operations import batches

    with options.at_desk(config) as desk:
        found = batches.listing(desk, account=account, limit=limit)
    if as_json:
        show.as_json([batches.record(one) for one in found])
        return
    show.as_table(
        ["id", "first", "last", "account", "uploads", "outcome"],
        [
            (
                one.batch.id,
                show.moment(one.batch.first_at),
                show.moment(one.batch.last_at),
                one.account,
                one.batch.files,
                one.outcome,
            )
            for one in found
        ],
        empty="No batches.",
    )
    if len(found) == limit:
        show.note(f"These are the newest {limit}; --limit shows more.")


@app.command("show")
def show_one(
    upload_id: Annotated[
        int,
        typer.Argument(
            metavar="ID", help="As `bridge batch list` prints it, or any upload of it.", show_default=False
        ),
    ],
    *,
    limit: options.Limit = 100,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Show one batch with its uploads, the newest first."""
    from bridge.admin.operations import batches, records

    with options.at_desk(config) as desk:
        report, found = batches.get(desk, upload_id=upload_id, limit=limit)
    if as_json:
        show.as_json(batches.record(report) | {"uploads": [records.upload(one) for one in found]})
        return
    batch = report.batch
    show.as_fields(
        {
            "batch": batch.id,
            "account": report.account,
            "first": show.moment(batch.first_at),
            "last": show.moment(batch.last_at),
            "uploads": batch.files,
            "outcome": report.outcome,
        }
    )
    show.say("")
    show.as_table(
        ["id", "closed", "path", "size", "outcome"],
        [
            (
                one.upload.id,
                show.moment(one.upload.closed_at),
                one.upload.path,
                sizes.size(one.upload.size),
                one.outcome,
            )
            for one in found
        ],
        empty="",
    )
    if len(found) == limit:
        show.note(f"These are its newest {limit} uploads; --limit shows more.")
