"""Whether a declaration has all the records that it counts."""

import pytest

from bridge.intake.plan import Flaw
from bridge.intake.proofs.declaration import DeclarationProof, looks_like_return

SECRET = b"999999990Jansen"  # stands for a person's number and name


def record(text: bytes, length: int = 310) -> bytes:
    return text.ljust(length)


def first(
    code: bytes = b"176", kind: bytes = b"P", practice: bytes = b"12345678", number: bytes = b"F1"
) -> bytes:
    head = (b"01" + code + b"1301" + kind).ljust(46) + practice.ljust(8)
    return record(head.ljust(80) + number.ljust(12), 360 if code == b"193" else 310)


def declaration(
    separator: bytes = b"\r\n",
    code: bytes = b"176",
    counts: bytes = b"000002000001000003000001" + b"0000007",
    last: bytes | None = None,
) -> bytes:
    """Return a whole declaration: 2 people, 1 debtor, 3 treatments, 1 comment."""
    length = 360 if code == b"193" else 310
    details = [record(kind + SECRET, length) for kind in (b"02", b"03", b"04", b"04", b"02", b"04", b"98")]
    records = [first(code), *details, record(b"99" + counts, length)]
    return separator.join(records) + (separator if last is None else last)


def prove(content: bytes, step: int = 65536) -> DeclarationProof:
    proof = DeclarationProof()
    for at in range(0, len(content), step):
        proof.feed(content[at : at + step])
    proof.end()
    return proof


def flaw(content: bytes, step: int = 65536) -> str:
    with pytest.raises(Flaw) as caught:
        prove(content, step)
    return str(caught.value)


@pytest.mark.parametrize("step", [1, 311, 65536])
@pytest.mark.parametrize("code", [b"176", b"250", b"106", b"193"])
@pytest.mark.parametrize("separator", [b"\r\n", b"\n", b""])
def test_a_whole_declaration_passes_in_any_pieces(separator: bytes, code: bytes, step: int) -> None:
    proof = prove(declaration(separator, code), step)

    assert (proof.is_test, proof.is_return, proof.identity) == (False, False, "12345678/F1")


@pytest.mark.parametrize("step", [1, 65536])
@pytest.mark.parametrize("last", [b"", b"\x1a", b"\r\n\x1a"])
def test_the_last_line_end_may_lack_and_a_dos_end_may_follow(last: bytes, step: int) -> None:
    prove(declaration(last=last), step)


def test_a_total_that_counts_the_first_and_the_closing_record_too_is_believed() -> None:
    prove(declaration(counts=b"000002000001000003000001" + b"0000009"))


def test_a_count_of_nothing_may_be_blank() -> None:
    prove(b"\n".join([first(), record(b"02"), record(b"99000001" + b" " * 18 + b"0000001")]))


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (b"000003000001000003000001" + b"0000007", "record 99 says 3 records 02, counted 2"),
        (b"000002000000000003000001" + b"0000007", "record 99 says 0 records 03, counted 1"),
        (b"000002000001000004000001" + b"0000007", "record 99 says 4 records 04, counted 3"),
        (b"000002000001000003000000" + b"0000007", "record 99 says 0 records 98, counted 1"),
        (b"000002000001000003000001" + b"0000008", "says 8 records in all, counted 7 between 01 and 99"),
        (b"00000x000001000003000001" + b"0000007", "record 99 has no number at positions 3-8"),
    ],
)
def test_a_closing_record_that_counts_something_else_is_a_flaw(counts: bytes, said: str) -> None:
    assert said in flaw(declaration(counts=counts))


@pytest.mark.parametrize("separator", [b"\r\n", b"\n", b""])
def test_a_declaration_that_was_cut_anywhere_is_flawed(separator: bytes) -> None:
    whole = declaration(separator)

    for size in range(len(whole) - len(separator)):
        assert "999" not in flaw(whole[:size])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "its first record is none of a declaration (MZ301 or AP304)"),
        (b"invoice_number;administration_code\n1;2\n", "its first record is none of a declaration"),
        (b"PK\x03\x04" + b"x" * 300, "its first record is none of a declaration"),
        (
            b"\r\n".join([first(), record(b"02", 309), record(b"99")]),
            "record 2 at byte 313 is shorter than 310",
        ),
        (
            b"\r\n".join([first(), record(b"02", 311), record(b"99")]),
            "record 2 at byte 313 does not end like",
        ),
        (b"".join([first(), record(b"02", 311), record(b"99")]), "record 3 at byte 621 does not begin as a"),
        (first() + b"\r\n" + record(b"02") + b"\n" + record(b"99"), "record 2 at byte 313 does not end like"),
        (declaration() + record(b"02"), "record 10 at byte 2,809 comes after the closing record"),
        (declaration() * 2, "record 10 at byte 2,809 comes after the closing record"),
        (declaration() + b"\x1a\x1a", "record 10 at byte 2,809 has 2 bytes, not 310"),
        (
            first() + b"\n" + first() + b"\n" + record(b"99"),
            "record 2 at byte 312 does not begin as a record",
        ),
        (first(), "its last record, number 1, is no 99"),
    ],
)
@pytest.mark.parametrize("step", [1, 65536])
def test_what_is_no_row_of_equal_records_is_flawed_with_its_place(
    content: bytes, said: str, step: int
) -> None:
    assert said in flaw(content, step)


def test_no_flaw_shows_what_a_record_says() -> None:
    whole = declaration()

    for at in range(310, len(whole), 97):
        for broken in (whole[:at], whole[:at] + whole[at + 5 :], whole[:at] + b"x" + whole[at:]):
            assert "Jansen" not in flaw(broken)
            assert "99999" not in flaw(broken)


def test_a_test_file_says_so() -> None:
    content = first(kind=b"T") + record(b"99" + b"0" * 31)

    assert prove(content).is_test


def test_a_declaration_without_practice_and_number_has_no_identity() -> None:
    content = first(practice=b"", number=b"") + record(b"99" + b"0" * 31)

    assert prove(content).identity is None


@pytest.mark.parametrize("code", [b"177", b"251", b"143", b"194"])
def test_a_return_file_is_told_and_not_proved(code: bytes) -> None:
    content = first(code) + b"whatever"

    for step in (1, 65536):
        proof = prove(content, step)
        assert (proof.is_return, proof.identity) == (True, None)
    assert looks_like_return(content)
    assert not looks_like_return(declaration())


def test_a_return_file_takes_no_memory() -> None:
    proof = DeclarationProof()

    proof.feed(first(b"177"))
    for _ in range(100):
        proof.feed(b"x" * 100_000)

    assert len(proof._waiting) == 0
