"""``bridge``: puts the commands together, and turns errors into a sentence and an exit code."""

import sys
from typing import Annotated

import typer

from bridge.cli import (
    accounts,
    administrations,
    admins,
    alarms,
    alerts,
    audit,
    backups,
    batches,
    checks,
    credentials,
    decisions,
    declarations,
    deliveries,
    expectations,
    keys,
    lanes,
    logins,
    options,
    privacy,
    reasons,
    routes,
    sandbox,
    server,
    spool,
    status,
    stops,
    tokens,
    uploads,
    watch,
)
from bridge.domain.errors import BridgeError, Invalid
from bridge.domain.names import printable

DONE, FAILED, WRONG_USE = 0, 1, 2
# From what the caller should do to the exit code; the nearest class counts.
EXIT_CODES: dict[type[BridgeError], int] = {
    Invalid: WRONG_USE,
    BridgeError: FAILED,
}

app = typer.Typer(
    name="bridge",
    help="Takes files over SFTP and delivers them to Payt's import endpoints.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(server.serve)
app.command("demo")(server.demo)
app.command("sandbox")(sandbox.sandbox)
app.command("check")(checks.check)
app.command("apply")(declarations.apply)
app.command("describe")(declarations.describe)
app.command("backup")(backups.backup)
app.command("restore")(backups.restore)
administrations.app.add_typer(stops.administration_app)
app.add_typer(administrations.app, name="administration")
accounts.app.add_typer(stops.account_app)
accounts.app.add_typer(status.app)
app.add_typer(accounts.app, name="account")
accounts.app.add_typer(credentials.app)
accounts.app.add_typer(logins.account_app)
accounts.app.add_typer(privacy.app)
accounts.app.add_typer(keys.app, name="key")
accounts.app.add_typer(routes.app, name="route")
accounts.app.add_typer(expectations.app, name="expect")
app.add_typer(logins.session_app, name="session")
app.add_typer(logins.login_app, name="login")
app.add_typer(logins.client_app, name="client")
app.add_typer(spool.app, name="spool")
app.add_typer(uploads.app, name="upload")
app.add_typer(batches.app, name="batch")
deliveries.app.add_typer(decisions.app)
app.add_typer(deliveries.app, name="delivery")
lanes.app.add_typer(watch.app)
app.add_typer(lanes.app, name="lane")
app.add_typer(admins.app, name="admin")
app.add_typer(tokens.app, name="token")
app.add_typer(audit.app, name="audit")
app.add_typer(alarms.app, name="alarm")
app.add_typer(alerts.app, name="alert")
app.add_typer(reasons.app, name="reason")


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        from importlib.metadata import version

        sys.stdout.write(f"bridge {version('sftp-bridge')}\n")
        raise typer.Exit


@app.callback()
def _before_each(
    config: options.Config = None,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    options.config_before_command.set(config)


def main() -> None:
    """Run the command that the arguments name, and exit."""
    try:
        app()
    except BridgeError as error:
        _complain(error)
        sys.exit(exit_code(error))


def exit_code(error: BridgeError) -> int:
    """Return the exit code for *error*."""
    return next(EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES)


def _complain(error: BridgeError) -> None:
    """Say what is wrong: a line, or for the configuration a line for each mistake."""
    for line in str(error).splitlines():
        sys.stderr.write(f"bridge: {printable(line, 1000)}\n")
