"""The page ``today.txt``: what was received today and what became of it, for people."""

from collections.abc import Iterator, Sequence

from bridge.domain.names import printable
from bridge.domain.status import DAYS, MAX_COUNTED, REJECTED_FATES, Facts, Fate, Received
from bridge.domain.status_wording import LONGEST_NAME, REJECTED, Wording, field, paragraph, report_name

TODAY = "today.txt"
_NAMES_WIDTH = 44  # of the column with the names; a longer one pushes only its own line
_OUTCOME_WIDTH = 76
_WIDTH = 100
_SHOWN_REPORTS = 20


def today(facts: Facts, wording: Wording, reports: Sequence[str]) -> list[str]:
    """Return the lines of the page.

    Args:
        facts: what the ledger says.
        wording: in which language and zone.
        reports: names of the reports that are in the folder, the newest first.
    """
    words = wording.words
    shown = [upload for upload in facts.recent if upload.closed_at >= facts.midnight]
    blocks = [
        [words.heading.format(account=facts.account, day=wording.day(facts.today)), _summary(facts, wording)],
        list(_table(facts, wording, shown)),
        list(_waiting(facts, wording)),
        list(_reports(wording, reports)),
        paragraph(words.legend.format(timezone=facts.timezone), width=_WIDTH),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block).split("\n")


def _summary(facts: Facts, wording: Wording) -> str:
    words, total = wording.words, sum(facts.tally.values())
    if not total:
        return words.nothing_today
    counts = ", ".join(
        f"{wording.number(facts.tally[fate])} {words.fates[fate]}" for fate in Fate if facts.tally.get(fate)
    )
    if facts.is_tally_cut:
        return words.counted_newest.format(most=wording.number(MAX_COUNTED), counts=counts)
    return words.counted.format(files=wording.files(total), counts=counts)


def _table(facts: Facts, wording: Wording, shown: Sequence[Received]) -> Iterator[str]:
    if not shown:
        return
    sizes = [wording.size(upload.size) for upload in shown]
    paths = [printable(upload.path, LONGEST_NAME) for upload in shown]
    size_width = max(map(len, [*sizes, wording.words.columns[1]]))
    path_width = min(_NAMES_WIDTH, max(map(len, [*paths, wording.words.columns[2]])))
    time, size, path, what = wording.words.columns
    yield f"{time:<5}  {size:>{size_width}}  {path:<{path_width}}  {what}"
    for upload, size, path in zip(shown, sizes, paths, strict=True):
        before = f"{wording.time(upload.closed_at)}  {size:>{size_width}}  {path:<{path_width}}"
        indent = 5 + 2 + size_width + 2 + path_width
        first, *rest = field(
            "", _outcome(upload, wording), width=indent + 2 + _OUTCOME_WIDTH, label_width=indent
        )
        yield f"{before}  {first.strip()}"
        yield from rest
    hidden = sum(facts.tally.values()) - len(shown)
    if hidden > 0:
        yield wording.words.more.format(count=wording.number(hidden))


def _outcome(upload: Received, wording: Wording) -> str:
    text = wording.outcome(upload)
    if upload.fate not in REJECTED_FATES:
        return text
    name = printable(report_name(upload.name, REJECTED), LONGEST_NAME)
    return f"{text.rstrip('.')}. {wording.words.see_report.format(name=name)}"


def _waiting(facts: Facts, wording: Wording) -> Iterator[str]:
    if facts.waiting:
        words = wording.words
        text = words.waiting_one if facts.waiting == 1 else words.waiting
        yield text.format(files=wording.files(facts.waiting))


def _reports(wording: Wording, reports: Sequence[str]) -> Iterator[str]:
    if not reports:
        return
    yield wording.words.see_reports.format(days=DAYS)
    for name in reports[:_SHOWN_REPORTS]:
        yield f"  {printable(name, LONGEST_NAME)}"
    if len(reports) > _SHOWN_REPORTS:
        yield "  " + wording.words.others.format(count=wording.number(len(reports) - _SHOWN_REPORTS))
