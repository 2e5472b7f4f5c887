"""``bridge account route``: an account's own rules for kind, administration, encoding and guards."""

from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli import options, rules, show, trials
from bridge.domain.errors import Invalid

if TYPE_CHECKING:
    from bridge.admin.operations.desk import Desk
    from bridge.admin.operations.routes import Draft

app = typer.Typer(help="Rules for files by their path; they come before folders.", no_args_is_help=True)
app.command("test")(trials.try_path)

Name = Annotated[str, typer.Argument(help="The account's login.", show_default=False)]
Id = Annotated[
    int, typer.Argument(metavar="ID", help="As `bridge account show` prints it.", show_default=False)
]
_PATTERN = (
    "Such as '/export/*.csv' or '*.xml'; * stays in a folder, ** crosses folders. Or a regular expression "
    "for the whole path: 're:/export/(?P<administration>[^/]+)/.*', whose group says whom a file is for."
)
Encoding = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        help="Of text that is not UTF-8, before that of the account; none: the account's.",
        show_default=False,
    ),
]
Guards = Annotated[
    list[str] | None,
    typer.Option(
        "--guard",
        metavar="NAME=RULE",
        help="Such as rows_fallen=hold:50% or same_as_last=off; default: none of its own. Repeat for more.",
        show_default=False,
    ),
]
Before = Annotated[
    int | None,
    typer.Option("--before", metavar="ID", help="In front of this rule.", show_default=False),
]
Rehearse = Annotated[
    bool,
    typer.Option("--rehearse", help="Save nothing; show which files of the last 30 days would go elsewhere."),
]


@app.command("add")
def add(
    name: Name,
    pattern: Annotated[str, typer.Argument(help=_PATTERN, show_default=False)],
    *,
    kind: options.KindChoice = None,
    administration: options.AdministrationChoice = None,
    encoding: Encoding = None,
    guard: Guards = None,
    before: Before = None,
    rehearse: Rehearse = False,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Add a rule, behind the others if not said otherwise; the first that fits wins."""
    from bridge.admin.operations import routes

    wish = routes.Wish(
        pattern=pattern,
        kind=kind,
        administration=administration,
        encoding=encoding,
        guards=options.rules_of(guard),
    )
    with options.at_desk(config, why=why) as desk:
        draft = routes.draft_add(desk, account=name, wish=wish, before=before)
        _finish(desk, draft, done="added to", rehearse=rehearse, as_json=as_json)


@app.command("change")
def change(
    name: Name,
    route_id: Id,
    *,
    pattern: Annotated[str | None, typer.Option("--pattern", help=_PATTERN, show_default=False)] = None,
    kind: options.KindChoice = None,
    no_kind: Annotated[bool, typer.Option("--no-kind", help="Recognise the kind again.")] = False,
    administration: options.AdministrationChoice = None,
    no_administration: Annotated[
        bool, typer.Option("--no-administration", help="By pattern or folder again.")
    ] = False,
    encoding: Encoding = None,
    guard: Guards = None,
    rehearse: Rehearse = False,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Change what is given of a rule; it keeps its place."""
    from bridge.admin.operations import routes

    wish = routes.Wish(
        pattern=pattern,
        kind=kind,
        administration=administration,
        encoding=encoding,
        guards=options.rules_of(guard),
        is_kind_open=no_kind,
        is_administration_open=no_administration,
    )
    with options.at_desk(config, why=why) as desk:
        draft = routes.draft_change(desk, account=name, route_id=route_id, wish=wish)
        _finish(desk, draft, done="changed in", rehearse=rehearse, as_json=as_json)


@app.command("move")
def move(
    name: Name,
    route_id: Id,
    *,
    before: Before = None,
    last: Annotated[bool, typer.Option("--last", help="Behind all others.")] = False,
    rehearse: Rehearse = False,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Move a rule; it and those behind it get new ids."""
    from bridge.admin.operations import routes

    if (before is None) != last:
        raise Invalid("say where to: --before ID or --last")
    with options.at_desk(config, why=why) as desk:
        draft = routes.draft_move(desk, account=name, route_id=route_id, before=before)
        _finish(desk, draft, done="moved in", rehearse=rehearse, as_json=as_json)


@app.command("remove")
def remove(
    name: Name,
    route_id: Id,
    *,
    rehearse: Rehearse = False,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Take a rule away."""
    from bridge.admin.operations import routes

    with options.at_desk(config, why=why) as desk:
        draft = routes.draft_remove(desk, account=name, route_id=route_id)
        done = f"route {route_id} removed from"
        _finish(desk, draft, done=done, rehearse=rehearse, as_json=as_json)


def _finish(desk: "Desk", draft: "Draft", *, done: str, rehearse: bool, as_json: bool) -> None:
    """Rehearse *draft*, or save it, and say what came of it."""
    from bridge.admin.operations import records, routes

    if rehearse:
        rehearsal = routes.rehearse(desk, draft)
        if as_json:
            show.as_json(records.rehearsal(rehearsal))
        else:
            rules.tell_rehearsal(rehearsal)
        return
    saved = routes.save(desk, draft)
    codes = {place.id: place.code for place in draft.account.administrations}
    if as_json:
        listed = {"routes": [records.route(one, codes=codes) for one in saved.routes]}
        itself = {} if saved.route is None else records.route(saved.route, codes=codes)
        show.as_json(itself | listed | {"retried": saved.retried})
        return
    what = done if saved.route is None else f"route {saved.route.id} {done}"
    show.say(show.inert(f"{what} account {draft.account.name}"))
    if saved.is_renumbered:
        show.say("in their order the rules are now:")
        for route in saved.routes:
            show.say(rules.line(route, codes=codes))
    rules.tell_retried(saved.retried)
