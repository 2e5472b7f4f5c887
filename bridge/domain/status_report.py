"""The reports ``NAME.rejected.txt`` and ``NAME.ok``: one file, why it did not go, what its sender can do."""

from collections.abc import Iterator, Mapping, Sequence

from bridge.domain.deliveries import DeliveryState
from bridge.domain.names import printable
from bridge.domain.reasons import ReasonCode
from bridge.domain.reports import UNKNOWN, Counted
from bridge.domain.status import Received, Rejected
from bridge.domain.status_advice import advice, telling
from bridge.domain.status_texts import Advice, Words
from bridge.domain.status_wording import LONGEST_NAME, Wording, field, paragraph
from bridge.domain.uploads import UploadState

MAX_PLACES = 10  # uploads of one name that are told in one report, the newest
MAX_STUCK = 20  # files of one archive that are told one by one
_LONGEST_DETAIL = 400
_WIDTH = 84

_NOT_SENT: tuple[Counted, ...] = (DeliveryState.HELD, UNKNOWN, DeliveryState.CANCELLED)


def rejected(found: Sequence[Rejected], wording: Wording) -> list[str]:
    """Return the lines of the report on the uploads *found*, all of one name, the newest first."""
    name = printable(found[0].upload.name, LONGEST_NAME)
    words = wording.words
    lines = [_heading(found[0].upload.counts, words).format(name=name)]
    for one in found[:MAX_PLACES]:
        lines += ["", *_section(one, wording)]
    if len(found) > MAX_PLACES:
        lines += ["", words.others.format(count=wording.number(len(found) - MAX_PLACES))]
    return lines


def _heading(counts: Mapping[Counted, int], words: Words) -> str:
    if UNKNOWN in counts:
        return words.report_heading_uncertain
    return words.report_heading_partly if DeliveryState.DELIVERED in counts else words.report_heading


def delivered(found: Sequence[Received], wording: Wording) -> list[str]:
    """Return the lines about the uploads *found*, all of one name and delivered, the newest first."""
    lines = [wording.words.ok_heading.format(name=printable(found[0].name, LONGEST_NAME))]
    for upload in found[:MAX_PLACES]:
        lines.append("")
        lines += _field("received", wording.received(upload), wording)
        lines += _field("state", wording.outcome(upload), wording)
    return lines


def _section(one: Rejected, wording: Wording) -> Iterator[str]:
    upload = one.upload
    state = wording.together(wording.told(upload.counts))
    yield from _field("received", wording.received(upload), wording)
    if sum(upload.counts.values()) > 1:
        yield from _field("state", state, wording)
        yield from _stuck(one, wording)
    else:
        only = one.stuck[0] if one.stuck else upload
        yield from _because(only.state, only.reason, only.detail, wording)
    if one.batch is not None:
        together = wording.together(wording.told(one.batch.deliveries, one.batch.uploads))
        if together != state:
            yield from _field("together", together, wording)
    yield ""
    yield from paragraph(wording.words.closing.format(id=upload.id), width=_WIDTH)


def _stuck(one: Rejected, wording: Wording) -> Iterator[str]:
    for each in one.stuck[:MAX_STUCK]:
        yield ""
        yield from _field("file", printable(each.name, LONGEST_NAME), wording)
        yield from _because(each.state, each.reason, each.detail, wording)
    hidden = sum(one.upload.counts.get(counted, 0) for counted in _NOT_SENT) - len(one.stuck[:MAX_STUCK])
    if hidden > 0:
        yield ""
        yield wording.words.others.format(count=wording.number(hidden))


def _because(
    state: UploadState | DeliveryState, code: ReasonCode | None, detail: str | None, wording: Wording
) -> Iterator[str]:
    words = wording.words
    states: Mapping[str, str] = {
        UploadState.REFUSED: words.state_refused,
        DeliveryState.CANCELLED: words.state_cancelled,
    }
    yield from _field("state", states.get(state, words.state_held), wording)
    yield from _field("why", wording.why(code), wording)
    if place := telling(code, detail):
        yield from _field("where", words.detail.format(text=printable(place, _LONGEST_DETAIL)), wording)
    what = advice(code)
    if state is DeliveryState.CANCELLED and what not in {Advice.SEND_AGAIN, Advice.SEND_ELSEWHERE}:
        what = Advice.ASK  # there is nothing to wait for
    yield from _field("todo", words.advice[what], wording)


def _field(label: str, text: str, wording: Wording) -> list[str]:
    labels = wording.words.labels
    width = max(map(len, labels.values()))
    return field(labels[label], text, width=_WIDTH, label_width=width)
