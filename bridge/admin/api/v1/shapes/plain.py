"""What all shapes share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(extra="allow")


Moment = Annotated[
    str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-21T20:25:00.123456Z"])
]
Clock = Annotated[str, Field(description="HH:MM, local.", examples=["01:00"])]
Sha256 = Annotated[str, Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])]


class Problem(BaseModel):
    """What is wrong (RFC 9457)."""

    class Wrong(BaseModel):
        """One field that is wrong."""

        field: str = Field(examples=["body.encoding"])
        problem: str = Field(examples=["unknown field"])

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(description="A sentence for people.", examples=["no account jansen"])
    code: str = Field(description="Stable, for programs.", examples=["not_found"])
    errors: list[Wrong] | None = Field(default=None, description="Fields that are wrong.")
