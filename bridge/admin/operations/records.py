"""Answers as plain values for JSON, the same for commands and HTTP API.

Moments are ISO 8601 in UTC.  A name here is a contract: scripts read it.  Secrets are not here; whether
there is one, is.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bridge.admin.operations.account_records import account, route
from bridge.admin.operations.moments import moment
from bridge.domain.administrations import Administration
from bridge.domain.deliveries import Attempt, Lane
from bridge.domain.kinds import Kind
from bridge.domain.reasons import Language, Reason, ReasonCode, reason
from bridge.domain.remarks import Remark
from bridge.domain.reports import doubt
from bridge.domain.schedule import ExpectedImport

if TYPE_CHECKING:  # a command loads only what it shows
    from bridge.admin.operations.deliveries import DeliveryReport
    from bridge.admin.operations.trials import Trial
    from bridge.admin.operations.uploads import UploadReport
    from bridge.domain.rehearsal import Destined, Rehearsal

__all__ = [
    "Record",
    "account",
    "administration",
    "attempt",
    "delivery",
    "delivery_with_attempts",
    "endpoint",
    "lane",
    "moment",
    "reason_entry",
    "reason_text",
    "rehearsal",
    "remarks",
    "route",
    "todo",
    "trial",
    "upload",
    "upload_with_deliveries",
]

Record = dict[str, Any]

# In a todo: "bridge upload retry ID --kind data (out of an archive: bridge delivery release ID)".
_INSTEAD = re.compile(r"bridge upload \w+ ID[^().:;,]* \([^():]*: (bridge delivery [^()]*)\)")
_OF_A_DELIVERY = re.compile(r" \([^()]*bridge delivery [^()]*\)")


def administration(value: Administration) -> Record:
    """Return an administration."""
    return {
        "code": value.code,
        "id": value.payt_id,
        "token": "set" if value.sealed_token else "not set",
        "import_time": f"{value.import_time:%H:%M}",  # the first; scripts from before there were several
        "import_times": [f"{at:%H:%M}" for at in value.import_times],
        "timezone": value.timezone,
        "guards": {code.value: str(rule) for code, rule in value.guards.items()},
        "paused_until": moment(value.paused_until),
        "paused_reason": value.paused_reason,
        "stopped": value.is_stopped,
    }


def upload(report: "UploadReport") -> Record:
    """Return an upload."""
    value = report.upload
    return {
        "id": value.id,
        "batch": value.batch_id,
        "account": report.account,
        "path": value.path,
        "name": value.name,
        "size": value.size,
        "state": value.state,
        "outcome": report.outcome,
        "reason": report.reason,
        "reason_text": reason_text(report.reason),
        "todo": todo(
            report.reason,
            upload_id=value.id,
            delivery_id=report.held_delivery,
            account=report.account,
            is_alone=report.is_alone,
        ),
        "detail": report.detail,
        "remarks": remarks(value.remarks),
        "closed_at": moment(value.closed_at),
        "sha256": value.sha256,
        "peer": value.peer,
        "client": value.client,
    }


def delivery(report: "DeliveryReport") -> Record:
    """Return a delivery."""
    value, document = report.delivery, report.document
    reason = None if value.reason is None else ReasonCode(value.reason)
    return {
        "id": value.id,
        "upload_id": document.upload_id,
        "account": report.account,
        "name": document.name,
        "member": document.member,
        "kind": value.kind,
        "administration": report.administration,
        "endpoint": endpoint(value.kind),
        "state": value.state,
        "attempts": value.attempts,
        "unknown_attempts": value.unknowns,
        "due_at": moment(value.due_at),
        "reason": reason,
        "reason_text": reason_text(reason),
        "todo": todo(
            reason,
            upload_id=document.upload_id,
            delivery_id=value.id,
            account=report.account,
            is_alone=document.member is None,
        ),
        "detail": value.detail,
        "remarks": remarks(document.remarks),
        "size": document.size,
        "sha256": document.sha256,
        "created_at": moment(value.created_at),
        "finished_at": moment(report.finished_at),
        **_coming(report.coming),
    }


def _coming(value: ExpectedImport | None) -> Record:
    """Return which import a delivered file will be part of, and from when Payt sends what it brought."""
    return {
        "import_expected_at": None if value is None else moment(value.import_at),
        "sending_from_at": None if value is None else moment(value.sending_at),
    }


def attempt(value: Attempt) -> Record:
    """Return an attempt; its outcome is null while it is under way."""
    return {
        "started_at": moment(value.started_at),
        "ended_at": moment(value.ended_at),
        "outcome": value.outcome,
        "status": value.status,
        "detail": value.detail,
    }


def delivery_with_attempts(report: "DeliveryReport", attempts: Sequence[Attempt]) -> Record:
    """Return a delivery with its attempts, the first first."""
    return delivery(report) | {
        "attempt_list": [attempt(one) for one in attempts],
        "doubt": doubt(report.delivery.state, attempts),
    }


def upload_with_deliveries(report: "UploadReport", deliveries: Sequence["DeliveryReport"]) -> Record:
    """Return an upload with its deliveries."""
    from bridge.admin.operations.deliveries import last_import

    coming = _coming(last_import(deliveries))
    return upload(report) | coming | {"deliveries": [delivery(one) for one in deliveries]}


def lane(value: Lane) -> Record:
    """Return a lane."""
    return {
        "name": value.name,
        "stopped": value.is_stopped,
        "paused_until": moment(value.paused_until),
        "paused_reason": value.paused_reason,
        "failing_since": moment(value.failing_since),
        "sender": value.owner,
        "sender_until": moment(value.owned_until),
        "slow_downs": value.slow_downs,
    }


def trial(value: "Trial", *, account: str) -> Record:
    """Return where a file would go; the kind is null where it is held or only its content would tell."""
    return {
        "account": account,
        "path": value.path,
        "route": None if value.route is None else value.route.id,
        "kind": value.kind,
        "kind_by": value.kind_by,
        "administration": value.administration,
        "endpoint": endpoint(value.kind),
        "request": None
        if value.request is None
        else {
            "url": value.request.url,
            "filename": value.request.filename,
            "large_filename": value.request.large_filename,
            "fields": dict(value.request.fields),
        },
        "encoding": value.encoding,
        "encoding_by": value.encoding_by,
        "guards": {code.value: str(rule) for code, rule in value.guards.items()},
        "held": value.hold,
        "reason_text": reason_text(value.hold),
        "todo": todo(value.hold, upload_id=None, delivery_id=None, account=account),
        "detail": value.detail or None,
        "steps": [{"rule": rule, "result": result} for rule, result in value.steps],
    }


def rehearsal(value: "Rehearsal") -> Record:
    """Return what a change of routes would have done."""
    return {
        "files": value.files,
        "elsewhere": [
            {
                "upload_id": one.file.upload_id,
                "path": one.file.path,
                "member": one.file.member,
                "before": _destined(one.before),
                "after": _destined(one.after),
            }
            for one in value.moved
        ],
    }


def _destined(value: "Destined") -> Record:
    return {"kind": value.kind, "administration": value.administration, "held": value.hold}


def endpoint(kind: Kind | None) -> str | None:
    """Return the path at the destination that takes files of this kind."""
    return None if kind is None else f"/import/files/{kind.folder}"


def reason_text(code: ReasonCode | None, language: Language = "en") -> str | None:
    """Return what happened, as a sentence."""
    return None if code is None else reason(code, language).admin


def todo(
    code: ReasonCode | None,
    *,
    upload_id: int | None,
    delivery_id: int | None,
    account: str,
    is_alone: bool = False,
    language: Language = "en",
) -> str | None:
    """Return what to do next, with the commands as they can be typed; None if there is nothing to do.

    What is about one delivery takes the place of the command for the whole upload where a delivery is held,
    for that would let go everything else that is held of the upload; where none is, it is left out.  If the
    delivery *is_alone* in its upload, rejecting the upload is the same as cancelling it, and support may.
    """
    if code is None or not reason(code, language).todo:
        return None
    text = reason(code, language).todo
    if delivery_id is None:
        text = _OF_A_DELIVERY.sub("", text)
    else:
        text = _INSTEAD.sub(r"\1", text)
        text = re.sub(r"(bridge delivery \w+) ID", rf"\1 {delivery_id}", text)
    if is_alone and upload_id is not None:
        text = text.replace(f"bridge delivery cancel {delivery_id}", f"bridge upload reject {upload_id}")
    if upload_id is not None:
        text = re.sub(r"(bridge upload \w+) ID", rf"\1 {upload_id}", text)
    return text.replace("bridge account change NAME", f"bridge account change {account}")


def reason_entry(code: ReasonCode, entry: Reason) -> Record:
    """Return an entry of the catalogue."""
    return {"code": code, "sender": entry.sender, "admin": entry.admin, "todo": entry.todo or None}


def remarks(values: Sequence[Remark]) -> list[Record]:
    """Return what is odd about a file and no obstacle."""
    return [
        {"code": one.code, "text": reason(one.code).admin, "detail": one.detail or None} for one in values
    ]
