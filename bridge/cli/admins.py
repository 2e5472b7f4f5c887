"""``bridge admin``: who may sign in to the console."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli import options, show
from bridge.domain.roles import Role

if TYPE_CHECKING:
    from bridge.admin.operations.admins import Added
    from bridge.domain.admins import Admin

app = typer.Typer(help="Who may sign in to the console.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The admin's name.", show_default=False)]
RoleChoice = Annotated[
    Role,
    typer.Option("--role", help="operator: all; support: looks, and decides about files; viewer: a tenant."),
]
OfAccount = Annotated[
    str | None,
    typer.Option(
        "--account", metavar="NAME", help="Of a viewer: the account that is seen.", show_default=False
    ),
]
PasswordFile = Annotated[
    str | None,
    typer.Option(
        "--password-file", metavar="FILE", help="File with the password; - reads it.", show_default=False
    ),
]


@app.command("add")
def add(
    name: Name,
    *,
    role: RoleChoice = Role.OPERATOR,
    account: OfAccount = None,
    password_file: PasswordFile = None,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Add an admin; without a password one is made, and printed once."""
    from bridge.admin.operations import admins

    password = None if password_file is None else options.read_secret(password_file, what="password")
    with options.at_desk(config, why=why) as desk:
        added = admins.add(desk, name=name, role=role, account=account, password=password)
    _tell(added, done=f"admin {name} added", as_json=as_json)


@app.command("list")
def list_all(as_json: options.AsJson = False, config: options.Config = None) -> None:
    """List the admins."""
    from bridge.admin.operations import admins

    with options.at_desk(config) as desk:
        found = admins.listing(desk)
    if as_json:
        show.as_json([admins.record(one) for one in found])
        return
    show.as_table(
        ["name", "role", "account", "one-time password", "last sign-in", "state"],
        [
            (
                one.name,
                one.role,
                one.account or "",
                "yes" if one.sealed_totp else "no",
                show.moment(one.last_login_at) or "never",
                "disabled" if one.is_disabled else "active",
            )
            for one in found
        ],
        empty="No admins yet. Add the first: bridge admin add NAME",
    )


@app.command("change")
def change(
    name: Name,
    *,
    role: RoleChoice,
    account: OfAccount = None,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Give an admin another role."""
    from bridge.admin.operations import admins

    with options.at_desk(config, why=why) as desk:
        changed = admins.change_role(desk, name=name, role=role, account=account)
    done = f"admin {name} is {role} now; who was signed in under this name signs in again"
    _show(changed, done=done, as_json=as_json)


@app.command("password")
def password(
    name: Name,
    *,
    password_file: PasswordFile = None,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Set a new password; without a file one is made and printed once."""
    from bridge.admin.operations import admins

    text = None if password_file is None else options.read_secret(password_file, what="password")
    with options.at_desk(config, why=why) as desk:
        changed = admins.set_password(desk, name=name, password=text)
    _tell(changed, done=f"admin {name} has a new password", as_json=as_json)


@app.command("totp-off")
def totp_off(
    name: Name, *, why: options.Why = None, as_json: options.AsJson = False, config: options.Config = None
) -> None:
    """Ask NAME for no one-time password any more: the telephone is lost."""
    from bridge.admin.operations import admins

    with options.at_desk(config, why=why) as desk:
        changed = admins.set_totp(desk, name=name, secret=None)
    _show(changed, done=f"admin {name} signs in with the password alone", as_json=as_json)


@app.command("disable")
def disable(
    name: Name, *, why: options.Why = None, as_json: options.AsJson = False, config: options.Config = None
) -> None:
    """Let NAME sign in no more; its sessions end at once."""
    _set_disabled(name, is_disabled=True, why=why, as_json=as_json, config=config)


@app.command("enable")
def enable(
    name: Name, *, why: options.Why = None, as_json: options.AsJson = False, config: options.Config = None
) -> None:
    """Let NAME sign in again."""
    _set_disabled(name, is_disabled=False, why=why, as_json=as_json, config=config)


@app.command("remove")
def remove(
    name: Name, *, why: options.Why = None, as_json: options.AsJson = False, config: options.Config = None
) -> None:
    """Remove an admin; what it did stays in the audit trail."""
    from bridge.admin.operations import admins

    with options.at_desk(config, why=why) as desk:
        admins.remove(desk, name=name)
    if as_json:
        show.as_json({"name": name, "removed": True})
        return
    show.say(f"admin {name} removed")


def _set_disabled(
    name: str, *, is_disabled: bool, why: str | None, as_json: bool, config: Path | None
) -> None:
    from bridge.admin.operations import admins

    with options.at_desk(config, why=why) as desk:
        changed = admins.set_disabled(desk, name=name, is_disabled=is_disabled)
    _show(changed, done=f"admin {name} {'disabled' if is_disabled else 'enabled'}", as_json=as_json)


def _show(changed: "Admin", *, done: str, as_json: bool) -> None:
    from bridge.admin.operations import admins

    if as_json:
        show.as_json(admins.record(changed))
        return
    show.say(done)


def _tell(added: "Added", *, done: str, as_json: bool) -> None:
    from bridge.admin.operations import admins

    generated = added.generated_password
    if as_json:
        secret = {"password": generated} if generated is not None else {}
        show.as_json(admins.record(added.admin) | secret)
        return
    show.say(done)
    if generated is not None:
        show.say(f"password: {generated}")
        show.say("This is the only time it is shown.")
