"""Administrations as they are declared: checked first, then compared and written where they differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any

from bridge.admin.operations.declared import DeclaredAdministration
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.differences import Change
from bridge.domain.administrations import (
    Administration,
    check_code,
    check_import_times,
    check_timezone,
    check_token,
)
from bridge.domain.errors import Invalid, Unavailable
from bridge.domain.reasons import ReasonCode
from bridge.domain.rules import Rule, changed, parse_changes
from bridge.ledger import administrations
from bridge.ledger.database import Transaction

if TYPE_CHECKING:
    from bridge.runtime.sealing import Sealer

NOUN = "administration"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedAdministration:
    """An administration as it should be."""

    code: str
    payt_id: int | None
    new_token: str | None  # sealed; None: it stays as it is
    import_times: tuple[time, ...]
    timezone: str
    guards: Mapping[ReasonCode, Rule]

    def told(self) -> dict[str, Any]:
        """Return what can differ, but for the token."""
        return _told(self.payt_id, self.import_times, self.timezone, self.guards)


def ready(desk: Desk, declared: Mapping[str, DeclaredAdministration]) -> dict[str, WantedAdministration]:
    """Return what is wanted, with tokens sealed where they are new; raise `Invalid` with a line for each."""
    here: dict[str, Administration] = {}
    if any(one.token for one in declared.values()):
        here = {one.code: one for one in desk.database.read_now(administrations.listing)}
    found: dict[str, WantedAdministration] = {}
    mistakes: list[str] = []
    for code, one in declared.items():
        try:
            found[code] = _ready(desk, one, here.get(code))
        except Invalid as error:
            mistakes.append(f"{NOUN} {code}: {error}")
    if mistakes:
        raise Invalid("\n".join(mistakes))
    return found


def _ready(desk: Desk, one: DeclaredAdministration, before: Administration | None) -> WantedAdministration:
    return WantedAdministration(
        code=check_code(one.code),
        payt_id=one.id,
        new_token=None if one.token is None else _sealed(desk, check_token(one.token), before),
        import_times=check_import_times(one.import_times),
        timezone=check_timezone(one.timezone),
        guards=changed({}, parse_changes(one.guards)),
    )


def _sealed(desk: Desk, token: str, before: Administration | None) -> str | None:
    """Return *token* sealed; None if it is the one that is there: two seals of it look different."""
    from bridge.runtime.sealing import Sealer  # loads cryptography

    sealer = Sealer.from_folder(desk.settings.keys_dir)
    sealed = None if before is None else before.sealed_token
    if sealed is not None and _opened(sealer, sealed) == token:
        return None
    return sealer.seal(token)


def _opened(sealer: "Sealer", sealed: str) -> str | None:
    try:
        return sealer.open(sealed)
    except Unavailable:  # of another key: the new one takes its place
        return None


def put(
    desk: Desk, ledger: Transaction, before: Administration | None, wanted: WantedAdministration
) -> Change | None:
    """Make an administration as it is *wanted*; return what that changed, None for nothing."""
    if before is None:
        return _add(desk, ledger, wanted)
    then = _told(before.payt_id, before.import_times, before.timezone, before.guards)
    fields = {name: (then[name], value) for name, value in wanted.told().items() if then[name] != value}
    values: dict[str, Any] = {
        "payt_id": wanted.payt_id,
        "import_time": administrations.times_text(wanted.import_times),
        "timezone": wanted.timezone,
    }
    if wanted.new_token is not None:
        values["sealed_token"] = wanted.new_token
        fields["token"] = ("set" if before.sealed_token else "not set", "given")
    if not fields:
        return None
    rules: dict[ReasonCode, Rule | None] = dict.fromkeys(before.guards) | dict(wanted.guards)
    administrations.change(ledger, code=wanted.code, values=values, guards=rules)
    return Change(verb="change", noun=NOUN, name=wanted.code, fields=fields)


def _add(desk: Desk, ledger: Transaction, wanted: WantedAdministration) -> Change:
    administrations.add(
        ledger,
        code=wanted.code,
        payt_id=wanted.payt_id,
        sealed_token=wanted.new_token,
        import_times=wanted.import_times,
        timezone=wanted.timezone,
        now=desk.clock.now(),
        guards=wanted.guards,
    )
    fields = {name: (None, value) for name, value in wanted.told().items() if value}
    if wanted.new_token is not None:
        fields["token"] = (None, "given")
    return Change(verb="add", noun=NOUN, name=wanted.code, fields=fields)


def _told(
    payt_id: int | None, import_times: tuple[time, ...], timezone: str, guards: Mapping[ReasonCode, Rule]
) -> dict[str, Any]:
    return {
        "id": payt_id,
        "import_times": [f"{at:%H:%M}" for at in import_times],
        "timezone": timezone,
        "guards": {code.value: str(rule) for code, rule in guards.items()},
    }
