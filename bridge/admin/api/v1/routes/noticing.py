"""Alarms, the audit trail, and the catalogue of reasons."""

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime, Field

from bridge.admin.api.v1.calling import OperatorChange, Support, Viewer
from bridge.admin.api.v1.paging import Page, Paged
from bridge.admin.api.v1.router import CONFLICT, Number, router
from bridge.admin.api.v1.shapes import sending
from bridge.admin.operations import alarms, records, trail
from bridge.admin.operations.records import Record
from bridge.domain.reasons import Language, ReasonCode, reason

routes = router("", tag="noticing")


class AlarmFilter(Paged):
    """Which alarms are wanted."""

    open: Annotated[bool, Field(description="Only those that have not recovered.")] = False


class ActFilter(Paged):
    """Which entries are wanted."""

    subject: Annotated[
        str | None, Field(max_length=300, pattern=r"^[a-z]+:[^\x00-\x1f\x7f]+$", examples=["account:jansen"])
    ] = None
    who: Annotated[str | None, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")] = None
    since: AwareDatetime | None = None


@routes.get("/alarms", response_model=Page[sending.Alarm])
def list_alarms(call: Support, wanted: Annotated[AlarmFilter, Query()]) -> Record:
    """List alarms, the newest first."""
    found = alarms.listing(
        call.desk, is_open=wanted.open, before=wanted.id_of("alarms"), limit=wanted.limit + 1
    )
    return wanted.answer("alarms", found, place=lambda one: one.id, record=alarms.record)


@routes.post("/alarms/{id}/close", response_model=sending.Alarm, responses=CONFLICT)
def close_alarm(call: OperatorChange, id: Number) -> Record:  # noqa: A002  the name in the address
    """Take an alarm as done with."""
    return alarms.record(alarms.close(call.desk, alarm_id=id))


@routes.get("/audit", response_model=Page[sending.Act])
def list_audit(call: Support, wanted: Annotated[ActFilter, Query()]) -> Record:
    """List what people did, the newest first."""
    found = trail.listing(
        call.desk,
        subject=wanted.subject,
        who=wanted.who,
        since=wanted.since,
        before=wanted.id_of("audit"),
        limit=wanted.limit + 1,
    )
    return wanted.answer("audit", found, place=lambda one: one.id, record=trail.record)


@routes.get("/reasons", response_model=Page[sending.Reason])
def list_reasons(_call: Viewer, language: Language = "en") -> Record:
    """List why files are held, refused, warned about or skipped, and what to do; all of it."""
    items = [records.reason_entry(code, reason(code, language)) for code in ReasonCode]
    return {"items": items, "next": None}
