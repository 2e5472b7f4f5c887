"""Requests made from the API's own description: what it says is what happens, whatever is sent."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import positive_data_acceptance

from bridge.domain.roles import Role
from tests.admin.api.v1.conftest import Hire, Program

QUICK = {GenerationMode.POSITIVE: 1, GenerationMode.NEGATIVE: 1}  # requests for each operation
LONG = {GenerationMode.POSITIVE: 60, GenerationMode.NEGATIVE: 60}
# That a character set or a key exists, no schema can say: 422 is right there.
BEYOND: list[CheckFunction] = [positive_data_acceptance]
Operation = APIOperation[Any, Any, Any, Any]


def operations(application: FastAPI) -> list[Operation]:
    """Everything below /api/v1 that is described."""
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", application)
    found = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    # A test of an alert would knock at made-up addresses.
    return [one for one in found if one.path.startswith("/api/v1/") and not one.path.endswith("/test")]


def attack(application: FastAPI, hired: Program, counts: dict[GenerationMode, int]) -> int:
    """Send requests to every operation, and check every answer against its description."""
    shown = {"Authorization": f"Bearer {hired.secret}"}
    asked = operations(application)
    for operation in asked:
        for mode, count in counts.items():
            _ask(operation, mode, count, shown)()
    return len(asked)


def _ask(operation: Operation, mode: GenerationMode, count: int, shown: dict[str, str]) -> Callable[[], None]:
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Case[Any]) -> None:
        case.call_and_validate(headers=shown, excluded_checks=BEYOND)

    result: Callable[[], None] = check
    return result


def test_every_operation_answers_as_it_is_described(application: FastAPI, operator: Program) -> None:
    assert attack(application, operator, QUICK) > 50


@pytest.mark.campaign
@pytest.mark.parametrize("role", list(Role))
def test_every_operation_answers_as_it_is_described_whatever_is_sent(
    application: FastAPI, hire: Hire, role: Role
) -> None:
    assert attack(application, hire(role), LONG) > 50
