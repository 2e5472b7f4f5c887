"""Limits before the login: how many may knock, and how long one waits who guessed wrong."""

from collections.abc import Callable

from bridge.domain.penalties import Penalties, peer_of


class Throttle:
    """Counts connections and failures by peer (`peer_of` an address); *now* is the loop's time in seconds."""

    def __init__(self, *, max_connections: int, max_unauthenticated: int, now: Callable[[], float]) -> None:
        self._max_connections = max_connections
        self._max_unauthenticated = max_unauthenticated
        self._penalties = Penalties(now)
        self._connections = 0
        self._waiting: dict[str, int] = {}  # peer -> connections that have not logged in

    def is_waiting(self, address: str) -> bool:
        """Whether the address gave so many wrong passwords that it has to wait."""
        return bool(self._penalties.seconds_left(peer_of(address)))

    def admit(self, address: str) -> bool:
        """Whether a new connection may speak; if so it must `leave` later.

        One peer may hold at most half of the places before the login, so that others still get in.
        """
        if self.is_waiting(address):
            return False
        if self._connections >= self._max_connections:
            return False
        peer = peer_of(address)
        waiting = self._waiting.get(peer, 0)
        if sum(self._waiting.values()) >= self._max_unauthenticated:
            return False
        if waiting >= max(1, self._max_unauthenticated // 2):
            return False
        self._connections += 1
        self._waiting[peer] = waiting + 1
        return True

    def logged_in(self, address: str) -> None:
        """Note that a connection has logged in; the address is trusted again."""
        self._stop_waiting(address)
        self._penalties.forget(peer_of(address))

    def leave(self, address: str, *, was_logged_in: bool) -> None:
        """Note the end of an admitted connection."""
        self._connections -= 1
        if not was_logged_in:
            self._stop_waiting(address)

    def failed(self, address: str) -> None:
        """Note a wrong password; from the seventh on the address has to wait, longer each time."""
        self._penalties.failed(peer_of(address))

    def _stop_waiting(self, address: str) -> None:
        peer = peer_of(address)
        left = self._waiting.get(peer, 0) - 1
        if left > 0:
            self._waiting[peer] = left
        else:
            self._waiting.pop(peer, None)
