"""A table takes the keys it knows, and does not change."""

import pytest
from pydantic import ValidationError

from bridge.config.section import Section


class Table(Section):
    """One key."""

    key: float = 1.0


@pytest.mark.parametrize("given", [{"kee": 1.0}, {"key": float("inf")}])
def test_what_is_not_known_or_no_number_is_refused(given: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        Table.model_validate(given)


def test_a_table_does_not_change() -> None:
    with pytest.raises(ValidationError):
        Table().key = 2.0  # type: ignore[misc]
