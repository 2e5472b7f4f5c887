"""What comes and goes raises nothing; what stays raises once, and recovers when it has stayed away."""

import pytest

from bridge.domain.alarms import AlarmKind
from bridge.domain.steadiness import RULES, Rule, judge

TWICE = Rule(raises=2, recovers=3)


def looks(rule: Rule, *seen: bool) -> list[str]:
    """What happens at each look: raised, recovered or nothing."""
    streaks: dict[str, int] = {}
    opened: set[str] = set()
    told = []
    for is_so in seen:
        judged = judge(rule, seen=["it"] if is_so else [], opened=opened, streaks=streaks)
        streaks = dict(judged.streaks)
        opened = (opened | judged.to_raise) - judged.to_recover
        told.append("raised" if judged.to_raise else "recovered" if judged.to_recover else "")
    return told


def test_what_is_so_for_long_enough_is_raised_once() -> None:
    assert looks(TWICE, True, True, True, True) == ["", "raised", "", ""]


def test_what_comes_and_goes_is_never_raised() -> None:
    assert looks(TWICE, *[True, False] * 5) == [""] * 10


def test_what_is_away_for_long_enough_recovers_once() -> None:
    assert looks(TWICE, True, True, False, False, False, False) == ["", "raised", "", "", "recovered", ""]


def test_an_alarm_stays_open_while_it_comes_back_before_it_has_recovered() -> None:
    assert looks(TWICE, True, True, *[False, False, True] * 4) == ["", "raised", *[""] * 12]


def test_a_restart_leaves_open_what_is_so() -> None:
    judged = judge(TWICE, seen=["it"], opened=["it"], streaks={})

    assert not judged.to_raise
    assert not judged.to_recover


def test_nothing_takes_less_than_one_look() -> None:
    with pytest.raises(ValueError, match="1 look"):
        Rule(raises=0, recovers=1)


def test_what_is_judged_by_looks_has_a_rule() -> None:
    others = {AlarmKind.BATCH_INCOMPLETE, AlarmKind.UPLOAD_MISSING}  # are about one import, one due time

    assert set(AlarmKind) == set(RULES) | others
