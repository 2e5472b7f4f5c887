"""One attempt: from a leased delivery to what came back.  It decides nothing and writes nothing."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace

from bridge.config.settings import DestinationSettings
from bridge.delivery.body import Body, BodyFailure
from bridge.delivery.excerpt import may_repeat, pieces_of, without_content
from bridge.delivery.limiter import Permit
from bridge.delivery.sender import Sender
from bridge.delivery.targets import payt
from bridge.domain.deliveries import Assignment
from bridge.domain.errors import Unavailable
from bridge.domain.outcomes import Answer, Damaged, Event, Locked, NoAnswer, Verdict, judge
from bridge.domain.pacing import Ending
from bridge.runtime.sealing import Sealer
from bridge.spool.protocol import Spool


class Exchange:
    """One HTTP request for one delivery."""

    def __init__(
        self, assignment: Assignment, *, spool: Spool, sealer: Sealer, settings: DestinationSettings
    ) -> None:
        self.assignment = assignment
        self.kind = payt.kind_of(assignment)
        self._spool = spool
        self._sealer = sealer
        self._settings = settings
        self._has_begun = False
        self._answer: Answer | None = None
        self._body: Body | None = None

    async def run(self, sender: Sender, permit: Permit) -> Event:
        """Send it as soon as *permit* allows and return what came of it; *permit* learns how it ended."""
        ending = Ending.LOST
        try:
            event = await self._run(sender, permit)
            if isinstance(event, Answer):
                self._answer = event
                ending = Ending.SLOW_DOWN if judge(event) is Verdict.SLOW_DOWN else Ending.ANSWERED
        finally:
            # If nothing went out, connecting counts as use: no storm against a dead destination.
            permit.end(ending)
        return await self._harmless(event) if isinstance(event, Answer) else event

    async def _harmless(self, answer: Answer) -> Answer:
        """Return *answer* without what it repeats of the file."""
        document = self.assignment.document
        if document.blob is None or not may_repeat(answer.excerpt, self.kind):
            return answer
        pieces = pieces_of(self._spool.path(document.blob), document.name)
        shown = await asyncio.to_thread(without_content, answer.excerpt, self.kind, pieces)
        return replace(answer, excerpt=shown)

    async def _run(self, sender: Sender, permit: Permit) -> Event:
        if self.assignment.document.blob is None:
            return Damaged(what="the stored bytes were removed when their retention ended")
        try:
            token = self._token()
        except Unavailable as error:
            return Locked(what=f"The import token cannot be opened: {error}.")
        try:
            async with AsyncExitStack() as stack:
                return await self._send(sender, stack, token, self.assignment.document.blob, permit)
        except BodyFailure as failure:
            return failure.event

    async def _send(
        self,
        sender: Sender,
        stack: AsyncExitStack,
        token: str | None,
        blob: str,
        permit: Permit,
    ) -> Event:
        document = self.assignment.document
        submission = payt.submission(self.assignment, settings=self._settings, token=token)
        self._body = await stack.enter_async_context(
            Body(
                self._spool.path(blob),
                size=document.size,
                sha256=document.sha256,
                filename=submission.filename,
                fields=submission.fields,
                is_compressing=submission.is_compressed_here,
            )
        )

        def begun() -> None:
            self._has_begun = True
            permit.use()

        await permit.wait()
        event = await sender.send(
            submission,
            self._body,
            is_resendable=self.kind.is_resendable,
            secrets=self._secrets(token),
            on_sent=begun,
        )
        if self._body.failure is not None and not isinstance(event, Answer):
            return self._body.failure.event
        return event

    def cut_short(self, why: str) -> Answer | NoAnswer:
        """Return what is known when `run` was ended from outside."""
        if self._answer is not None:
            return replace(self._answer, excerpt="")
        is_out = self._has_begun and self._body is not None and self._body.is_whole
        return NoAnswer(is_unsent=not is_out, what=why, is_ours=True)

    def _token(self) -> str | None:
        sealed = self.assignment.administration.sealed_token
        if sealed is None or self.kind not in self._settings.token_kinds:
            return None
        return self._sealer.open(sealed)

    def _secrets(self, token: str | None) -> tuple[str, ...]:
        values = [value.get_secret_value() for value in self._settings.extra_headers.values()]
        # "Bearer abc": the word alone is no secret, the part after it is.
        parts = [part for value in values for part in (value, value.rpartition(" ")[2])]
        return tuple(secret for secret in (token, *parts) if secret)
