"""``bridge upload``: what was received, and what became of it."""

from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli import deliveries, options, show
from bridge.domain import sizes
from bridge.domain.uploads import UploadState

if TYPE_CHECKING:
    from bridge.admin.operations.uploads import UploadReport

app = typer.Typer(help="Files that clients sent, and what became of them.", no_args_is_help=True)

Id = Annotated[
    int, typer.Argument(metavar="ID", help="As `bridge upload list` prints it.", show_default=False)
]


@app.command("list")
def list_some(
    *,
    account: options.OfAccount = None,
    state: Annotated[
        list[UploadState] | None,
        typer.Option("--state", help="Only in this state; repeat for more.", show_default=False),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            metavar="PART",
            help="Only with this in the name, or in that of a file in the archive.",
            show_default=False,
        ),
    ] = None,
    sha256: Annotated[
        str | None,
        typer.Option(
            "--hash", metavar="SHA256", help="Only with this hash, or one that begins so.", show_default=False
        ),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option(
            "--day", metavar="DATE", help="Only of this day, in the zone admin.timezone.", show_default=False
        ),
    ] = None,
    batch: Annotated[
        int | None, typer.Option("--batch", metavar="ID", help="Only of this batch.", show_default=False)
    ] = None,
    before: options.Before = None,
    limit: options.Limit = 100,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """List uploads, the newest first."""
    from bridge.admin.operations import records, upload_search
    from bridge.admin.operations.upload_search import Search

    with options.at_desk(config) as desk:
        wanted = Search(
            name=name,
            sha256=sha256,
            account=account,
            day=None if day is None else upload_search.check_day(day),
            states=state or (),
            batch=batch,
        )
        page = upload_search.search(desk, wanted=wanted, before=before, limit=limit)
    found = page.files
    show.page_note(before=page.before, looked_to=page.looked_to, limit=limit, as_json=as_json)
    if as_json:
        show.as_json([records.upload(one) for one in found])
        return
    show.as_table(
        ["id", "closed", "account", "path", "size", "outcome", "reason"],
        [
            (
                one.upload.id,
                show.moment(one.upload.closed_at),
                one.account,
                one.upload.path,
                sizes.size(one.upload.size),
                one.outcome,
                _reason_beside(one),
            )
            for one in found
        ],
        empty="No uploads.",
    )


def _reason_beside(report: "UploadReport") -> str | None:
    """Return why it waits, unless the outcome beside it says so already."""
    from bridge.admin.operations import records

    text = records.reason_text(report.reason)
    return None if text is not None and text in report.outcome else text


@app.command("show")
def show_one(upload_id: Id, as_json: options.AsJson = False, config: options.Config = None) -> None:
    """Show one upload with its deliveries."""
    from bridge.admin.operations import batches, records, schedule_texts, uploads
    from bridge.admin.operations.deliveries import last_import

    with options.at_desk(config) as desk:
        report, found = uploads.get(desk, upload_id=upload_id)
        batch, _ = batches.get(desk, upload_id=upload_id, limit=0)
        now = desk.clock.now()
    if as_json:
        show.as_json(records.upload_with_deliveries(report, found))
        return
    upload = report.upload
    show.as_fields(
        {
            "upload": upload.id,
            "account": report.account,
            "path": upload.path,
            "size": f"{sizes.size(upload.size)} ({upload.size} bytes)",
            "closed": show.moment(upload.closed_at),
            "from": " ".join(part for part in (upload.peer, upload.client) if part) or None,
            "sha256": upload.sha256,
            "state": upload.state,
            "outcome": schedule_texts.delivered(report.outcome, last_import(found), now),
            "batch": f"{batch.batch.id}: {batch.outcome}" if batch.batch.files > 1 else None,
            "reason": _reason_beside(report),
            "detail": report.detail,
            "remarks": show.remarks(upload.remarks),
            "what to do": records.todo(
                report.reason,
                upload_id=upload.id,
                delivery_id=report.held_delivery,
                account=report.account,
                is_alone=report.is_alone,
            ),
        }
    )
    if found:
        show.say("")
        deliveries.as_table(found)


@app.command("retry")
def retry(
    upload_id: Id,
    *,
    kind: options.KindChoice = None,
    administration: options.AdministrationChoice = None,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Try a held or refused upload again, if wanted as of this kind or for this administration."""
    from bridge.admin.operations import records, uploads

    with options.at_desk(config, why=why) as desk:
        report = uploads.retry(desk, upload_id=upload_id, kind=kind, administration=administration)
    if as_json:
        show.as_json(records.upload(report))
        return
    show.say(f"upload {upload_id} is tried again; see: bridge upload show {upload_id}")


@app.command("release")
def release(
    upload_id: Id,
    *,
    kind: options.KindChoice = None,
    administration: options.AdministrationChoice = None,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Let a held upload go as it is, whatever guards and proofs say, if wanted as of this kind."""
    from bridge.admin.operations import records, uploads

    with options.at_desk(config, why=why) as desk:
        report = uploads.retry(
            desk, upload_id=upload_id, kind=kind, administration=administration, is_released=True
        )
    if as_json:
        show.as_json(records.upload(report))
        return
    show.say(f"upload {upload_id} goes as it is; see: bridge upload show {upload_id}")


@app.command("reject")
def reject(
    upload_id: Id, why: options.Why = None, as_json: options.AsJson = False, config: options.Config = None
) -> None:
    """Decide that nothing held of an upload is sent."""
    from bridge.admin.operations import records, uploads

    with options.at_desk(config, why=why) as desk:
        report = uploads.reject(desk, upload_id=upload_id)
    if as_json:
        show.as_json(records.upload(report))
        return
    show.say(f"upload {upload_id}: what was held of it is not sent")
