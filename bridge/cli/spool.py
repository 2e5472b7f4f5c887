"""``bridge spool``: the keys that seal stored files."""

import typer

from bridge.cli import options, show

app = typer.Typer(help="The keys that seal stored files.", no_args_is_help=True)


@app.command("keys")
def keys(as_json: options.AsJson = False, config: options.Config = None) -> None:
    """List the keys, and how many files each still opens: the line of one that opens none can go."""
    from bridge.admin.operations import spool_keys

    with options.at_desk(config) as desk:
        found = spool_keys.listing(desk)
    if as_json:
        show.as_json(
            [
                {"key": one.mark, "seals": one.is_first, "is_here": one.is_here, "files": one.files}
                for one in found
            ]
        )
        return
    show.as_table(
        ["key", "files", "state"],
        [
            (one.mark, one.files, "MISSING" if not one.is_here else "seals" if one.is_first else "opens")
            for one in found
        ],
        empty="No keys: spool.encrypt is off, or no server has started with it yet.",
    )


@app.command("rotate")
def rotate(why: options.Why = None, as_json: options.AsJson = False, config: options.Config = None) -> None:
    """Put a new key first; what is stored stays as it is and stays readable."""
    from bridge.admin.operations import spool_keys

    with options.at_desk(config, why=why) as desk:
        mark = spool_keys.rotate(desk)
    if as_json:
        show.as_json({"key": mark})
        return
    show.say(f"key {mark} seals what comes from now on, no restart needed; back up spool.key now")
    show.say("When no file needs a former key any more (bridge spool keys), remove its line from the file.")
