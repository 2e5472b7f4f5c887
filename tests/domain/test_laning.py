"""Which deliveries share a lane."""

from datetime import time

import pytest

from bridge.domain.administrations import Administration, AdministrationId
from bridge.domain.deliveries import DEFAULT_LANE
from bridge.domain.kinds import Kind
from bridge.domain.laning import ONE_LANE, LaneScope, Laning


def place(code: str = "NL03", token: str | None = None) -> Administration:
    return Administration(
        id=AdministrationId(3),
        code=code,
        payt_id=None,
        sealed_token=token,
        import_times=(time(1),),
        timezone="Europe/Amsterdam",
    )


def rule(scope: LaneScope) -> Laning:
    return Laning(scope=scope, token_kinds=frozenset({Kind.DATA}), mark=lambda sealed: f"of {sealed}")


@pytest.mark.parametrize(
    ("scope", "kind", "token", "name"),
    [
        (LaneScope.DESTINATION, Kind.DATA, "T", "destination"),
        (LaneScope.ENDPOINT, Kind.DATA, "T", "endpoint:csv"),
        (LaneScope.ENDPOINT, Kind.DECLARATION, "T", "endpoint:declaration_file"),
        (LaneScope.ADMINISTRATION, Kind.DATA, None, "administration:NL03"),
        (LaneScope.TOKEN, Kind.DATA, "T", "token:of T"),
        (LaneScope.TOKEN, Kind.DATA, None, "token:none"),
        (LaneScope.TOKEN, Kind.INVOICE_PDF, "T", "token:none"),  # is sent without it
    ],
)
def test_the_scope_names_the_lane(scope: LaneScope, kind: Kind, token: str | None, name: str) -> None:
    assert rule(scope).name(kind, place(token=token)) == name


@pytest.mark.parametrize("scope", LaneScope)
def test_what_has_no_place_yet_waits_in_the_default_lane(scope: LaneScope) -> None:
    assert rule(scope).name(None, place()) == DEFAULT_LANE
    assert rule(scope).name(Kind.DATA, None) == DEFAULT_LANE


@pytest.mark.parametrize("scope", LaneScope)
def test_a_rule_knows_its_own_lanes_and_no_others(scope: LaneScope) -> None:
    names = {each: rule(each).name(Kind.DATA, place()) for each in LaneScope}

    assert [each for each, name in names.items() if rule(scope).has(name)] == [scope]


def test_without_a_setting_there_is_one_lane() -> None:
    assert ONE_LANE.name(Kind.DATA, place(token="T")) == DEFAULT_LANE
