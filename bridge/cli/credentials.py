"""``bridge account password``, and the options that name a password or its hash."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli import options, show
from bridge.domain.accounts import Account

if TYPE_CHECKING:
    from bridge.admin.operations.accounts import Credentials

app = typer.Typer()

Name = Annotated[str, typer.Argument(metavar="NAME", help="The account's login.", show_default=False)]
PasswordFile = Annotated[
    str | None,
    typer.Option("--password-file", metavar="FILE", help="File with the password; - for standard input."),
]
HashFile = Annotated[
    str | None,
    typer.Option(
        "--hash-file",
        metavar="FILE",
        help="File with another server's hash of it (bcrypt, sha512-crypt, argon2); - for standard input.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """What was given to log in with."""

    password: str | None
    password_hash: str | None


def read(password_file: str | None, hash_file: str | None) -> Secret:
    """Return what the files hold, as far as they are named; raise `Invalid`."""
    return Secret(
        password=None if password_file is None else options.read_secret(password_file, what="password"),
        password_hash=None
        if hash_file is None
        else options.read_secret(hash_file, what="password hash").strip(),
    )


@app.command("password")
def password(
    name: Name,
    password_file: PasswordFile = None,
    *,
    hash_file: HashFile = None,
    keep_old: Annotated[
        str | None,
        typer.Option(
            "--keep-old",
            metavar="DAYS",
            help="So long the old one is right as well, while the sender is changed over.",
            show_default=False,
        ),
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(
            "--expires", metavar="DAYS", help="Days from now; else it never does.", show_default=False
        ),
    ] = None,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Set a new password; without a file one is made and printed once."""
    from bridge.admin.operations import accounts

    options.at_most_one_stdin(password_file, hash_file)
    secret = read(password_file, hash_file)
    with options.at_desk(config, why=why) as desk:
        changed = accounts.set_password(
            desk,
            name=name,
            password=secret.password,
            password_hash=secret.password_hash,
            keep_old_days=keep_old,
            expires=expires,
        )
    tell(changed, done=_done(changed.account), as_json=as_json)


def _done(account: Account) -> str:
    until, expires_at = account.former_password_until, account.password_expires_at
    old = "" if until is None else f"; the old one is right as well until {show.moment(until)}"
    end = "" if expires_at is None else f"; it expires {show.moment(expires_at)}"
    return show.inert(f"account {account.name} has a new password{end}{old}")


def tell(credentials: "Credentials", *, done: str, as_json: bool) -> None:
    """Say what was done, with the generated password if there is one."""
    generated = credentials.generated_password
    if as_json:
        show.as_json(
            {"name": credentials.account.name} | ({"password": generated} if generated is not None else {})
        )
        return
    show.say(done)
    if generated is not None:
        show.say(f"password: {generated}")
        show.say("This is the only time it is shown.")
