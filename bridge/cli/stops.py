"""``bridge account stop|resume`` and ``bridge administration stop|resume``: keep back what is whose."""

from pathlib import Path

import typer

from bridge.cli import options, show
from bridge.cli.accounts import Name
from bridge.cli.administrations import Code

account_app = typer.Typer()
administration_app = typer.Typer()


@account_app.command("stop")
def stop_account(
    name: Name, why: options.Why = None, as_json: options.AsJson = False, config: options.Config = None
) -> None:
    """Send nothing more of what the account uploads; its uploads are still accepted."""
    _set_account(name, is_stopped=True, why=why, as_json=as_json, config=config)


@account_app.command("resume")
def resume_account(
    name: Name, why: options.Why = None, as_json: options.AsJson = False, config: options.Config = None
) -> None:
    """Send again what the account uploads."""
    _set_account(name, is_stopped=False, why=why, as_json=as_json, config=config)


@administration_app.command("stop")
def stop_administration(
    code: Code, why: options.Why = None, as_json: options.AsJson = False, config: options.Config = None
) -> None:
    """Send nothing more for the administration, whoever uploads it; uploads are still accepted."""
    _set_administration(code, is_stopped=True, why=why, as_json=as_json, config=config)


@administration_app.command("resume")
def resume_administration(
    code: Code, why: options.Why = None, as_json: options.AsJson = False, config: options.Config = None
) -> None:
    """Send again for the administration."""
    _set_administration(code, is_stopped=False, why=why, as_json=as_json, config=config)


def _set_account(name: str, *, is_stopped: bool, why: str | None, as_json: bool, config: Path | None) -> None:
    from bridge.admin.operations import accounts, records

    with options.at_desk(config, why=why) as desk:
        changed = accounts.set_stopped(desk, name=name, is_stopped=is_stopped)
    if as_json:
        show.as_json(records.account(changed))
        return
    _say("account", name, is_stopped)


def _set_administration(
    code: str, *, is_stopped: bool, why: str | None, as_json: bool, config: Path | None
) -> None:
    from bridge.admin.operations import administrations, records

    with options.at_desk(config, why=why) as desk:
        changed = administrations.set_stopped(desk, code=code, is_stopped=is_stopped)
    if as_json:
        show.as_json(records.administration(changed))
        return
    _say("administration", code, is_stopped)


def _say(noun: str, name: str, is_stopped: bool) -> None:
    if is_stopped:
        text = f"{noun} {name}: nothing more is sent; when it may go again: bridge {noun} resume {name}"
    else:
        text = f"{noun} {name}: sending goes on"
    show.say(show.inert(text))
