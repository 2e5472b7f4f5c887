"""``bridge account expect``: when uploads of an account are due, so that one that is missing is noticed."""

from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli import options, show
from bridge.domain import sizes
from bridge.domain.expectations import WEEKDAYS, Weekday

if TYPE_CHECKING:
    from bridge.admin.operations.expectations import Expected

app = typer.Typer(
    help="When uploads are due: an alarm is raised for one that is missing.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The account's login.", show_default=False)]
Days = Annotated[
    list[Weekday] | None,
    typer.Option("--weekday", help="On this day; repeat for more.", show_default=False),
]


@app.command("list")
def list_all(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Only of this account.", show_default=False)
    ] = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """List what is expected, of every account or of one."""
    from bridge.admin.operations import expectations

    with options.at_desk(config) as desk:
        found = expectations.listing(desk, account=name)
    if as_json:
        show.as_json([expectations.record(one) for one in found])
        return
    _as_table(found)


@app.command("set")
def set_times(
    name: Name,
    *,
    by: Annotated[
        list[str], typer.Option("--by", metavar="HH:MM", help="Due by then, local time; repeat for more.")
    ],
    weekday: Days = None,
    begin: Annotated[
        str, typer.Option("--from", metavar="HH:MM", help="What came since then counts; local time.")
    ] = "00:00",
    count: Annotated[int, typer.Option("--count", min=1, help="Uploads, at least.")] = 1,
    size: Annotated[int, typer.Option("--bytes", min=0, help="Of them together, at least.")] = 0,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Say when uploads are due; of days that are not named (monday to friday if none is), the rest stays."""
    from bridge.admin.operations import expectations

    with options.at_desk(config, why=why) as desk:
        found = expectations.set_times(
            desk,
            account=name,
            weekdays=weekday or WEEKDAYS[:5],
            times=by,
            from_time=begin,
            least_count=count,
            least_bytes=size,
        )
    _tell(found, as_json=as_json)


@app.command("learn")
def learn(
    name: Name,
    *,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Learn when uploads are due from the last six weeks, now and every night."""
    from bridge.admin.operations import expectations

    with options.at_desk(config, why=why) as desk:
        found = expectations.learn(desk, account=name)
    _tell(found, as_json=as_json)


@app.command("off")
def off(
    name: Name,
    *,
    weekday: Days = None,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Expect nothing, or nothing of the days that are named; open alarms recover."""
    from bridge.admin.operations import expectations

    with options.at_desk(config, why=why) as desk:
        found = expectations.expect_nothing(desk, account=name, weekdays=weekday or ())
    _tell(found, as_json=as_json)


def _tell(found: "Expected", *, as_json: bool) -> None:
    from bridge.admin.operations import expectations

    if as_json:
        show.as_json(expectations.record(found))
        return
    _as_table([found])


def _as_table(found: list["Expected"]) -> None:
    rows: list[tuple[object, ...]] = []
    for one in found:
        rows += [
            (
                one.account.name,
                each.weekday,
                f"{each.due_time:%H:%M}",
                f"{each.from_time:%H:%M}",
                each.timezone,
                each.least_count,
                sizes.size(each.least_bytes),
                one.account.expects,
            )
            for each in one.expectations
        ]
        if not one.expectations:
            rows.append((one.account.name, "nothing", "", "", "", "", "", one.account.expects))
    headings = ["account", "weekday", "by", "since", "time zone", "uploads", "size", "how"]
    show.as_table(headings, rows, empty="No accounts yet. Add the first: bridge account add NAME")
