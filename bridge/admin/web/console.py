"""What all pages share: the ledger's desk, the clock, the templates, and who may set up."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bridge.admin.operations.desk import Desk
from bridge.admin.operations.doorkeeper import Doorkeeper
from bridge.admin.operations.forecasts import Forecast
from bridge.admin.operations.trials import Trier
from bridge.admin.operations.watching import Watched
from bridge.admin.web import wording
from bridge.domain.audit import Actor

HERE = Path(__file__).parent


class SetUp:
    """The one-time link with which the first admin is made; its key lives as long as the process."""

    def __init__(self) -> None:
        self._key = secrets.token_urlsafe(24)

    def path(self) -> str:
        """Return the link, without the host."""
        return f"/setup?key={self._key}"

    def is_key(self, text: str) -> bool:
        """Whether *text* is the key."""
        return secrets.compare_digest(text.encode(), self._key.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """One for the process."""

    desk: Desk  # the server's own; pages use `desk_of`
    doorkeeper: Doorkeeper
    release: str
    forecast: Callable[[], Forecast]  # of all accounts; the one that metrics share
    watched: Callable[[], Watched]  # likewise
    forget: Callable[[], None]  # what these two remember: somebody has changed something here
    parts: Callable[[], Mapping[str, bool]]  # of the process, by name: whether each works
    is_stopping: Callable[[], bool]
    trier: Trier | None = None  # None: paths cannot be tried here
    set_up: SetUp = field(default_factory=SetUp)
    templates: Environment = field(init=False)

    def __post_init__(self) -> None:
        templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        wording.add_to(templates, timezone=self.desk.settings.admin.timezone, clock=self.desk.clock)
        object.__setattr__(self, "templates", templates)

    def not_ready(self) -> list[str]:
        """Return the names of the parts that do not work (yet)."""
        return [name for name, works in self.parts().items() if not works]

    def desk_of(self, actor: Actor) -> Desk:
        """Return the desk at which *actor* works."""
        return replace(self.desk, actor=actor)
