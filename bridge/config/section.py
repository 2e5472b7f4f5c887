"""What all tables of the configuration have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Port = Annotated[int, Field(ge=0, le=65535)]


class Section(BaseModel):
    """A table of the TOML file; a key that nobody knows is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
