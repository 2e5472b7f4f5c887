"""The states: one table in the domain, the same CHECK in the schema, the same picture in the README."""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import pytest
import sqlalchemy as sa

from bridge.domain.deliveries import DELIVERY_STEPS, DeliveryState
from bridge.domain.uploads import UPLOAD_STEPS, UploadState
from bridge.ledger.schema import deliveries, uploads

README = Path(__file__).parents[2] / "README.md"


def picture(noun: str) -> dict[str, set[str]]:
    """Return the steps that the README's picture shows for *noun*."""
    block = re.search(rf"^{noun}\n((?:  \w+ +→.*\n)+)", README.read_text(), re.MULTILINE)
    assert block is not None, f"README has no picture of {noun}"
    steps: dict[str, set[str]] = {}
    for line in block[1].splitlines():
        state, _, rest = line.partition("→")
        following = re.match(r"(?: \w+(?: \| \w+)*)?(?=   |$)", rest)
        assert following is not None, line
        steps[state.strip()] = {word for word in following[0].replace("|", " ").split() if word}
    return steps


@pytest.mark.parametrize(("noun", "table"), [("Upload", UPLOAD_STEPS), ("Delivery", DELIVERY_STEPS)])
def test_the_readme_shows_the_steps_of_the_domain(
    noun: str, table: Mapping[StrEnum, frozenset[StrEnum]]
) -> None:
    assert picture(noun) == {str(state): {str(each) for each in steps} for state, steps in table.items()}


@pytest.mark.parametrize(("table", "states"), [(uploads, UploadState), (deliveries, DeliveryState)])
def test_the_schema_takes_the_states_of_the_domain_and_no_others(
    table: sa.Table, states: type[StrEnum]
) -> None:
    [check] = [
        str(constraint.sqltext)
        for constraint in table.constraints
        if isinstance(constraint, sa.CheckConstraint) and str(constraint.sqltext).startswith("state IN")
    ]

    assert set(re.findall(r"'(\w+)'", check)) == {str(state) for state in states}
