"""What is shown beside a held file: what would happen, and doubtful lines read both ways."""

import re
from dataclasses import dataclass

_LINE = re.compile(r"line (\d+) as ([^\s:]+): (.*)", re.DOTALL)
_LIKELY = re.compile(r"\blikely ([A-Za-z0-9-]+)")
_CONSEQUENCE = re.compile(r"[\d,]+ of [\d,]+ open invoices? would be marked paid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A line of a file, read in one character set."""

    line: int
    encoding: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A detail, taken apart."""

    text: str  # what is left of it
    consequence: str = ""  # what an import of it would do
    likely: str | None = None  # the character set that is suggested
    readings: tuple[Reading, ...] = ()


def preview(detail: str | None) -> Preview:
    """Return what *detail* of a held file says."""
    lead, *lines = re.split(r"(?:; |\n)(?=line \d+ as )", detail or "")
    readings = [_LINE.fullmatch(line) for line in lines]
    found = _CONSEQUENCE.search(lead)
    consequence = found[0] if found else ""
    likely = _LIKELY.search(lead)
    return Preview(
        text=lead.replace(consequence, "").strip("; \n") if consequence else lead,
        consequence=consequence,
        likely=likely[1] if likely else None,
        readings=tuple(Reading(line=int(one[1]), encoding=one[2], text=one[3]) for one in readings if one),
    )
