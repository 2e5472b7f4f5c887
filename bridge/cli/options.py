"""Options that many commands share, and what they lead to: settings, the desk, a secret from a file."""

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from contextvars import ContextVar
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.domain.errors import Invalid
from bridge.domain.kinds import Kind

if TYPE_CHECKING:
    from bridge.admin.operations.desk import Desk
    from bridge.config import Settings
    from bridge.domain.reasons import Language

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="Configuration file (else BRIDGE_CONFIG, else ./bridge.toml).",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
KindChoice = Annotated[Kind | None, typer.Option("--kind", help="What the file is.", show_default=False)]
AdministrationChoice = Annotated[
    str | None,
    typer.Option("--administration", metavar="CODE", help="Whom it is for.", show_default=False),
]
OfAccount = Annotated[
    str | None, typer.Option("--account", metavar="NAME", help="Only of this account.", show_default=False)
]
Before = Annotated[
    int | None, typer.Option("--before", metavar="ID", help="Only older than this one.", show_default=False)
]


class LanguageName(StrEnum):
    """The languages, as an option takes them."""

    EN = "en"
    NL = "nl"


class LanguageOrDefault(StrEnum):
    """The languages, or back to what is set for all."""

    EN = "en"
    NL = "nl"
    DEFAULT = "default"


def language_of(given: LanguageName | LanguageOrDefault | None) -> "Language | None":
    """Return the language that an option names; None if it is not given, or says: default."""
    from bridge.domain.reasons import LANGUAGES  # loads the texts, which most commands do not show

    return next((language for language in LANGUAGES if language == given), None)


Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="At most so many.")]

Why = Annotated[
    str | None,
    typer.Option(
        "--why", metavar="TEXT", help="The reason, for the audit trail: a ticket, a call.", show_default=False
    ),
]

# The --config that stood before the command; one behind it wins.
config_before_command: ContextVar[Path | None] = ContextVar("config_before_command", default=None)


def load_settings(config: Path | None) -> "Settings":
    """Return the settings of *config*, or of the file named before the command; raise `Invalid`."""
    from bridge.config import load

    return load(config or config_before_command.get())


def at_desk(config: Path | None, *, why: str | None = None) -> "AbstractContextManager[Desk]":
    """Open the ledger that the settings name; what is changed is noted as this user's, with the reason *why*.

    Raises:
        Invalid: the settings, or *why*, cannot be right.
    """
    from bridge.admin.operations.desk import open_desk
    from bridge.config import operator_name
    from bridge.domain.audit import Actor, Way, check_why

    reason = None if why is None else check_why(why)
    return open_desk(load_settings(config), actor=Actor(who=operator_name(), way=Way.CLI, why=reason))


def read_secret(source: str, *, what: str) -> str:
    """Return the text in the file *source*, or of standard input for ``-``, without its last line end.

    Raises:
        Invalid: it cannot be read, or is no UTF-8.
    """
    where = source_name(source)
    try:
        raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        text = raw.decode("utf-8")
    except OSError as error:
        raise Invalid(f"{what}: {where} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise Invalid(f"{what}: {where} is not UTF-8 text") from None
    return text.removesuffix("\n").removesuffix("\r")


def source_name(source: str) -> str:
    """Return how *source* is named in a message."""
    return "standard input" if source == "-" else source


def at_most_one_stdin(*sources: str | None) -> None:
    """Raise `Invalid` if standard input is asked for twice: it can be read only once."""
    if sources.count("-") > 1:
        raise Invalid("'-' (standard input) can be given for one option only; use files for the others")


def rules_of(given: Sequence[str] | None) -> dict[str, str]:
    """Return rules of guards by name; raise `Invalid` where a NAME=RULE is none, or a name comes twice."""
    rules: dict[str, str] = {}
    for each in given or ():
        name, sign, rule = (part.strip() for part in each.partition("="))
        if not sign or not name:
            raise Invalid(f"--guard {each!r}: expected NAME=RULE, such as rows_fallen=hold:50%")
        if name in rules:
            raise Invalid(f"--guard {name} is given twice; which one is meant?")
        rules[name] = rule
    return rules
