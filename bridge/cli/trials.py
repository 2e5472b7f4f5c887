"""``bridge account route test``: which rule wins for a path, and the request that would be made."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli import options, show
from bridge.domain.errors import Invalid

if TYPE_CHECKING:
    from bridge.admin.operations.trials import Sample, Trial


def try_path(
    name: Annotated[str, typer.Argument(help="The account's login.", show_default=False)],
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
    """Show which rule wins for a path, step by step, and the request for it; nothing is sent."""
    from bridge.admin.operations import records, trials
    from bridge.delivery.targets.asking import Asking
    from bridge.intake.recognise import recognise

    sample = None if file is None else _sample(file, path)
    with options.at_desk(config) as desk:
        trial = trials.try_path(
            desk,
            account=name,
            path=path,
            recognise=recognise,
            requester=Asking(desk.settings.destination, desk.clock),
            sample=sample,
        )
    if as_json:
        show.as_json(records.trial(trial, account=name))
        return
    show.as_fields({"path": trial.path} | dict(trial.steps))
    show.say("")
    show.as_fields(_verdict(trial, account=name))
    if trial.request is not None:
        show.say("")
        show.as_fields({"POST": trial.request.url} | dict(trial.request.fields))
    if trial.request is not None and trial.request.large_filename is not None:
        above = desk.settings.destination.gzip_above_bytes
        show.say(show.inert(f"above {above:,} bytes it goes gzipped, as {trial.request.large_filename}"))


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
    encoding = f"{trial.encoding}, of the {trial.encoding_by}" if trial.encoding else "not told; UTF-8 only"
    return {
        "kind": kind,
        "administration": trial.administration,
        "endpoint": records.endpoint(trial.kind),
        "encoding": encoding,
        "guards": ", ".join(f"{code}={rule}" for code, rule in trial.guards.items()) or None,
    }


def _sample(file: Path, path: str) -> "Sample":
    """Return the first bytes of *file*; raise `Invalid` if it cannot be read."""
    from bridge.admin.operations.trials import sample_of

    try:
        with file.open("rb") as stream:
            return sample_of(stream, path=path, size=file.stat().st_size)
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error}") from error
