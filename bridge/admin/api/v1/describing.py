"""The API's own description (OpenAPI 3.1), with problems as what they are."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from bridge.admin.api.v1.router import PREFIX
from bridge.admin.problems import MEDIA_TYPE

_METHODS = frozenset({"get", "put", "post", "delete", "patch"})
_ABOUT = """What commands and console can do, for programs.

- Show a token: `Authorization: Bearer TOKEN` (`bridge token add NAME --role ROLE`, with `--write` to change).
  *operator* may do everything, *support* looks at everything and decides about files, a *viewer* sees one
  account. What is another tenant's is 404, whether it is there or not.
- What is wrong is told as `application/problem+json`; `code` is stable, `detail` is for people.
- Listings come in pages: give `next` as `after`, until it is null. What is added meanwhile shifts nothing.
- `PUT` of the same again changes nothing and is not noted. A field that is not known is refused.
- `Bridge-Why: TEXT` is noted in the audit trail beside the token's name.
"""


def describe(application: FastAPI) -> None:
    """Make *application* describe itself so."""
    plain = application.openapi

    def described() -> dict[str, Any]:
        if application.openapi_schema is None:
            schema = plain()
            schema["info"]["description"] = _ABOUT
            for path, operation in _operations(schema):
                if path.startswith(PREFIX):
                    _tell_problems(operation)
                    _tell_no_body(operation)
            application.openapi_schema = schema
        return application.openapi_schema

    application.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to do it


def _operations(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            if method in _METHODS:
                yield path, operation


def _tell_problems(operation: dict[str, Any]) -> None:
    """Say the media type of problems, and of which kind those are that have none yet."""
    for status, response in operation["responses"].items():
        if int(status) >= 400 and "application/json" in response.get("content", {}):
            response["content"] = {MEDIA_TYPE: response["content"]["application/json"]}
    if "requestBody" in operation:
        operation["responses"]["415"] = operation["responses"]["413"] | {
            "description": "The body is not said to be JSON."
        }


def _tell_no_body(operation: dict[str, Any]) -> None:
    """Leave out what only a call with a body can meet."""
    if "requestBody" not in operation:
        operation["responses"].pop("413", None)
