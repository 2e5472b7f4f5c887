"""``bridge alert``: where alarms are sent, and whether they would arrive."""

from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli import options, show
from bridge.domain.alarms import AlarmKind
from bridge.domain.errors import Invalid

if TYPE_CHECKING:
    from bridge.admin.operations.alerts import Clearable, Shown

app = typer.Typer(help="Where alarms are sent: signed webhooks, and mail.", no_args_is_help=True)


Name = Annotated[str, typer.Argument(help="What the target is called.", show_default=False)]
Webhook = Annotated[
    str | None,
    typer.Option(
        "--webhook",
        metavar="URL",
        help="https, or http to loopback; others see it while the command runs.",
        show_default=False,
    ),
]
WebhookFile = Annotated[
    str | None,
    typer.Option(
        "--webhook-file",
        metavar="FILE",
        help="The URL, where it is a secret; - for standard input.",
        show_default=False,
    ),
]
Mail = Annotated[str | None, typer.Option("--mail", metavar="ADDRESS", help="Mail.", show_default=False)]
SecretFile = Annotated[
    str | None,
    typer.Option(
        "--secret-file",
        metavar="FILE",
        help="What the webhook is signed with; - for standard input.",
        show_default=False,
    ),
]
Kinds = Annotated[
    list[AlarmKind] | None,
    typer.Option("--kind", help="Only alarms of this kind; repeat for more.", show_default=False),
]


def _read(
    webhook: str | None, webhook_file: str | None, secret_file: str | None
) -> tuple[str | None, str | None]:
    """Return the URL and the secret; raise `Invalid` if one cannot be read or is given twice."""
    options.at_most_one_stdin(webhook_file, secret_file)
    if webhook_file is not None:
        if webhook is not None:
            raise Invalid("give --webhook or --webhook-file, not both")
        webhook = options.read_secret(webhook_file, what="webhook").strip()
    return webhook, None if secret_file is None else options.read_secret(secret_file, what="webhook secret")


@app.command("add")
def add(
    name: Name,
    *,
    webhook: Webhook = None,
    webhook_file: WebhookFile = None,
    secret_file: SecretFile = None,
    mail: Mail = None,
    account: options.OfAccount = None,
    kind: Kinds = None,
    language: Annotated[
        options.LanguageName | None,
        typer.Option("--language", help="Of what is sent.", show_default=False),
    ] = None,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Add a target; a webhook without a secret gets one, which is printed once."""
    from bridge.admin.operations import alerts

    webhook, secret = _read(webhook, webhook_file, secret_file)
    with options.at_desk(config, why=why) as desk:
        added = alerts.add(
            desk,
            name=name,
            webhook=webhook,
            secret=secret,
            mail=mail,
            account=account,
            kinds=kind or [],
            language=options.language_of(language),
        )
        shown = alerts.show(desk, name=name)
    if as_json:
        show.as_json(alerts.record(shown) | alerts.secret_record(added))
        return
    show.say(show.inert(f"alert {name} added; try it: bridge alert test {name}"))
    if added.generated_secret is not None:
        show.say(f"secret (shown only now): {added.generated_secret}")


@app.command("list")
def list_all(as_json: options.AsJson = False, config: options.Config = None) -> None:
    """List the targets, each with what became of the last message."""
    from bridge.admin.operations import alerts

    with options.at_desk(config) as desk:
        found = alerts.listing(desk)
    if as_json:
        show.as_json([alerts.record(one) for one in found])
        return
    show.as_table(
        ["name", "way", "address", "account", "kinds", "language", "last message"],
        [_row(one) for one in found],
        empty="Alarms go to the log and the metrics only. To send them: bridge alert add NAME --mail ADDRESS",
    )


def _row(one: "Shown") -> tuple[str, ...]:
    target = one.target
    last = one.last_error or (f"sent {show.moment(one.last_sent_at)}" if one.last_sent_at else "none yet")
    return (
        target.name,
        target.way,
        target.shown_address,
        target.account or "all",
        "all" if target.kinds is None else ", ".join(sorted(target.kinds)),
        target.language or "",
        "disabled" if target.is_disabled else last,
    )


@app.command("show")
def show_one(name: Name, as_json: options.AsJson = False, config: options.Config = None) -> None:
    """Show one target."""
    from bridge.admin.operations import alerts

    with options.at_desk(config) as desk:
        shown = alerts.show(desk, name=name)
        found = alerts.record(shown)
    if as_json:
        show.as_json(found)
    else:
        show.as_fields(
            {
                "name": found["name"],
                "way": found["way"],
                "address": found["address"],
                "account": found["account"] or "all",
                "kinds": ", ".join(found["kinds"]) if found["kinds"] else "all",
                "language": found["language"] or "that of the settings",
                "state": "disabled" if found["disabled"] else "active",
                "last sent": show.moment(shown.last_sent_at) or "nothing yet",
                "last error": found["last_error"],
            }
        )


@app.command("change")
def change(
    name: Name,
    *,
    webhook: Webhook = None,
    webhook_file: WebhookFile = None,
    secret_file: SecretFile = None,
    mail: Mail = None,
    account: options.OfAccount = None,
    all_accounts: Annotated[bool, typer.Option("--all-accounts", help="Alarms of all accounts.")] = False,
    kind: Kinds = None,
    all_kinds: Annotated[bool, typer.Option("--all-kinds", help="Alarms of all kinds.")] = False,
    language: Annotated[
        options.LanguageOrDefault | None,
        typer.Option("--language", help="Of what is sent; default: as set for all.", show_default=False),
    ] = None,
    is_disabled: Annotated[
        bool | None, typer.Option("--disable/--enable", help="Send nothing there, or send again.")
    ] = None,
    why: options.Why = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> None:
    """Change what is given of a target."""
    from bridge.admin.operations import alerts

    webhook, secret = _read(webhook, webhook_file, secret_file)
    clears: list[Clearable] = []
    clears += ["account"] if all_accounts else []
    clears += ["kinds"] if all_kinds else []
    clears += ["language"] if language is options.LanguageOrDefault.DEFAULT else []
    with options.at_desk(config, why=why) as desk:
        alerts.change(
            desk,
            name=name,
            webhook=webhook,
            secret=secret,
            mail=mail,
            account=account,
            kinds=kind or [],
            language=options.language_of(language),
            is_disabled=is_disabled,
            clears=clears,
        )
        shown = alerts.show(desk, name=name)
    if as_json:
        show.as_json(alerts.record(shown))
        return
    show.say(show.inert(f"alert {name} changed"))


@app.command("remove")
def remove(
    name: Name, why: options.Why = None, as_json: options.AsJson = False, config: options.Config = None
) -> None:
    """Send nothing there any more."""
    from bridge.admin.operations import alerts

    with options.at_desk(config, why=why) as desk:
        alerts.remove(desk, name=name)
    if as_json:
        show.as_json({"name": name, "removed": True})
        return
    show.say(show.inert(f"alert {name} removed"))


@app.command("test")
def try_out(
    name: Name, why: options.Why = None, as_json: options.AsJson = False, config: options.Config = None
) -> None:
    """Send a message there now, and say what was answered."""
    from bridge.admin.operations import alerts

    with options.at_desk(config, why=why) as desk:
        tested = alerts.try_out(desk, name=name)
    if as_json:
        show.as_json({"name": name, "sent": tested.is_good, "answer": tested.answer})
    elif tested.is_good:
        show.say(show.inert(f"alert {name}: sent; {tested.answer}"))
    else:
        show.note(f"alert {name}: not sent: {tested.answer}")
    if not tested.is_good:
        raise typer.Exit(1)
