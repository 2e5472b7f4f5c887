"""When what is seen becomes an alarm, and when the alarm recovers: not at once, so that none flaps.

Whoever watches looks once a minute and says what is so.  A thing must be so for some looks in a row before
an alarm is raised, and not so for some before it recovers.  A restart counts anew; what is open stays open.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bridge.domain.alarms import AlarmKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How many looks in a row it takes."""

    raises: int
    recovers: int

    def __post_init__(self) -> None:
        if min(self.raises, self.recovers) < 1:
            raise ValueError("expected 1 look or more")


RULES: Mapping[AlarmKind, Rule] = {
    AlarmKind.CUT_OFF_AT_RISK: Rule(raises=2, recovers=3),  # one slow answer moves a forecast
    AlarmKind.CUT_OFF_LATE: Rule(raises=2, recovers=3),
    AlarmKind.FILES_HELD: Rule(raises=2, recovers=2),  # some are mended at once
    # A pause by Payt ends after ten minutes, and until the next file is refused there is none.
    AlarmKind.ADMINISTRATION_PAUSED: Rule(raises=1, recovers=5),
    AlarmKind.LANE_PAUSED: Rule(raises=2, recovers=3),  # after a 429 it goes on by itself
    AlarmKind.DESTINATION_AWAY: Rule(raises=2, recovers=2),
    AlarmKind.DISK_LOW: Rule(raises=2, recovers=2),  # and there must be a quarter more room, see DISK_SURPLUS
    AlarmKind.CERTIFICATE_EXPIRING: Rule(raises=1, recovers=1),
    AlarmKind.CREDENTIAL_EXPIRING: Rule(raises=1, recovers=1),
}
DISK_SURPLUS = 1.25  # of the room below which the disk is low there must be so much before it is not


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a look comes to."""

    to_raise: frozenset[str]  # subjects
    to_recover: frozenset[str]
    streaks: Mapping[str, int]  # looks in a row; above 0: it was so, below: it was not


def judge(
    rule: Rule, *, seen: Collection[str], opened: Collection[str], streaks: Mapping[str, int]
) -> Judgement:
    """Return what to raise and what recovers.

    Args:
        rule: how many looks it takes.
        seen: the subjects of which it is so now.
        opened: those whose alarm is open.
        streaks: as the look before has left them.
    """
    now = {subject: max(streaks.get(subject, 0), 0) + 1 for subject in seen}
    now |= {subject: min(streaks.get(subject, 0), 0) - 1 for subject in opened if subject not in now}
    return Judgement(
        to_raise=frozenset(
            subject for subject, looks in now.items() if looks >= rule.raises and subject not in opened
        ),
        to_recover=frozenset(subject for subject, looks in now.items() if -looks >= rule.recovers),
        streaks=now,
    )
