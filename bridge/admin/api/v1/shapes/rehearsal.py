"""What other routes would have done, in answers."""

from typing import Any

from pydantic import Field

from bridge.admin.api.v1.shapes.plain import Shape
from bridge.domain.kinds import Kind


class Destined(Shape):
    """Where a file goes."""

    kind: Kind | None
    administration: str | None
    held: str | None


class Moved(Shape):
    """A file that would go elsewhere."""

    upload_id: int
    path: str
    member: str | None
    before: Destined
    after: Destined


class Rehearsal(Shape):
    """What a change of routes would have done."""

    files: int = Field(description="Looked at.")
    elsewhere: list[Moved]


class FieldChange(Shape):
    """One field before and after."""


class Change(Shape):
    """One thing that is added, changed or removed."""

    act: str = Field(examples=["change"])
    subject: str = Field(examples=["account:jansen"])
    fields: dict[str, FieldChange] = Field(examples=[{"encoding": {"from": "cp850", "to": "cp1252"}}])
    notes: list[str]


class Applied(Shape):
    """What a declaration changed, or would change."""

    dry_run: bool
    changes: list[Change]
    unchanged: int
    notes: list[str] = Field(description="What somebody should know of what is unchanged.")
    not_declared: list[str] = Field(description="There and not declared; only `prune` removes them.")


class Described(Shape):
    """Administrations and accounts in the form that `apply` takes; what is at its default is left out."""

    administrations: list[dict[str, Any]] = Field(examples=[[{"code": "A1", "import_times": ["01:00"]}]])
    accounts: list[dict[str, Any]] = Field(examples=[[{"name": "jansen", "administrations": ["A1"]}]])
