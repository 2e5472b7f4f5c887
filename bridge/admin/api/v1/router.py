"""Routers as all nouns make them: with the problems that every call may meet."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from bridge.admin.api.v1.explaining import ExplainedRoute
from bridge.admin.api.v1.paging import LARGEST_ID
from bridge.admin.api.v1.shapes.plain import Problem

PREFIX = "/api/v1"
_EVERYWHERE: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The request cannot be read."},
    401: {"model": Problem, "description": "No token, or none that is right."},
    403: {"model": Problem, "description": "The token may not do this."},
    404: {"model": Problem, "description": "There is no such thing for this token."},
    413: {"model": Problem, "description": "The body is too large."},
    422: {"model": Problem, "description": "A value cannot be right."},
    429: {"model": Problem, "description": "Too many wrong tokens from this address; wait."},
    503: {"model": Problem, "description": "A part that is needed does not work now; try later."},
}
CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "What is there, or its state, forbids it."}
}

AccountName = Annotated[
    str,
    Path(pattern=r"^[a-z0-9](?:[a-z0-9._@-]{0,62}[a-z0-9])?$", description="The login.", examples=["jansen"]),
]
Name = Annotated[str, Path(pattern=r"^[a-z0-9](?:[a-z0-9._@-]{0,62}[a-z0-9])?$", examples=["monitoring"])]
Code = Annotated[
    str,
    Path(
        min_length=1,
        max_length=64,
        pattern=r"^[^/\\\x00-\x1f\x7f]+$",
        description="An administration's code.",
        examples=["A1"],
    ),
]
Number = Annotated[int, Path(ge=1, le=LARGEST_ID, examples=[42])]


def router(path: str, *, tag: str) -> APIRouter:
    """Return a router below ``/api/v1``.

    Args:
        path: of the noun: ``/uploads``.
        tag: under which the description shows it.
    """
    return APIRouter(
        prefix=f"{PREFIX}{path}", tags=[tag], route_class=ExplainedRoute, responses=dict(_EVERYWHERE)
    )
