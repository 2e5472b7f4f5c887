"""Errors as programs read them: ``application/problem+json`` (RFC 9457).  No trace of code is in it."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response

MEDIA_TYPE = "application/problem+json"
API = "/api/"  # below it errors are problems; elsewhere pages or plain text

# What is wrong, by status, where no error of ours says it.
_CODES = {
    400: "malformed",
    401: "unauthenticated",
    403: "refused",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "slow_down",
    503: "unavailable",
}


def problem(
    status: int,
    detail: str,
    *,
    code: str | None = None,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the answer that says what is wrong.

    Args:
        status: of HTTP.
        detail: a sentence for whoever wrote the program.
        code: stable, for the program; None: by the status.
        errors: fields that are wrong, each with what is wrong.
        headers: more of them.
    """
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code or _CODES.get(status, "internal"),
    }
    if errors:
        body["errors"] = [dict(one) for one in errors]
    return JSONResponse(body, status_code=status, headers=headers, media_type=MEDIA_TYPE)
