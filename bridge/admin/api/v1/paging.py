"""Pages of a listing: what comes after a place in it, never after a number of rows.

So a page costs the same wherever it is, and what is added meanwhile shifts nothing.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, Field

from bridge.admin.operations import records
from bridge.domain.errors import Invalid

T = TypeVar("T")
MOST = 1000  # on a page
DEFAULT = 100
LARGEST_ID = 2**63 - 1
_LONGEST_CURSOR = 400  # characters

Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class Page(BaseModel, Generic[T]):
    """A part of a listing."""

    items: list[T]
    next: str | None = Field(
        description="Give it as `after` to get what follows; null: this is the end.",
        examples=["WyJ1cGxvYWRzIiw0Ml0"],
    )


class Searched(Page[T], Generic[T]):
    """A part of what was found; it may be empty and yet have a `next`, for one look goes only so far back."""

    looked_to: str | None = Field(
        description="Not everything was looked at yet: how far back that went. Give `next` to look further.",
        examples=["2026-11-21T12:00:00+00:00"],
    )


class Paged(BaseModel, extra="forbid"):
    """Which part of a listing is wanted."""

    limit: Annotated[int, Field(ge=1, le=MOST, description="At most so many.")] = DEFAULT
    after: Annotated[
        str | None,
        Field(
            max_length=_LONGEST_CURSOR,
            pattern="^[A-Za-z0-9_-]+$",
            description="`next` of the page before.",
            examples=["WyJ1cGxvYWRzIiw0Ml0"],
        ),
    ] = None

    def id_of(self, noun: str) -> int | None:
        """Return the id after which the page of *noun* begins; None: at the beginning."""
        value = self._value(noun)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= LARGEST_ID:
            raise _no_cursor(noun)
        return value

    def name_of(self, noun: str) -> str | None:
        """Return the name after which the page of *noun* begins; None: at the beginning."""
        value = self._value(noun)
        if value is not None and (not isinstance(value, str) or not value.isprintable()):
            raise _no_cursor(noun)
        return value

    def _value(self, noun: str) -> Any:
        if self.after is None:
            return None
        try:
            padded = self.after + "=" * (-len(self.after) % 4)
            said, value = json.loads(base64.urlsafe_b64decode(padded))
        except (ValueError, TypeError, binascii.Error, RecursionError):
            raise _no_cursor(noun) from None
        if said != noun:
            raise _no_cursor(noun)
        return value

    def answer(
        self,
        noun: str,
        found: Sequence[T],
        *,
        place: Callable[[T], int | str | None],
        record: Callable[[T], Any],
    ) -> dict[str, Any]:
        """Return a page.

        Args:
            noun: of the listing; its cursors are good for no other.
            found: one more than `limit`, if there are so many.
            place: where one stands in the listing: its id or name.
            record: one as plain values.
        """
        shown = found[: self.limit]
        end = place(shown[-1]) if len(found) > self.limit else None
        return {"items": [record(one) for one in shown], "next": None if end is None else _cursor(noun, end)}


def searched(
    noun: str,
    found: Sequence[Any],
    before: int | None,
    looked_to: datetime | None,
    record: Callable[[Any], Any],
) -> dict[str, Any]:
    """Return a page of what a search found.

    Args:
        noun: of the listing; its cursors are good for no other.
        found: what is on the page.
        before: the id at which the next page begins; None: this is the end.
        looked_to: how far back it was looked, if not to the end.
        record: one as plain values.
    """
    return {
        "items": [record(one) for one in found],
        "next": None if before is None else _cursor(noun, before),
        "looked_to": records.moment(looked_to),
    }


def _cursor(noun: str, value: int | str) -> str:
    text = json.dumps([noun, value], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _no_cursor(noun: str) -> Invalid:
    return Invalid(f"after: this is not the `next` of a page of {noun}")
