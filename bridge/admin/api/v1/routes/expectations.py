"""Expectations: when uploads of an account are due."""

from typing import Annotated

from pydantic import Field

from bridge.admin.api.v1.calling import OperatorChange, Viewer
from bridge.admin.api.v1.router import CONFLICT, AccountName, router
from bridge.admin.api.v1.shapes import people
from bridge.admin.operations import expectations
from bridge.admin.operations.declared import Declared
from bridge.admin.operations.records import Record
from bridge.domain.expectations import Weekday

routes = router("/accounts/{name}/expectations", tag="expectations")
Clock = Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["17:00"])]


class TimesBody(Declared):
    """When uploads are due, in the time zone of the account's first administration."""

    weekdays: Annotated[list[Weekday], Field(min_length=1, max_length=7)]
    by: Annotated[list[Clock], Field(min_length=1, max_length=24)]
    begins: Annotated[Clock, Field(alias="from")] = "00:00"
    least_count: Annotated[int, Field(ge=1, le=2**31 - 1)] = 1
    least_bytes: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0


class OffBody(Declared):
    """On which days nothing is expected any more; none named: ever."""

    weekdays: Annotated[list[Weekday], Field(max_length=7, default_factory=list)]


@routes.get("", response_model=people.Expectations)
def get_expectations(call: Viewer, name: AccountName) -> Record:
    """Show when uploads of an account are due."""
    return expectations.record(expectations.listing(call.desk, account=name)[0])


@routes.post("/set", response_model=people.Expectations, responses=CONFLICT)
def set_expectations(call: OperatorChange, name: AccountName, body: TimesBody) -> Record:
    """Expect uploads by these times, in place of what was expected of these days."""
    found = expectations.set_times(
        call.desk,
        account=name,
        weekdays=body.weekdays,
        times=body.by,
        from_time=body.begins,
        least_count=body.least_count,
        least_bytes=body.least_bytes,
    )
    return expectations.record(found)


@routes.post("/learn", response_model=people.Expectations)
def learn_expectations(call: OperatorChange, name: AccountName) -> Record:
    """Learn from its habits what can be expected, now and every night."""
    return expectations.record(expectations.learn(call.desk, account=name))


@routes.post("/off", response_model=people.Expectations)
def expect_nothing(call: OperatorChange, name: AccountName, body: OffBody) -> Record:
    """Expect nothing, ever or of some days."""
    found = expectations.expect_nothing(call.desk, account=name, weekdays=body.weekdays)
    return expectations.record(found)
