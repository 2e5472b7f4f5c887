"""``bridge session``, ``bridge login``, ``bridge client``: who is here, who came or was refused."""

from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli import credentials, options, show
from bridge.domain.wording import counted

if TYPE_CHECKING:
    from bridge.domain.logins import LogIn

session_app = typer.Typer(help="Who is connected over SFTP now.", no_args_is_help=True)
login_app = typer.Typer(help="Who logged in over SFTP, and who was refused and why.", no_args_is_help=True)
client_app = typer.Typer(help="What accounts' SFTP clients need.", no_args_is_help=True)
account_app = typer.Typer()


@session_app.callback()
@login_app.callback()
@client_app.callback()
def _group() -> None:
    """Keep the verb: typer leaves it out where a group has only one."""


@session_app.command("list")
def list_sessions(
    account: options.OfAccount = None, as_json: options.AsJson = False, config: options.Config = None
) -> None:
    """List who is connected now, the latest first."""
    from bridge.admin.operations import logins

    with options.at_desk(config) as desk:
        found = logins.sessions(desk, account=account)
    if as_json:
        show.as_json([logins.record(one) for one in found])
        return
    show.as_table(
        ["since", "account", "from", "by", "client"],
        [(show.moment(one.at), one.name, one.peer, one.method, one.client) for one in found],
        empty="Nobody is connected.",
    )


@login_app.command("list")
def list_logins(
    *,
    account: options.OfAccount = None,
    refused: Annotated[bool, typer.Option("--refused", help="Only those who were not let in.")] = False,
    before: Annotated[
        int | None,
        typer.Option(
            "--before", metavar="ID", help="Only before this one: the next page.", show_default=False
        ),
    ] = None,
    limit: options.Limit = 100,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """List log-ins of the last 30 days, the latest first."""
    from bridge.admin.operations import logins

    with options.at_desk(config) as desk:
        found = logins.listing(desk, account=account, refused_only=refused, before=before, limit=limit)
    if as_json:
        show.as_json([logins.record(one) for one in found])
        return
    show.as_table(
        ["id", "when", "name", "from", "by", "client", "what became of it"],
        [
            (one.id, show.moment(one.at), one.name, one.peer, one.method, one.client, _outcome(one))
            for one in found
        ],
        empty="Nobody was refused in the last 30 days." if refused else "Nobody came in the last 30 days.",
    )
    if len(found) == limit:
        show.note(f"These are the latest {limit}; --before {found[-1].id} shows those before them.")


def _outcome(one: "LogIn") -> str:
    from bridge.domain.admission import SENTENCES

    if one.refused is not None:
        return SENTENCES[one.refused]
    return "is connected" if one.ended_at is None else f"left {show.moment(one.ended_at)}"


@account_app.command("clients")
def clients(name: credentials.Name, as_json: options.AsJson = False, config: options.Config = None) -> None:
    """List the programs and algorithms with which an account logs in, the latest first."""
    from bridge.admin.operations import logins

    with options.at_desk(config) as desk:
        found = logins.profiles(desk, account=name)
    if as_json:
        show.as_json([logins.profile_record(one) for one in found])
        return
    show.as_table(
        ["last", "log-ins", "client", "port", "proof", "key exchange", "host key", "cipher", "mac"],
        [
            (
                show.moment(one.last_at),
                one.logins,
                one.agreed.client,
                one.agreed.door,
                one.agreed.proof,
                one.agreed.key_exchange,
                one.agreed.host_key,
                one.agreed.cipher,
                "in the cipher" if one.agreed.mac == one.agreed.cipher else one.agreed.mac,
            )
            for one in found
        ],
        empty="It has not logged in yet.",
    )


@account_app.command("expiring")
def expiring(as_json: options.AsJson = False, config: options.Config = None) -> None:
    """List passwords and keys that expire within two weeks, or have expired."""
    from bridge.admin.operations import logins

    with options.at_desk(config) as desk:
        found, now = logins.expiring(desk), desk.clock.now()
    if as_json:
        show.as_json([logins.expiring_record(one) for one in found])
        return
    show.as_table(
        ["account", "what", "expires", ""],
        [
            (
                one.account,
                "password" if one.fingerprint is None else f"key {one.fingerprint}",
                show.moment(one.expires_at),
                "has expired" if one.is_over(now) else "",
            )
            for one in found
        ],
        empty="Nothing expires within two weeks.",
    )


@client_app.command("breaks")
def breaks(
    algorithm: Annotated[
        str,
        typer.Argument(
            metavar="ALGORITHM", help="Such as diffie-hellman-group14-sha1 or ssh-rsa.", show_default=False
        ),
    ],
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Say who could not log in any more if an algorithm were switched off, by the last 30 days."""
    from bridge.admin.operations import logins

    with options.at_desk(config) as desk:
        found = logins.who_breaks(desk, algorithm=algorithm)
        used = [] if found else logins.algorithms(desk)
    if as_json:
        show.as_json([logins.need_record(one) for one in found])
        return
    if not found:
        others = f" In use were: {', '.join(used)}." if used else ""
        show.say(show.inert(f"Nobody used {algorithm} in the last 30 days.{others}"))
        return
    count = logins.count_broken(found)
    outcome = (
        f"{counted(count, 'account')} could not log in any more"
        if count
        else "every account could still log in"
    )
    show.say(show.inert(f"Without {algorithm} {outcome}, as far as the last 30 days show."))
    show.as_table(
        ["account", "client", "port", "as", "last", "log-ins", "without it"],
        [
            (
                one.account,
                one.client,
                one.door,
                one.part.replace("_", " "),
                show.moment(one.last_at),
                one.logins,
                "cannot log in" if one.breaks else f"would use {one.instead}",
            )
            for one in found
        ],
        empty="",
    )
