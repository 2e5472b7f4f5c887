"""Who calls: one dependency for each role, and whether the call changes something.

A program shows its token in ``Authorization: Bearer``; there are no cookies here, so no other site can make a
browser call.  Whoever guesses waits, by address; a token that was right lately is not kept waiting by others
who share its address.
"""

import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Annotated

import structlog
from fastapi import Depends, Header, HTTPException, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bridge.admin.operations import tokens
from bridge.admin.operations.desk import Desk
from bridge.admin.web.console import Console
from bridge.domain.admins import ApiToken
from bridge.domain.audit import LONGEST_WHY, check_why
from bridge.domain.errors import NotFound, Refused
from bridge.domain.penalties import Penalties, peer_of
from bridge.domain.roles import Role

log = structlog.get_logger()
CHALLENGE = {"www-authenticate": 'Bearer realm="sftp-bridge"'}
_RANK = {Role.VIEWER: 0, Role.SUPPORT: 1, Role.OPERATOR: 2}
_MOST_KNOWN = 1000  # tokens that were right lately
_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="Made with `bridge token add NAME --role ROLE`; with `--write` it may change things.",
)


@dataclass(slots=True)
class Gate:
    """Remembers who guessed wrong; one for the process, used in the event loop only."""

    penalties: Penalties = field(default_factory=lambda: Penalties(time.monotonic))
    known: OrderedDict[str, None] = field(default_factory=OrderedDict)  # hashes of tokens that were right

    def seconds_left(self, peer: str, secret: str) -> float:
        """Return how long *peer* has to wait with *secret*; 0 if not at all."""
        return 0.0 if _hashed(secret) in self.known else self.penalties.seconds_left(peer)

    def was_wrong(self, peer: str, secret: str) -> None:
        """Note a wrong guess, or a token that is over."""
        self.known.pop(_hashed(secret), None)
        self.penalties.failed(peer)

    def was_right(self, peer: str, secret: str) -> None:
        """Trust this token again, and where it comes from."""
        self.penalties.forget(peer)
        self.known[_hashed(secret)] = None
        self.known.move_to_end(_hashed(secret))
        if len(self.known) > _MOST_KNOWN:
            self.known.popitem(last=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request of a program that showed a token."""

    console: Console
    token: ApiToken
    why: str | None

    @property
    def desk(self) -> Desk:
        """The desk at which the program works."""
        return self.console.desk_of(self.token.acts(self.why))


class AtLeast:
    """The dependency of what is for *role* and those who may do more."""

    def __init__(self, role: Role, *, is_change: bool) -> None:
        self.role = role
        self.is_change = is_change

    async def __call__(
        self,
        request: Request,
        shown: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
        bridge_why: Annotated[
            str | None,
            Header(description="The reason, for the audit trail: a ticket, a call.", max_length=LONGEST_WHY),
        ] = None,
    ) -> Call:
        """Return the call.

        Raises:
            HTTPException: no token is shown, or none that is right, or too many were not.
            NotFound: a tenant's viewer asks for what is not for it; it is not said whether it is there.
            Refused: the role, or a token that may only look, does not allow it.
        """
        token = await _whose(request, shown)
        request.state.token = token
        name = token.acts().who
        if _RANK[token.role] < _RANK[self.role]:
            if token.role is Role.VIEWER:
                raise NotFound(f"{name} asked for {request.url.path}")
            text = f"this is for the role {self.role}; {name} has the role {token.role}"
            raise Refused(text, public=text)
        if self.is_change and not token.may_write:
            text = f"{name} may only look; make one with: bridge token add NAME --write"
            raise Refused(text, public=text)
        why = None if bridge_why is None else check_why(bridge_why)
        return Call(console=request.app.state.console, token=token, why=why)


async def _whose(request: Request, shown: HTTPAuthorizationCredentials | None) -> ApiToken:
    gate: Gate = request.app.state.gate
    peer = peer_of("" if request.client is None else request.client.host)
    if shown is None:
        text = "show a token: Authorization: Bearer TOKEN"
        raise HTTPException(401, text, headers=CHALLENGE)
    secret = shown.credentials
    if left := gate.seconds_left(peer, secret):
        wait = f"{left:.0f}"
        raise HTTPException(429, f"too many wrong tokens; try again in {wait} s", {"retry-after": wait})
    token = await run_in_threadpool(tokens.whose, request.app.state.console.desk, secret)
    if token is None:
        gate.was_wrong(peer, secret)
        log.warning("API token refused", peer=peer)
        raise HTTPException(401, "this token is not known, revoked or over", headers=CHALLENGE)
    gate.was_right(peer, secret)
    return token


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


Viewer = Annotated[Call, Depends(AtLeast(Role.VIEWER, is_change=False))]
Support = Annotated[Call, Depends(AtLeast(Role.SUPPORT, is_change=False))]
Operator = Annotated[Call, Depends(AtLeast(Role.OPERATOR, is_change=False))]
SupportChange = Annotated[Call, Depends(AtLeast(Role.SUPPORT, is_change=True))]
OperatorChange = Annotated[Call, Depends(AtLeast(Role.OPERATOR, is_change=True))]
