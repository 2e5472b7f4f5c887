"""How answers look: JSON for scripts, tables and short texts for people.

Names come from strangers: what reaches a terminal is made inert first (`bridge.domain.names.printable`).
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bridge.domain.names import printable
from bridge.domain.remarks import Remark

_UNCUT = 100_000  # columns, where there is no terminal whose width would bound a line
_LONGEST_CELL = 2000


def as_json(document: Any) -> None:
    """Print one JSON document; ASCII only, so that no name can steer a terminal."""
    sys.stdout.write(json.dumps(document, indent=2) + "\n")


def as_table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Print a table, or the sentence *empty* if there are no rows.

    On a terminal long cells fold; elsewhere nothing is cut or folded.  Numbers align right.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    listed = [list(row) for row in rows]
    if not listed:
        say(empty)
        return
    is_terminal = sys.stdout.isatty()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for number, heading in enumerate(headings):
        is_number = all(isinstance(row[number], int) for row in listed)
        table.add_column(
            heading, justify="right" if is_number else "left", overflow="fold", no_wrap=not is_terminal
        )
    for row in listed:
        table.add_row(*(Text(inert(value)) for value in row))
    console = Console(highlight=False, width=None if is_terminal else _UNCUT)
    with console.capture() as printed:
        console.print(table)
    for line in printed.get().splitlines():
        say(line.rstrip())


def as_fields(fields: Mapping[str, object]) -> None:
    """Print a name and a value a line; what is None is left out."""
    shown = {name: value for name, value in fields.items() if value is not None}
    width = max(len(name) for name in shown)
    for name, value in shown.items():
        say(f"{name:<{width}}  {inert(value)}")


def remarks(values: Sequence[Remark]) -> str | None:
    """Return remarks in words; None if there are none."""
    from bridge.domain.reasons import reason

    return " ".join(_remark(reason(one.code).admin, one.detail) for one in values) or None


def _remark(text: str, detail: str) -> str:
    return f"{text.rstrip('.')}: {detail}." if detail else text


def say(text: str) -> None:
    """Print a line to standard output."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """Print a line beside the answer, to standard error."""
    sys.stderr.write(text + "\n")


def page_note(*, before: int | None, looked_to: datetime | None, limit: int, as_json: bool) -> None:
    """Say beside a page how to see more.

    Args:
        before: the id at which the next page begins; None: there is no more.
        looked_to: how far back it was looked, if not to the end.
        limit: rows on a page.
        as_json: the answer is for a program, which knows how many it asked for.
    """
    if looked_to is not None:
        note(f"Looked back to {moment(looked_to)}; --before {before} looks further.")
    elif before is not None and not as_json:
        note(f"These are the newest {limit}; --before {before} shows older ones, --limit more.")


def inert(value: object) -> str:
    """Return *value* as text that cannot steer a terminal; nothing for None."""
    return "" if value is None else printable(str(value), _LONGEST_CELL)


def moment(value: datetime | None) -> str | None:
    """Return a moment as people here say it: local time with its zone."""
    return None if value is None else f"{value.astimezone():%Y-%m-%d %H:%M:%S %Z}"
