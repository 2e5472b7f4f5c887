"""Prospects: what is expected of one administration's next import, and what of that is worth an alarm."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bridge.domain.alarms import administration_subject, lane_subject
from bridge.domain.forecast import Verdict
from bridge.domain.spans import span
from bridge.domain.wording import counted

MOST = 20  # alarms of their own at a time; where more are late there is one cause, and one alarm about it
_NAMED = 3  # of many


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What is expected of what waits in one lane, of one account, for one administration."""

    lane: str
    account: str
    administration: str  # its code
    timezone: str
    waiting: int  # files
    cut_off_at: datetime  # the import
    done_at: datetime | None  # None: nothing goes before an operator says so
    slack: timedelta | None  # from then to the import; None: stopped
    verdict: Verdict
    is_stopped: bool  # by an operator: told as that, and as no lateness

    @property
    def detail(self) -> str:
        """What exactly, in one line: ``import 01:00, account jansen: 214 files wait, 20 min late``."""
        local = self.cut_off_at.astimezone(ZoneInfo(self.timezone))
        files = counted(self.waiting, "file waits", "files wait")
        return (
            f"import {local:%Y-%m-%d %H:%M} ({self.timezone}), account {self.account}: {files}, {self.room}"
        )

    @property
    def room(self) -> str:
        """How much time there is left, or is not."""
        if self.slack is None:
            return "nothing is sent"
        return f"{span(-self.slack)} late" if self.slack < timedelta() else f"{span(self.slack)} to spare"


def pressing(
    prospects: Iterable[Prospect], verdict: Verdict, *, opened: Iterable[str] = ()
) -> Mapping[str, str]:
    """Return what an alarm of *verdict* is due for: subjects, each with its detail.

    Where more than `MOST` administrations of a lane are concerned, those that are not *opened* already
    are told together, as of the lane.
    """
    known = set(opened)
    lanes: dict[str, dict[str, Prospect]] = {}
    for one in prospects:
        if one.verdict is verdict and one.waiting and not one.is_stopped:
            lanes.setdefault(one.lane, {}).setdefault(administration_subject(one.administration), one)
    found: dict[str, str] = {}
    for lane, concerned in lanes.items():
        apart = {subject: one for subject, one in concerned.items() if subject in known}
        rest = [one for subject, one in concerned.items() if subject not in known]
        if len(concerned) <= MOST:
            apart = concerned
        elif rest:
            found[lane_subject(lane)] = _together(rest)
        found |= {subject: one.detail for subject, one in apart.items()}
    return found


def _together(many: Sequence[Prospect]) -> str:
    named = ", ".join(f"{one.administration} ({one.room})" for one in many[:_NAMED])
    return f"{len(many)} administrations, among them {named}"
