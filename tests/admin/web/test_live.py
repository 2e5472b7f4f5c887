"""Pages are told of changes while their session lasts, and nobody takes every place."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from fastapi import FastAPI, Request

from bridge.admin.operations import admins, lanes, signing_in
from bridge.admin.web.asking import Visit
from bridge.admin.web.console import Console
from bridge.admin.web.live import MOST_OF_ONE, MOST_STREAMS, Live, stream
from bridge.domain.roles import Role
from tests.admin.web.conftest import PASSWORD, Browser
from tests.support.clock import FakeClock

pytestmark = pytest.mark.looptime


def visit_of(console: Console, application: FastAPI, name: str) -> Visit:
    """A visit of an admin who has just signed in."""
    admin = admins.add(console.desk, name=name, role=Role.SUPPORT, password=PASSWORD).admin
    signed_in = signing_in.begin(console.desk, admin, peer="192.0.2.1", browser="b")
    request = Request({"type": "http", "app": application, "headers": []})
    return Visit(request=request, console=console, signed_in=signed_in, form={})


async def opened(live: Live, visit: Visit) -> AsyncIterator[str]:
    """A page that is told from now on."""
    told = stream(live, visit)
    assert await anext(told) == "retry: 3000\n\n"
    return told


async def test_a_change_is_told_and_silence_now_and_then(console: Console, application: FastAPI) -> None:
    told = await opened(Live(), visit_of(console, application, "anna"))

    assert await anext(told) == ": nothing new\n\n"
    lanes.pause(console.desk, name="destination")
    assert (await anext(told)).startswith("event: changed")


# Bug: a page went on being told after its session had ended.
async def test_with_the_session_ends_what_is_told(console: Console, application: FastAPI) -> None:
    visit = visit_of(console, application, "anna")
    told = await opened(Live(), visit)
    signing_in.sign_out(visit.desk, visit.signed_in)

    assert [text async for text in told if not text.startswith("event: changed")] == []


async def test_a_page_that_is_left_open_does_not_keep_its_session(
    console: Console, application: FastAPI, clock: FakeClock
) -> None:
    visit = visit_of(console, application, "anna")
    told = await opened(Live(), visit)
    for _ in range(4):
        clock.advance(timedelta(minutes=29))
        assert await anext(told) == ": nothing new\n\n"
    clock.advance(timedelta(minutes=5))

    assert [text async for text in told] == []


# Bug: one viewer could open every page that there may be.
async def test_one_admin_has_eight_pages_and_others_have_theirs(
    console: Console, application: FastAPI
) -> None:
    live, anna, ben = Live(), visit_of(console, application, "anna"), visit_of(console, application, "ben")
    pages = [await opened(live, anna) for _ in range(MOST_OF_ONE)]

    assert not live.has_room(anna)
    assert [text async for text in stream(live, anna)] == []
    assert live.has_room(ben)
    await pages[0].aclose()  # type: ignore[attr-defined]
    assert live.has_room(anna)


async def test_all_together_have_a_hundred(console: Console, application: FastAPI) -> None:
    live = Live()
    for number in range(-(-MOST_STREAMS // MOST_OF_ONE)):
        visit = visit_of(console, application, f"a{number}")
        while live.has_room(visit):
            await opened(live, visit)

    assert not live.has_room(visit_of(console, application, "last"))


def test_who_has_too_many_pages_is_told_to_come_again(operator: Browser, application: FastAPI) -> None:
    application.state.live.has_room = lambda _visit: False

    answer = operator.get("/events")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
