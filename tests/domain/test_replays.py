"""A replay goes oldest first, and of what overwrites each other only the newest."""

from dataclasses import replace

from bridge.domain.deliveries import DeliveryId
from bridge.domain.kinds import Kind
from bridge.domain.replays import Candidate, in_order

FIRST = Candidate(
    delivery_id=DeliveryId(1),
    document_id=1,
    arrival=10,
    account_id=1,
    administration_id=1,
    kind=Kind.DATA,
    folder="/csv",
    name="monday.csv",
)


def numbered(number: int, **values: object) -> Candidate:
    """A later delivery, of a later upload."""
    changed = {"delivery_id": DeliveryId(number), "document_id": number, "arrival": 10 * number} | values
    return replace(FIRST, **changed)  # type: ignore[arg-type]


def going(*candidates: Candidate) -> list[int]:
    return [one.delivery_id for one in in_order(candidates).going]


def test_the_order_is_that_of_arrival_and_not_of_the_ids() -> None:
    late = numbered(2, administration_id=2, arrival=30)
    early = numbered(3, administration_id=3, arrival=20)

    assert going(late, early, FIRST) == [1, 3, 2]


def test_of_data_files_of_one_administration_only_the_newest_goes() -> None:
    tuesday, other = numbered(2, name="tuesday.csv"), numbered(3, administration_id=2)

    order = in_order([tuesday, FIRST, other])

    assert [one.delivery_id for one in order.going] == [2, 3]
    [left_out] = order.left_out
    assert (left_out.candidate, left_out.newest) == (FIRST, tuesday)


def test_of_two_data_files_of_one_archive_the_later_is_the_newer() -> None:
    assert going(numbered(2, arrival=10), FIRST) == [2]


def test_documents_overwrite_only_what_has_their_path_and_kind() -> None:
    first = numbered(1, kind=Kind.INVOICE_PDF, name="1.pdf")
    others = [
        numbered(2, kind=Kind.INVOICE_PDF, name="2.pdf"),
        numbered(3, kind=Kind.INVOICE_ATTACHMENT, name="1.pdf"),
        numbered(4, kind=Kind.INVOICE_PDF, name="1.pdf", folder="/other"),
        numbered(5, kind=Kind.INVOICE_PDF, name="1.pdf", administration_id=2),
    ]
    newer = numbered(6, kind=Kind.INVOICE_PDF, name="1.pdf")

    assert going(first, *others) == [1, 2, 3, 4, 5]
    assert going(first, *others, newer) == [2, 3, 4, 5, 6]


def test_declarations_overwrite_nothing_and_are_left_to_be_refused() -> None:
    assert going(numbered(1, kind=Kind.DECLARATION), numbered(2, kind=Kind.DECLARATION)) == [1, 2]
