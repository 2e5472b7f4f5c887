"""Every fault of a destination, over real sockets, and what the ledger says of it afterwards (threats D8).

`test_sender` says what the client knows after a fault; here is what becomes of the delivery.
"""

import asyncio
import ssl
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.deliveries import Attempt, Delivery, DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import LEAST_ATTEMPTS, Outcome
from bridge.domain.reasons import ReasonCode
from bridge.ledger import administrations
from tests.delivery.conftest import Warehouse, running, until
from tests.delivery.peer import Behaviour, answer, answering, peer
from tests.support.certificates import certificate_for

GATEWAYS = (502, 504, 524)  # answers of a gateway in the place of what is behind it
TWICE = Kind.INVOICE_PDF  # a second arrival does no harm
ONCE = Kind.DECLARATION
BIG = 20_000_000  # more than the buffers of two sockets
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What the ledger says after one attempt."""

    delivery: Delivery
    attempt: Attempt
    lane_pause: timedelta | None  # from the end of the attempt
    lane_reason: str | None
    administration_pause: timedelta | None
    administration_reason: str | None

    @property
    def wait(self) -> timedelta:
        """How long until it may be sent again."""
        assert self.attempt.ended_at is not None
        return self.delivery.due_at - self.attempt.ended_at


async def fate_at(
    warehouse: Warehouse, url: str, *, kind: Kind = TWICE, size: int = 10, **changes: Any
) -> Fate:
    """Send one file to *url* once."""
    age, tried = changes.pop("age", timedelta()), changes.pop("tried", None)
    number = warehouse.add("a.pdf", bytes(size), kind=kind, age=age)
    if tried is not None:
        warehouse.tried(number, *tried)
    async with running(warehouse.dispatcher(url, **{"timeout_seconds": 5, **changes})):
        before = 0 if tried is None else 1
        await until(lambda: bool((found := warehouse.attempts(number)[before:]) and found[-1].outcome), 20)
        await asyncio.sleep(0.05)  # it would be sent again now, were it not made to wait
    [attempt] = warehouse.attempts(number)[before:]
    delivery, lane = warehouse.delivery(number), warehouse.lane()
    assert delivery.administration_id is not None
    place = warehouse.database.read_now(administrations.by_id, administration_id=delivery.administration_id)
    assert attempt.ended_at is not None
    return Fate(
        delivery=delivery,
        attempt=attempt,
        lane_pause=None if lane.paused_until is None else lane.paused_until - attempt.ended_at,
        lane_reason=lane.paused_reason,
        administration_pause=None if place.paused_until is None else place.paused_until - attempt.ended_at,
        administration_reason=place.paused_reason,
    )


async def fate(
    warehouse: Warehouse, behaviour: Behaviour, *, kind: Kind = TWICE, size: int = 10, **changes: Any
) -> Fate:
    """Send one file to a destination that behaves so."""
    async with peer(behaviour) as seen:
        found = await fate_at(warehouse, f"http://127.0.0.1:{seen.port}", kind=kind, size=size, **changes)
    assert seen.connections == 1
    return found


def check_is_sent_again(found: Fate, outcome: Outcome) -> None:
    """It waits for its next attempt, and nothing else does."""
    assert found.delivery.state is DeliveryState.PENDING
    assert found.attempt.outcome is outcome
    assert (found.delivery.attempts, found.delivery.unknowns) == (1, outcome is Outcome.UNKNOWN)
    assert 2 * SECOND < found.wait <= 5 * SECOND
    assert (found.lane_pause, found.administration_pause) == (None, None)
    assert found.attempt.detail


def check_waits_for_a_person(found: Fate, *, status: int | None = None) -> None:
    """Nobody knows whether it arrived, and it must not arrive twice."""
    assert (found.delivery.state, found.delivery.reason) == (DeliveryState.HELD, ReasonCode.AMBIGUOUS)
    assert (found.attempt.outcome, found.attempt.status) == (Outcome.UNKNOWN, status)
    assert found.delivery.detail == found.attempt.detail
    assert (found.lane_pause, found.administration_pause) == (None, None)


def raw_answer(raw: bytes) -> Behaviour:
    """Read the request, say *raw*, close."""
    return answering(raw)


async def silent(reader: Any, _writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await reader.request()
    await asyncio.sleep(60)


async def reset_at_once(_reader: Any, writer: asyncio.StreamWriter) -> None:
    """Reset before anything was read."""
    writer.transport.abort()


async def close_at_once(_reader: Any, writer: asyncio.StreamWriter) -> None:
    """Close before anything was read."""
    writer.close()


async def reset_after_the_head(reader: Any, writer: asyncio.StreamWriter) -> None:
    """Reset once the headers were read."""
    await reader.head()
    writer.transport.abort()


async def close_after_the_head(reader: Any, writer: asyncio.StreamWriter) -> None:
    """Close once the headers were read."""
    await reader.head()
    writer.close()


async def reset_after_the_body(reader: Any, writer: asyncio.StreamWriter) -> None:
    """Reset once the file was read."""
    await reader.request()
    writer.transport.abort()


async def drip_headers(reader: Any, writer: asyncio.StreamWriter) -> None:
    """Send a header now and then, for ever."""
    await reader.request()
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Slow: 1\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


async def continue_for_ever(reader: Any, writer: asyncio.StreamWriter) -> None:
    """Send 100 Continue without end."""
    await reader.request()
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 10)
        await writer.drain()
        await asyncio.sleep(0.01)


def dripping(status: str) -> Behaviour:
    """Send the head at once, and the body without end."""

    async def behave(reader: Any, writer: asyncio.StreamWriter) -> None:
        await reader.request()
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 1000\r\n\r\n".encode())
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    return behave


def in_two(head: bytes, rest: bytes) -> Behaviour:
    """Send the head, and what follows it a moment later."""

    async def behave(reader: Any, writer: asyncio.StreamWriter) -> None:
        await reader.request()
        writer.write(head)
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.write(rest)
        await writer.drain()

    return behave


HEAD = b"HTTP/1.1 200 OK\r\n"
LOST: dict[str, Behaviour] = {
    "reset before anything was read": reset_at_once,
    "closed before anything was read": close_at_once,
    "reset after the headers": reset_after_the_head,
    "closed after the headers": close_after_the_head,
    "reset after the body": reset_after_the_body,
    "closed after the body": raw_answer(b""),
    "half a status line": raw_answer(b"HTTP/1.1 20"),
    "half the headers": raw_answer(HEAD + b"Content-Length: 2\r\nX-A"),
    "no status": raw_answer(b"HTTP/1.1 abc OK\r\n\r\n"),
    "another protocol": raw_answer(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "a bare page": raw_answer(b"<html>hello</html>"),
    "zeros": raw_answer(bytes(1000)),
    "a header without a name": raw_answer(HEAD + b": x\r\n\r\n"),
    "a header with a control character": raw_answer(HEAD + b"X-A: \x00\x07\r\n\r\n"),
    "a length that is none": raw_answer(HEAD + b"Content-Length: two\r\n\r\nok"),
    "a negative length": raw_answer(HEAD + b"Content-Length: -2\r\n\r\nok"),
    "two lengths": raw_answer(HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nok"),
    "headers of 5 MB": raw_answer(HEAD + b"X-A: " + b"a" * 5_000_000 + b"\r\n\r\n"),
    # What breaks HTTP in one piece with its head is no answer: nothing is believed that is not clear.
    "more than announced": raw_answer(HEAD + b"Content-Length: 2\r\n\r\nok and more"),
    "chunks of garbage": raw_answer(HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\nbad\r\n"),
    "continue, and no more": raw_answer(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "early hints, and no more": raw_answer(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
}
SLOW: dict[str, Behaviour] = {
    "no answer": silent,
    "headers that drip": drip_headers,
    "continue for ever": continue_for_ever,
}


@pytest.mark.parametrize("name", list(LOST))
async def test_a_lost_answer_is_unknown_and_goes_again_where_that_does_no_harm(
    warehouse: Warehouse, name: str
) -> None:
    check_is_sent_again(await fate(warehouse, LOST[name]), Outcome.UNKNOWN)


@pytest.mark.parametrize("name", list(LOST))
async def test_a_lost_answer_keeps_a_declaration_for_a_person(warehouse: Warehouse, name: str) -> None:
    check_waits_for_a_person(await fate(warehouse, LOST[name], kind=ONCE))


@pytest.mark.parametrize("name", list(SLOW))
async def test_a_destination_that_takes_for_ever_is_left_after_the_timeout(
    warehouse: Warehouse, name: str
) -> None:
    found = await fate(warehouse, SLOW[name], timeout_seconds=0.4)

    check_is_sent_again(found, Outcome.UNKNOWN)
    assert "timeout after 0.4 s" in (found.attempt.detail or "")


async def test_a_timeout_keeps_an_attachment_for_a_person(warehouse: Warehouse) -> None:
    check_waits_for_a_person(await fate(warehouse, silent, kind=Kind.INVOICE_ATTACHMENT, timeout_seconds=0.4))


@pytest.mark.parametrize("kind", [TWICE, ONCE])
async def test_half_a_file_cannot_have_arrived_and_goes_again_whatever_it_is(
    warehouse: Warehouse, kind: Kind
) -> None:
    found = await fate(warehouse, reset_after_the_head, kind=kind, size=BIG)

    check_is_sent_again(found, Outcome.DEFERRED)
    assert "before the file was sent whole" in (found.attempt.detail or "")


@pytest.mark.parametrize("kind", [TWICE, ONCE])
async def test_taken_before_it_was_sent_whole_is_not_delivered(warehouse: Warehouse, kind: Kind) -> None:
    async def hasty(reader: Any, writer: asyncio.StreamWriter) -> None:
        await reader.head()
        writer.write(answer("200 OK"))
        await writer.drain()
        await asyncio.sleep(60)

    check_is_sent_again(await fate(warehouse, hasty, kind=kind, size=BIG), Outcome.DEFERRED)


@pytest.mark.parametrize("kind", [TWICE, ONCE])
async def test_nobody_listens_and_nothing_can_have_arrived(warehouse: Warehouse, kind: Kind) -> None:
    async with peer(silent) as seen:
        pass

    found = await fate_at(warehouse, f"http://127.0.0.1:{seen.port}", kind=kind)

    check_is_sent_again(found, Outcome.DEFERRED)
    assert "could not connect" in (found.attempt.detail or "")


async def deaf(_reader: Any, _writer: asyncio.StreamWriter) -> None:
    """Say nothing, not even in the handshake."""
    await asyncio.sleep(60)


@pytest.mark.parametrize("trouble", ["signed by nobody", "too old", "no TLS at all", "closed", "silent"])
async def test_trouble_with_tls_is_no_arrival_and_there_is_no_way_round_it(
    warehouse: Warehouse, tmp_path: Path, trouble: str
) -> None:
    made = certificate_for(tmp_path)
    changes: dict[str, Any] = {} if trouble == "signed by nobody" else {"ca_file": made.file}
    tls: ssl.SSLContext | None = made.server
    if trouble == "too old":
        made.server.set_ciphers("DEFAULT:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            made.server.minimum_version = made.server.maximum_version = ssl.TLSVersion.TLSv1_1
    elif trouble != "signed by nobody":
        tls = None
    behaviour = {"closed": close_at_once, "silent": deaf}.get(trouble, answering(answer("200 OK")))
    async with peer(behaviour, tls=tls) as seen:
        url = f"https://127.0.0.1:{seen.port}"
        found = await fate_at(warehouse, url, kind=ONCE, timeout_seconds=0.5, **changes)

    check_is_sent_again(found, Outcome.DEFERRED)
    assert "could not connect" in (found.attempt.detail or "")
    assert seen.heads == []


TAKEN: dict[str, Behaviour] = {
    "200": raw_answer(answer("200 OK", body=b"ok")),
    "201": raw_answer(answer("201 Created")),
    "204 without a length": raw_answer(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "299": raw_answer(answer("299 Odd")),
    "HTTP/1.0": raw_answer(b"HTTP/1.0 200 OK\r\n\r\nok"),
    "a page": raw_answer(answer("200 OK", "Content-Type: text/html", body=b"<html>sign in")),
    "continue first": raw_answer(b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + answer("200 OK")),
    "hints first": raw_answer(b"HTTP/1.1 103 Early Hints\r\n\r\n" + answer("200 OK")),
    "less than announced": raw_answer(HEAD + b"Content-Length: 100\r\n\r\nshort"),
    "chunks of garbage, later": in_two(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"xyz\r\nbad\r\n"),
    "chunks without an end": raw_answer(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"),
    "gzip that is none": raw_answer(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
    "headers of 1 MB": raw_answer(HEAD + b"X-A: " + b"a" * 1_000_000 + b"\r\nContent-Length: 0\r\n\r\n"),
}


@pytest.mark.parametrize("name", list(TAKEN))
async def test_a_2xx_is_delivered_whatever_becomes_of_the_rest_of_the_answer(
    warehouse: Warehouse, name: str
) -> None:
    found = await fate(warehouse, TAKEN[name], kind=ONCE, timeout_seconds=1.5)

    assert found.delivery.state is DeliveryState.DELIVERED
    assert found.attempt.outcome is Outcome.DELIVERED
    assert found.attempt.status is not None
    assert 200 <= found.attempt.status < 300
    assert (found.lane_pause, found.administration_pause) == (None, None)


async def test_the_body_of_an_answer_may_drip_until_the_timeout(warehouse: Warehouse) -> None:
    found = await fate(warehouse, dripping("200 OK"), kind=ONCE, timeout_seconds=0.5)

    assert found.delivery.state is DeliveryState.DELIVERED
    assert set(found.attempt.detail or "") == {"x"}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *(
            (status, kind)
            for status in (408, 500, 501, 503, 507, 520, 599, 700, 999)
            for kind in (TWICE, ONCE)
        ),
        *((status, TWICE) for status in GATEWAYS),
    ],
)
async def test_what_is_better_later_goes_again_whatever_it_is(
    warehouse: Warehouse, status: int, kind: Kind
) -> None:
    found = await fate(warehouse, raw_answer(answer(f"{status} X", body=b"no time")), kind=kind)

    check_is_sent_again(found, Outcome.DEFERRED)
    assert (found.attempt.status, found.attempt.detail) == (status, "no time")


@pytest.mark.parametrize("status", GATEWAYS)
@pytest.mark.parametrize("kind", [Kind.INVOICE_ATTACHMENT, Kind.DECLARATION])
async def test_what_a_gateway_gave_up_waits_for_a_person_where_a_second_one_would_count(
    warehouse: Warehouse, status: int, kind: Kind
) -> None:
    # It was sent again: but the gateway only lost the answer, and what is behind it may have the file.
    found = await fate(warehouse, raw_answer(answer(f"{status} X", body=b"no time")), kind=kind)

    check_waits_for_a_person(found, status=status)


@pytest.mark.parametrize("status", GATEWAYS)
async def test_what_a_gateway_answers_before_it_has_the_whole_file_goes_again(
    warehouse: Warehouse, status: int
) -> None:
    async def hasty(reader: Any, writer: asyncio.StreamWriter) -> None:
        await reader.head()
        writer.write(answer(f"{status} X", body=b"no time"))
        await writer.drain()

    check_is_sent_again(await fate(warehouse, hasty, kind=ONCE, size=BIG), Outcome.DEFERRED)


async def test_a_503_that_says_for_how_long_is_believed(warehouse: Warehouse) -> None:
    found = await fate(warehouse, raw_answer(answer("503 Away", "Retry-After: 120")))

    assert found.delivery.state is DeliveryState.PENDING
    assert found.wait == 120 * SECOND
    assert found.lane_pause is None


@pytest.mark.parametrize(
    "status", [400, 402, 405, 406, 407, 409, 410, 411, 413, 414, 415, 418, 422, 431, 451]
)
async def test_a_refused_file_waits_a_minute_and_nothing_else_does(warehouse: Warehouse, status: int) -> None:
    found = await fate(warehouse, raw_answer(answer(f"{status} X", body=b"no")), kind=ONCE)

    assert found.delivery.state is DeliveryState.PENDING
    assert (found.attempt.outcome, found.attempt.status) == (Outcome.REJECTED, status)
    assert (found.delivery.attempts, found.delivery.rejections) == (1, 1)
    assert found.wait == timedelta(minutes=1)
    assert (found.lane_pause, found.administration_pause) == (None, None)


async def test_a_file_refused_before_it_was_sent_whole_is_refused(warehouse: Warehouse) -> None:
    async def refuse(reader: Any, writer: asyncio.StreamWriter) -> None:
        await reader.head()
        writer.write(answer("413 Too Large", body=b"too large"))
        await writer.drain()
        await asyncio.sleep(60)

    found = await fate(warehouse, refuse, size=BIG)

    assert (found.attempt.outcome, found.attempt.status) == (Outcome.REJECTED, 413)
    assert found.attempt.detail == "too large"


@pytest.mark.parametrize("status", [401, 403])
async def test_refused_credentials_cost_no_attempt_and_say_what_to_do(
    warehouse: Warehouse, status: int
) -> None:
    found = await fate(warehouse, raw_answer(answer(f"{status} X", body=b"who?")), kind=ONCE)

    assert found.delivery.state is DeliveryState.PENDING
    assert (found.delivery.attempts, found.attempt.outcome) == (0, Outcome.DEFERRED)
    assert found.administration_pause == timedelta(minutes=10)
    assert "bridge administration change CODE --token-file" in (found.administration_reason or "")
    assert str(status) in (found.administration_reason or "")
    assert found.lane_pause is None


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 305, 307, 308, 399, 404])
async def test_a_wrong_address_costs_no_attempt_and_names_the_setting(
    warehouse: Warehouse, status: int
) -> None:
    location = "Location: http://127.0.0.1:9/elsewhere"
    found = await fate(warehouse, raw_answer(answer(f"{status} X", location)), kind=ONCE)

    assert found.delivery.state is DeliveryState.PENDING
    assert (found.delivery.attempts, found.attempt.outcome) == (0, Outcome.DEFERRED)
    assert found.lane_pause == timedelta(minutes=1)
    assert "destination.base_url" in (found.lane_reason or "")
    assert found.administration_pause is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, 5),
        ("0", 1),
        ("2", 2),
        ("3600", 3600),
        ("999999999999", 3600),
        ("-1e999", 5),
        ("-5", 5),
        ("soon", 5),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 1),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600),
        ("9" * 1_000_000, 5),
    ],
)
async def test_429_pauses_the_lane_as_long_as_is_asked_for_within_reason(
    warehouse: Warehouse, text: str | None, seconds: int
) -> None:
    headers = [] if text is None else [f"Retry-After: {text}"]
    found = await fate(warehouse, raw_answer(answer("429 Slow", *headers)), kind=ONCE)

    assert found.delivery.state is DeliveryState.PENDING
    assert (found.delivery.attempts, found.attempt.outcome) == (0, Outcome.DEFERRED)
    assert found.lane_pause == seconds * SECOND
    assert "429" in (found.lane_reason or "")
    assert found.administration_pause is None
    assert warehouse.lane().slow_downs == 1


@pytest.mark.parametrize("behaviour", [silent, raw_answer(answer("503 X"))])
async def test_after_the_longest_age_it_waits_for_a_person(
    warehouse: Warehouse, behaviour: Behaviour
) -> None:
    age = timedelta(hours=120)
    found = await fate(warehouse, behaviour, age=age, tried=(LEAST_ATTEMPTS - 1, age), timeout_seconds=0.4)

    assert (found.delivery.state, found.delivery.reason) == (DeliveryState.HELD, ReasonCode.GIVEN_UP)


@pytest.mark.parametrize(
    ("age", "tried"),
    [
        (timedelta(days=6), None),  # its administration was stopped, and is resumed
        (timedelta(days=56 * 365), None),  # the clock said 1970 when it came …
        (
            timedelta(days=56 * 365),
            (1, timedelta(days=56 * 365)),
        ),  # … and when it was tried for the first time
        (timedelta(days=6), (30, timedelta(hours=119))),
        (timedelta(days=-400), (1, timedelta(0))),  # the clock was ahead when it came
    ],
)
async def test_what_came_long_ago_and_was_hardly_tried_is_tried_again(
    warehouse: Warehouse, age: timedelta, tried: tuple[int, timedelta] | None
) -> None:
    # It was given up at its first failure.
    found = await fate(warehouse, raw_answer(answer("503 X")), age=age, tried=tried)

    assert found.delivery.state is DeliveryState.PENDING


async def test_a_connection_that_closes_as_the_next_request_comes_is_unknown_and_the_file_goes_again(
    warehouse: Warehouse,
) -> None:
    async def closing(reader: Any, writer: asyncio.StreamWriter) -> None:
        await reader.request()
        writer.write(answer("200 OK", "Connection: keep-alive"))
        await writer.drain()
        await reader._reader.read(1)  # the next request arrives, and meets the end of an idle connection

    numbers = [warehouse.add(f"{n}.pdf", bytes(10), kind=TWICE) for n in range(2)]
    async with (
        peer(closing) as seen,
        running(warehouse.dispatcher(f"http://127.0.0.1:{seen.port}", max_in_flight=1)),
    ):
        await until(lambda: warehouse.delivery(numbers[1]).unknowns == 1)
        warehouse.make_due(numbers[1])
        await until(lambda: warehouse.delivery(numbers[1]).state is DeliveryState.DELIVERED)

    assert [one.outcome for one in warehouse.attempts(numbers[1])] == [Outcome.UNKNOWN, Outcome.DELIVERED]
    assert seen.connections == 2


async def test_what_must_not_arrive_twice_never_meets_a_connection_that_was_used_before(
    warehouse: Warehouse,
) -> None:
    async def closing(reader: Any, writer: asyncio.StreamWriter) -> None:
        await reader.request()
        writer.write(answer("200 OK", "Connection: keep-alive"))
        await writer.drain()
        await reader._reader.read(1)

    warehouse.add("1.pdf", bytes(10), kind=TWICE)
    numbers = [warehouse.add(f"MZ301-{n}", bytes(10), kind=ONCE) for n in range(3)]
    async with (
        peer(closing) as seen,
        running(warehouse.dispatcher(f"http://127.0.0.1:{seen.port}", max_in_flight=1)),
    ):
        await until(lambda: all(warehouse.delivery(one).state is DeliveryState.DELIVERED for one in numbers))

    assert {len(warehouse.attempts(one)) for one in numbers} == {1}
    assert seen.connections == 4


async def test_a_data_file_whose_answer_is_lost_gives_way_to_the_newer_one(warehouse: Warehouse) -> None:
    heads: list[bytes] = []

    async def lose_the_first(reader: Any, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.request())
        if len(heads) > 1:
            writer.write(answer("200 OK"))
            await writer.drain()

    older = warehouse.add("monday.csv", b"m", kind=Kind.DATA)
    newer = warehouse.add("tuesday.csv", b"t", kind=Kind.DATA)
    async with (
        peer(lose_the_first) as seen,
        running(warehouse.dispatcher(f"http://127.0.0.1:{seen.port}")),
    ):
        await until(lambda: warehouse.delivery(newer).state is DeliveryState.DELIVERED)

    ended = warehouse.delivery(older)
    assert (ended.state, ended.reason) == (DeliveryState.SUPERSEDED, ReasonCode.UNKNOWN_REPLACED)
    assert len(heads) == 2
    assert b"tuesday.csv" in heads[1]
