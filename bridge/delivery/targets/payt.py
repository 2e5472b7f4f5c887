"""Payt's import endpoints: what a request to them looks like (payt-imports §1); pure, sends nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.config.settings import DestinationSettings
from bridge.domain.deliveries import Assignment
from bridge.domain.kinds import Kind

HEADERS = {
    "Accept-Charset": "UTF-8",
    "Accept": "application/json",
    "Content-Type": "application/json",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A request to be, without the file's bytes."""

    path: str  # under the base URL
    headers: Mapping[str, str]
    filename: str
    is_compressed_here: bool  # gzip it on the way; the name says so already
    fields: Mapping[str, str | int]  # of the body, beside ``file``


def submission(assignment: Assignment, *, settings: DestinationSettings, token: str | None) -> Submission:
    """Return the request for *assignment*; *token* is the administration's, opened, if it is to be sent."""
    kind = kind_of(assignment)
    name = assignment.document.name
    is_compressed_here = _is_compressed_here(kind, name, assignment.document.size, settings)
    administration = assignment.administration
    fields: dict[str, str | int] = {}
    if administration.payt_id is not None:
        fields["administration_id"] = administration.payt_id
    else:
        fields["administration_code"] = administration.code
    if token is not None:
        fields["import_token"] = token
    extra = {name: value.get_secret_value() for name, value in settings.extra_headers.items()}
    return Submission(
        path=f"/import/files/{kind.folder}",
        headers={**HEADERS, **extra},
        filename=f"{name}.gz" if is_compressed_here else name,
        is_compressed_here=is_compressed_here,
        fields=fields,
    )


def kind_of(assignment: Assignment) -> Kind:
    """Return the kind of a leased delivery, which always has one."""
    kind = assignment.delivery.kind
    if kind is None:
        raise ValueError(f"delivery {assignment.delivery.id}: leased without a kind")
    return kind


def _is_compressed_here(kind: Kind, name: str, size: int, settings: DestinationSettings) -> bool:
    # Only data files: declarations must stay as they are (payt-imports §4), PDFs hardly shrink, and Payt
    # documents .gz with the inner extension for files it reads itself.
    return kind is Kind.DATA and size > settings.gzip_above_bytes and not name.lower().endswith(".gz")
