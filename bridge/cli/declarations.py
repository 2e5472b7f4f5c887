"""``bridge apply`` and ``bridge describe``: administrations and accounts as a file."""

import sys
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from bridge.cli import options, show
from bridge.domain.errors import Invalid

_IN_CLEAR = {"token": "token_file"}  # secrets stand in files of their own


def apply(
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="TOML, or JSON if it is named so; - for standard input.")
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; show what would.")] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove what is not in the file, of the nouns that are in it.")
    ] = False,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Make administrations and accounts as FILE says: all of it, or nothing; twice is once."""
    document = _read(source)
    from bridge.admin.operations import declaring, differences
    from bridge.admin.operations.declared import declaration

    declared = declaration(document)
    with options.at_desk(config, why=why) as desk:
        applied = declaring.apply(desk, declared, prune=prune, is_rehearsal=dry_run)
    if as_json:
        show.as_json(differences.record(applied))
        return
    for line in differences.lines(applied):
        show.say(show.inert(line))


def describe(
    *,
    with_hashes: Annotated[
        bool, typer.Option("--with-hashes", help="Also what is kept of passwords: guard the file well.")
    ] = False,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Print administrations and accounts as a file for `bridge apply`; import tokens are not in it."""
    from bridge.admin.operations import described

    with options.at_desk(config) as desk:
        found = described.present(desk, with_hashes=with_hashes)
    if as_json:
        show.as_json(found)
    else:
        sys.stdout.write(described.as_toml(found))


def _read(source: str) -> dict[str, Any]:
    """Return the file, with what it names in other files; raise `Invalid`."""
    text = options.read_secret(source, what="declaration")
    where = options.source_name(source)
    is_json = source.endswith(".json") or (source == "-" and text.lstrip().startswith("{"))
    document = _json(where, text) if is_json else _toml(where, text)
    folder = Path() if source == "-" else Path(source).parent
    for noun in ("administrations", "accounts"):
        for one in document.get(noun) or []:
            if isinstance(one, dict):
                _look_up(one, folder)
    return document


def _json(where: str, text: str) -> dict[str, Any]:
    import json

    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"{where}: this is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise Invalid(f"{where}: expected an object with administrations and accounts")
    return found


def _toml(where: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Invalid(f"{where}: this is no TOML: {error}") from None


def _look_up(one: dict[str, Any], folder: Path) -> None:
    """Put what stands in files of their own in its place; they are looked for beside the declaration."""
    name = one.get("name") or one.get("code") or "?"
    for secret, instead in _IN_CLEAR.items():
        if secret in one:
            raise Invalid(f"{name}: a secret does not stand in this file; name its file: {instead} = …")
    if "token_file" in one:
        one["token"] = _file(one.pop("token_file"), folder, what=f"{name}: token_file")
    files = one.pop("key_files", None)
    if files is not None:
        if not isinstance(files, list):
            raise Invalid(f"{name}: key_files: expected a list of file names")
        found = [_file(file, folder, what=f"{name}: key_files") for file in files]
        one["keys"] = [*(one.get("keys") or []), *found]


def _file(name: Any, folder: Path, *, what: str) -> str:
    if not isinstance(name, str) or name in {"", "-"}:
        raise Invalid(f"{what}: expected the name of a file")
    return options.read_secret(str(folder / name), what=what)
