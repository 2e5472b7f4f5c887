"""What all tables of the configuration have in common."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of the TOML file; a key that nobody knows is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
