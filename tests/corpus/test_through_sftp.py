"""Every sample of the corpus through real SFTP: what its client is told, what is kept, what arrives.

There is no second run of the samples inside one process: it would claim the same, and where a sample fails
here, the ledger's own words in the message name the piece.
"""

from collections import Counter
from collections.abc import Iterator

import pytest

from bridge.domain.reasons import ReasonCode
from tests.corpus import making
from tests.corpus.run import Run, run, running, sha256
from tests.corpus.sample import Sample
from tests.corpus.samples import SAMPLES

_OF_OTHER_ROOMS = {
    ReasonCode.DAMAGED_SPOOL,
    ReasonCode.INTAKE_FAILED,
    ReasonCode.NEVER_RENAMED,
    ReasonCode.NEVER_RESUMED,
    ReasonCode.REMOVED_BY_CLIENT,
    ReasonCode.OVERWRITTEN_BY_CLIENT,
    ReasonCode.OVERTAKEN,
    ReasonCode.REJECTED,
    ReasonCode.GIVEN_UP,
    ReasonCode.AMBIGUOUS,
    ReasonCode.TURNED_DOWN,
    ReasonCode.BY_OPERATOR,
    ReasonCode.UNKNOWN_REPLACED,
    ReasonCode.GAVE_WAY,
    ReasonCode.REPLAYED,
    ReasonCode.RESTORED,
}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """All samples, uploaded once for all tests."""
    with running(tmp_path_factory.mktemp("corpus")) as (bridge, destination, key):
        yield run(SAMPLES, bridge, destination, key)
        assert bridge.stop() == 0
        bridge.check_books()


Arrival = tuple[str, str, str | None, str]  # kind, name, code, hash


def arriving(sample: Sample) -> Counter[Arrival]:
    """Return what must arrive because of *sample* and what came before it."""
    awaited: Counter[Arrival] = Counter()
    if (earlier := sample.earlier) is not None:
        name = earlier.path.rpartition("/")[2]
        awaited[earlier.kind.value, name, sample.code, sha256(earlier.content)] += 1
    for document in sample.expect.documents:
        if document.is_sent and document.kind is not None:
            content = sample.content if document.content is None else document.content
            awaited[document.kind.value, document.name, sample.code, sha256(content)] += 1
    return awaited


def names(sample: Sample) -> set[str]:
    """Return every name under which something of *sample* could arrive."""
    found = {sample.file_name, *(document.name for document in sample.expect.documents)}
    return found if sample.earlier is None else found | {sample.earlier.path.rpartition("/")[2]}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_ends_as_it_must(done: Run, sample: Sample) -> None:
    outcome = done.outcome(sample)
    expect = sample.expect

    assert (outcome.state, outcome.reason) == expect.outcome, outcome
    assert bool(done.said[sample.name]) is (expect.at_close is not None), done.said[sample.name]
    found = [(one.name, one.kind, one.state, one.reason, one.remarks) for one in outcome.documents]
    assert found == [
        (
            document.name,
            document.kind,
            "held" if document.held else "cancelled" if document.skipped else "delivered",
            document.held or document.skipped,
            document.remarks,
        )
        for document in expect.documents
    ], outcome
    assert outcome.remarks == expect.remarks
    assert Counter(done.arrived(names(sample))) == arriving(sample), outcome


def test_nothing_arrives_that_no_sample_awaits(done: Run) -> None:
    awaited: Counter[Arrival] = sum(map(arriving, SAMPLES), Counter())

    arrived = Counter((one["kind"], one["name"], one["code"], one["sha256"]) for one in done.taken)
    assert arrived - awaited == Counter()


def test_no_request_breaks_the_contract(done: Run) -> None:
    assert [one["problem"] for one in done.requests if not one["taken"]] == []


def test_no_sample_makes_the_bridge_stumble(done: Run) -> None:
    assert done.errors == []


def test_every_reason_for_a_file_is_that_of_a_sample() -> None:
    expected = set().union(*(sample.expect.codes for sample in SAMPLES))

    assert set(ReasonCode) - _OF_OTHER_ROOMS - expected == set()
    assert expected & _OF_OTHER_ROOMS == set()


def test_samples_cannot_be_mistaken_for_one_another() -> None:
    taken = Counter(name for sample in SAMPLES for name in names(sample))

    assert [name for name, count in taken.items() if count > 1] == []
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)


def test_samples_are_the_same_bytes_at_every_run() -> None:
    assert making.office("x", "xl/workbook.xml") == making.office("x", "xl/workbook.xml")
    assert making.gzipped(b"x") == making.gzipped(b"x")
    assert making.pdf("x") != making.pdf("y")
