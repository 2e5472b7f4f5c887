"""The chart of a day: bars by the hour, worked out here, drawn by the template as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.admin.operations.activity import Hour

WIDTH, HEIGHT = 960, 120  # units of the picture; the page scales it
_GAP = 6  # between two hours
_STEPS = (1, 2, 5)  # a scale ends at one of these, times a power of ten


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One hour: two bars side by side."""

    begins_at: datetime
    received: int
    delivered: int
    x: float
    width: float  # of one of the two
    received_height: float
    delivered_height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """All hours."""

    bars: Sequence[Bar]
    top: int  # files at the upper edge
    received: int  # in all
    delivered: int


def chart(hours: Sequence[Hour]) -> Chart:
    """Return the chart of *hours*, the first first."""
    top = scale_top(max((max(one.received, one.delivered) for one in hours), default=0))
    step = WIDTH / max(len(hours), 1)
    width = (step - _GAP) / 2
    return Chart(
        bars=[
            Bar(
                begins_at=one.begins_at,
                received=one.received,
                delivered=one.delivered,
                x=round(at * step + _GAP / 2, 1),
                width=round(width, 1),
                received_height=_height(one.received, top),
                delivered_height=_height(one.delivered, top),
            )
            for at, one in enumerate(hours)
        ],
        top=top,
        received=sum(one.received for one in hours),
        delivered=sum(one.delivered for one in hours),
    )


def scale_top(most: int) -> int:
    """Return the round number at or above *most* at which a scale may end; 1 at least."""
    power = 1
    while True:
        for step in _STEPS:
            if step * power >= most:
                return step * power
        power *= 10


def _height(count: int, top: int) -> float:
    """Return a bar's height; one that stands for something is seen."""
    return round(max(HEIGHT * count / top, 2), 1) if count else 0.0
