"""``bridge lane watch`` shows look after look in a terminal, and one look where there is none."""

import io
from collections.abc import Iterator

from rich.console import Console

from bridge.admin.operations import accounts, administrations, watching
from bridge.admin.operations.desk import Desk
from bridge.cli import watch
from bridge.domain.accounts import Account
from bridge.domain.deliveries import DeliveryState
from bridge.domain.errors import Unavailable
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.ledger import deliveries
from tests.cli.conftest import Command
from tests.support import builders


def test_without_a_terminal_it_is_one_look(desk: Desk, account: Account, bridge: Command) -> None:
    desk.database.write_now(builders.an_accepted_upload, account, "/a.pdf")
    desk.database.write_now(builders.an_accepted_upload, account, "/\x1b[31mb.csv", Kind.DATA)
    now = desk.clock.now()
    assignments = desk.database.write_now(builders.claim, now=now)
    desk.database.write_now(
        deliveries.settle,
        delivery=assignments[-1].delivery,
        to=DeliveryState.DELIVERED,
        outcome=Outcome.DELIVERED,
        now=now,
        status=201,
    )

    told = bridge("lane", "watch")

    assert "a second in the last minute (limit 3.00)" in told.out
    assert "no server sends" in told.out
    for title in ("Who waits", "Next cut-offs", "Last outcomes"):
        assert title in told.out
    assert "01:00 CE" in told.out
    assert "\x1b" not in told.out
    assert max(map(len, told.out.splitlines())) <= 160


def test_json_is_one_look_too(bridge: Command) -> None:
    seen = bridge("lane", "watch", "--json").json

    assert seen["lanes"][0]["name"] == "destination"
    assert seen["accounts"] == seen["cut_offs"] == seen["outcomes"] == []


def test_where_nothing_waits_and_nothing_was_sent_there_are_no_tables(bridge: Command) -> None:
    lines = bridge("lane", "watch", "--once").out.splitlines()

    assert len(lines) == 3
    assert lines[-1].startswith("waiting 0: ")


class Terminal:
    """A terminal, a steady clock, and a Ctrl-C after some looks."""

    def __init__(self, *, looks: int, seconds_each: float = 0.0, height: int = 40) -> None:
        self.written = io.StringIO()
        self.console = Console(file=self.written, force_terminal=True, width=120, height=height)
        self.slept: list[float] = []
        self.now = 0.0
        self._looks = looks
        self._seconds_each = seconds_each

    def clock(self) -> float:
        """Seconds; each look takes some."""
        self.now += self._seconds_each
        return self.now

    def sleep(self, seconds: float) -> None:
        """Note the wait; the operator ends it with the last."""
        self.slept.append(seconds)
        if len(self.slept) == self._looks:
            raise KeyboardInterrupt


def test_in_a_terminal_it_looks_again_and_again_until_ctrl_c(desk: Desk) -> None:
    terminal = Terminal(looks=3)

    watch.follow(terminal.console, lambda: watching.look(desk), sleep=terminal.sleep, clock=terminal.clock)

    assert terminal.slept == [watch.REFRESH_SECONDS] * 3
    assert terminal.written.getvalue().count("lane destination") == 3


def test_a_long_look_is_followed_by_a_long_rest(desk: Desk) -> None:
    terminal = Terminal(looks=1, seconds_each=4.0)

    watch.follow(terminal.console, lambda: watching.look(desk), sleep=terminal.sleep, clock=terminal.clock)

    assert terminal.slept == [4.0 * watch.REST]


def test_a_ledger_that_does_not_answer_is_said_and_asked_again(desk: Desk) -> None:
    def looks() -> Iterator[watching.Watched]:
        yield watching.look(desk)

    one = looks()

    def look() -> watching.Watched:
        for seen in one:
            return seen
        raise Unavailable("ledger: the disk is full")

    terminal = Terminal(looks=2)

    watch.follow(terminal.console, look, sleep=terminal.sleep, clock=terminal.clock)

    assert "the disk is full" in terminal.written.getvalue()


def test_in_a_low_terminal_every_table_keeps_its_first_rows(desk: Desk, account: Account) -> None:
    for number in range(6):
        code = f"C{number}"
        administrations.add(desk, code=code)
        other = accounts.add(desk, name=f"s{number}", administration_codes=[code], password="x").account
        desk.database.write_now(builders.an_accepted_upload, other)
    desk.database.write_now(builders.an_accepted_upload, account)
    now = desk.clock.now()
    for assignment in desk.database.write_now(builders.claim, now=now):
        desk.database.write_now(
            deliveries.settle,
            delivery=assignment.delivery,
            to=DeliveryState.PENDING,
            outcome=Outcome.DEFERRED,
            now=now,
            due_at=now,
        )
    seen = watching.look(desk)
    terminal = Terminal(looks=1, height=24)

    for part in watch.render(seen, height=24):
        terminal.console.print(part)

    shown = terminal.written.getvalue()
    assert (len(seen.accounts), len(seen.outcomes)) == (7, 7)
    assert shown.count("\n") <= 24
    assert "and 4 more accounts" in shown
    assert shown.count("deferred") == 3
