"""Laning: which deliveries share one rate limit, told by the name of their lane.

Nobody documents what the destination's limit counts (payt-imports §1): the caller, the endpoint, the
administration or the token.  The widest scope is the default: it is never too fast.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bridge.domain.administrations import Administration
from bridge.domain.deliveries import DEFAULT_LANE
from bridge.domain.kinds import Kind


class LaneScope(StrEnum):
    """What has a rate limit of its own."""

    DESTINATION = "destination"
    ENDPOINT = "endpoint"
    ADMINISTRATION = "administration"
    TOKEN = "token"  # noqa: S105  the word, not one of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Laning:
    """The rule by which deliveries come into lanes."""

    scope: LaneScope
    token_kinds: frozenset[Kind] = frozenset()  # kinds that are sent with a token
    mark: Callable[[str], str] = lambda sealed: sealed  # from a sealed token to what tells it from others

    def name(self, kind: Kind | None, administration: Administration | None) -> str:
        """Return the lane of a file; without a place it waits in the default one until a person says more."""
        if self.scope is LaneScope.DESTINATION or kind is None or administration is None:
            return DEFAULT_LANE
        match self.scope:
            case LaneScope.ENDPOINT:
                what = kind.folder
            case LaneScope.ADMINISTRATION:
                what = administration.code
            case LaneScope.TOKEN:
                what = self._token(kind, administration)
        return f"{self.scope}:{what}"

    def has(self, name: str) -> bool:
        """Whether a lane called *name* is one of this rule's."""
        if self.scope is LaneScope.DESTINATION:
            return name == DEFAULT_LANE
        return name.startswith(f"{self.scope}:")

    def _token(self, kind: Kind, administration: Administration) -> str:
        if kind not in self.token_kinds or administration.sealed_token is None:
            return "none"
        return self.mark(administration.sealed_token)


ONE_LANE = Laning(scope=LaneScope.DESTINATION)
