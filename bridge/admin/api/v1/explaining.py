"""What a program is told when something cannot be done; below ``/api/`` only."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from bridge.admin.problems import problem
from bridge.admin.status_codes import status_of
from bridge.domain.errors import BridgeError, NotFound, Unavailable
from bridge.domain.roles import Role

RETRY_SECONDS = 5  # after which a part that does not work now may be asked again
_TOLD_IN_FULL = {409, 422}  # what the caller must change, or must look at again
_NOT_FOR_A_VIEWER = "there is no such thing, or it is not for this token"
_PHRASES = {
    404: "there is no such address; see /api/v1/docs",
    405: "this address does not take this method",
    400: "the body cannot be read",
}


def explain(request: Request, error: Exception) -> Response:
    """Return the problem that *error* is."""
    if isinstance(error, BridgeError):
        return _ours(request, error)
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException):
        # Starlette's own texts are "Not Found" and the like; ours are sentences.
        text = _PHRASES.get(error.status_code, "") or str(error.detail)
        return problem(error.status_code, text, headers=error.headers)
    return problem(500, "this should not have happened; the server's log has more", code="internal")


def _ours(request: Request, error: BridgeError) -> Response:
    status = status_of(error)
    headers = {"retry-after": str(RETRY_SECONDS)} if isinstance(error, Unavailable) else None
    text = str(error) if status in _TOLD_IN_FULL else error.public
    if isinstance(error, NotFound):
        # The same for what is not there and for what is another tenant's.
        token = getattr(request.state, "token", None)
        is_viewer = token is not None and token.role is Role.VIEWER
        text = _NOT_FOR_A_VIEWER if is_viewer else str(error).partition("; see: ")[0]
    return problem(status, text, code=error.code, headers=headers)


def _invalid(error: RequestValidationError) -> Response:
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return problem(400, "the body is no JSON")
    errors = [{"field": _field(one["loc"]), "problem": _words(one)} for one in found]
    text = "; ".join(f"{one['field']}: {one['problem']}" for one in errors[:3])
    return problem(422, text, code="invalid", errors=errors)


def _field(place: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in place)


def _words(one: Mapping[str, Any]) -> str:
    """Return what is wrong with a field; never what was given, for it may be a secret."""
    if one["type"] == "extra_forbidden":
        return "unknown field"
    return str(one["msg"])


class ExplainedRoute(APIRoute):
    """A route whose body is JSON, and says so; after a change the console remembers nothing."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        answer = super().get_route_handler()
        has_body = self.body_field is not None
        looks_only = self.methods == {"GET"}

        async def checked(request: Request) -> Response:
            given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if has_body and given and given != "application/json":
                raise HTTPException(415, "the body is JSON: say Content-Type: application/json")
            answered = await answer(request)
            if not looks_only:
                request.app.state.console.forget()
            return answered

        return checked
