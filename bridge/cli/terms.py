"""Options for the terms on which an account is served, the same for `account add` and `account change`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli import options

if TYPE_CHECKING:
    from bridge.domain.terms import Terms

PasswordExpires = Annotated[
    str | None,
    typer.Option("--password-expires", metavar="DAYS", help="Days from now, or never.", show_default=False),
]
AllowFrom = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-from",
        metavar="CIDR",
        help="The only networks it may come from, such as 192.0.2.0/24; repeat for more; any: from anywhere.",
        show_default=False,
    ),
]
MaxSessions = Annotated[
    str | None,
    typer.Option(
        "--max-sessions", metavar="N", help="SFTP sessions at once; default: as set.", show_default=False
    ),
]
MaxFileSize = Annotated[
    str | None,
    typer.Option(
        "--max-file-size",
        metavar="SIZE",
        help="Of one file, such as 500MB; default: as set.",
        show_default=False,
    ),
]
MaxFilesPerDay = Annotated[
    str | None,
    typer.Option(
        "--max-files-per-day", metavar="N", help="Files within 24 hours; none: no limit.", show_default=False
    ),
]
Quota = Annotated[
    str | None,
    typer.Option(
        "--quota",
        metavar="SIZE",
        help="Of what is kept of its files, such as 20GB; none: no limit.",
        show_default=False,
    ),
]
LanguageChoice = Annotated[
    options.LanguageOrDefault | None,
    typer.Option("--language", help="Of what its sender reads; default: as set.", show_default=False),
]
Contact = Annotated[
    str | None,
    typer.Option(
        "--contact", metavar="MAIL", help="Mail address of the tenant; none: no one.", show_default=False
    ),
]
TellOk = Annotated[
    bool | None,
    typer.Option(
        "--tell-ok/--no-tell-ok",
        help="A file in /status for what went well, too, or only for what did not.",
        show_default=False,
    ),
]


def of(*, allow_from: list[str] | None, **given: Any) -> "Terms":
    """Return the terms that the options name."""
    from bridge.domain.terms import Terms

    return Terms(allow_from=tuple(allow_from or ()), **given)
