"""The page that asks before many things are done, or one that cannot be undone: it names what and which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bridge.domain.deliveries import DeliveryId
from bridge.domain.errors import Invalid
from bridge.domain.wording import counted

_REFUSALS_TOLD = 3  # on the next page; it holds a sentence or two


@dataclass(frozen=True, slots=True, kw_only=True)
class Sure:
    """What the page says, and the form that does it."""

    question: str
    notes: Sequence[str]  # what follows from it, sentences
    names: Sequence[tuple[str, str, str]]  # of the first: a link, a name, what stands beside it
    more: int  # beyond these
    action: str  # where the form goes
    fields: Mapping[str, str]  # that it carries on
    ids: str  # one a line
    word: str  # on the button; empty: nothing can be done
    back: str
    why: str = ""
    refusals: Sequence[str] = ()  # sentences: which of those that were meant do not go
    is_danger: bool = False
    ids_name: str = field(default="ids")


def ids_of(lines: Sequence[str]) -> list[DeliveryId]:
    """Return the ids that were ticked, each once; raise `Invalid` for anything else."""
    if not all(line.isdecimal() and len(line) <= 18 for line in lines):
        raise Invalid("expected numbers of deliveries")
    return [DeliveryId(int(line)) for line in dict.fromkeys(lines)]


def told(doing: str, done: int, refusals: Sequence[str]) -> str:
    """Return what the next page says that was done."""
    text = f"{doing}: done for {counted(done, 'file')}." if done else f"{doing}: nothing was changed."
    if not refusals:
        return text
    first = " ".join(f"{sentence.rstrip('.')}." for sentence in refusals[:_REFUSALS_TOLD])
    more = len(refusals) - _REFUSALS_TOLD
    others = f" And {more} more." if more > 0 else ""
    return f"{text} {counted(len(refusals), 'file')} could not: {first}{others}"
