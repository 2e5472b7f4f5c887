"""``bridge lane watch``: a live view of the lanes in a terminal; elsewhere one look."""

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli import lanes, options, show
from bridge.domain.errors import Unavailable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from bridge.admin.operations.watching import Watched, WatchedLane

app = typer.Typer()

REFRESH_SECONDS = 2.0  # between two looks …
REST = 9.0  # … and at least so many times as long as the last one took: a tenth of one core at most
_FIXED_LINES = 13  # beside lanes and rows: two at the top, headings, and what is between
_WIDE = 160  # columns where there is no terminal


@app.command("watch")
def watch(
    once: Annotated[bool, typer.Option("--once", help="Look once, and end.")] = False,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Watch the lanes: rate, what is under way, who waits, the next cut-offs, the last outcomes."""
    from rich.console import Console

    from bridge.admin.operations import watching

    is_live = sys.stdout.isatty() and not once and not as_json
    with options.at_desk(config) as desk:
        if as_json:
            show.as_json(watching.record(watching.look(desk)))
            return
        console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
        if not is_live:
            for part in render(watching.look(desk)):
                _print(console, part)
            return
        follow(console, lambda: watching.look(desk), sleep=time.sleep, clock=time.monotonic)


def follow(
    console: "Console",
    look: Callable[[], "Watched"],
    *,
    sleep: Callable[[float], object],
    clock: Callable[[], float],
) -> None:
    """Show look after look until Ctrl-C; a ledger that does not answer is said, and asked again.

    Args:
        console: a terminal.
        look: returns what is going on.
        sleep: waits so many seconds.
        clock: seconds, steady.
    """
    from rich.console import Group
    from rich.live import Live

    with Live(console=console, screen=True, auto_refresh=False) as live:
        try:
            while True:
                began = clock()
                try:
                    live.update(Group(*render(look(), height=console.height)), refresh=True)
                except Unavailable as error:
                    live.update(show.inert(error), refresh=True)
                sleep(max(REFRESH_SECONDS, REST * (clock() - began)))
        except KeyboardInterrupt:
            return


def render(seen: "Watched", *, height: int | None = None) -> "list[RenderableType]":
    """Return one look as lines and tables, the most important first; of the tables what fits in *height*."""
    from rich.text import Text

    at = show.moment(seen.at) or ""
    rows = None if height is None else max((height - len(seen.lanes) - _FIXED_LINES) // 3, 1)
    return [
        Text(f"{at}   Ctrl-C ends", style="dim"),
        *(Text(show.inert(_lane(one, seen))) for one in seen.lanes),
        Text(
            f"waiting {seen.queue.total}: {seen.queue.documents} documents, "
            f"{seen.queue.retries} tried before, {seen.queue.data_files} data files; "
            f"{seen.held} held, {seen.arriving} uploads to be looked at"
        ),
        *_accounts(seen, rows),
        *_cut_offs(seen, rows),
        *_outcomes(seen, rows),
    ]


def _lane(one: "WatchedLane", seen: "Watched") -> str:
    limit = "no limit" if seen.limit_per_second is None else f"limit {seen.limit_per_second:.2f}"
    state = lanes.state(one.lane, is_sending=one.lane.may_send(seen.at))
    if not one.has_sender:
        state = "no server sends" if one.lane.may_send(seen.at) else f"{state}; no server sends"
    return (
        f"lane {one.lane.name}: {one.started_per_second:.2f} a second in the last minute ({limit}), "
        f"{one.in_flight} under way, {one.lane.slow_downs} 429s ever; {state}"
    )


def _accounts(seen: "Watched", most: int | None) -> "Iterable[RenderableType]":
    rows = [
        (
            f"{one.account} (stopped)" if one.is_stopped else one.account,
            one.queue.total,
            one.queue.documents,
            one.queue.retries,
            one.queue.data_files,
            show.moment(one.queue.oldest_at),
        )
        for one in seen.accounts[:most]
    ]
    yield from _table(
        "Who waits", ["account", "files", "documents", "tried before", "data files", "oldest accepted"], rows
    )
    if more := seen.more_accounts + len(seen.accounts) - len(rows):
        from rich.text import Text

        yield Text(f"and {more} more accounts", style="dim")


def _cut_offs(seen: "Watched", most: int | None) -> "Iterable[RenderableType]":
    from bridge.admin.operations.schedule_texts import local

    rows = [
        (
            f"{one.administration} (stopped)" if one.is_stopped else one.administration,
            local(one.at, one.timezone, seen.at),
            one.queue.total,
            one.queue.data_files,
        )
        for one in seen.cut_offs[:most]
    ]
    return _table("Next cut-offs", ["administration", "import", "files", "data files"], rows)


def _outcomes(seen: "Watched", most: int | None) -> "Iterable[RenderableType]":
    rows = [
        (
            show.moment(one.at),
            one.outcome,
            one.status,
            one.delivery_id,
            one.account,
            one.administration,
            one.name,
            one.detail,
        )
        for one in seen.outcomes[:most]
    ]
    return _table(
        "Last outcomes",
        ["ended", "outcome", "status", "delivery", "account", "administration", "name", "answer"],
        rows,
    )


def _table(
    title: str, headings: Sequence[str], rows: Sequence[Sequence[object]]
) -> "Iterable[RenderableType]":
    """Yield an empty line, the title and a table of inert cells, a line each; nothing for no rows."""
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for number, heading in enumerate(headings):
        is_number = all(isinstance(row[number], int) for row in rows)
        table.add_column(heading, justify="right" if is_number else "left", no_wrap=True, overflow="ellipsis")
    for row in rows:
        table.add_row(*(Text(show.inert(value)) for value in row))
    yield Text("")
    yield Text(title, style="bold underline")
    yield table


def _print(console: "Console", part: "RenderableType") -> None:
    with console.capture() as printed:
        console.print(part)
    for line in printed.get().splitlines():
        show.say(line.rstrip())
