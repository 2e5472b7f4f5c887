"""Whether XML is well-formed to its end, and what it says."""

import time
import tracemalloc
from decimal import Decimal

import pytest

from bridge.domain.snapshots import Snapshot
from bridge.intake.plan import Flaw
from bridge.intake.proofs.xml import XmlProof
from bridge.intake.xml_root import Root

UBL = "urn:oasis:names:specification:ubl:schema:xsd"
INVOICE = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<Invoice xmlns="{UBL}:Invoice-2"'
    f' xmlns:c="{UBL}:CommonBasicComponents-2"><c:ID> 141234\n</c:ID><Party><c:ID>7</c:ID></Party>'
    "<Name>Bakkerij Daniël</Name></Invoice>\n"
)
DATA = """<?xml version="1.0"?>
<!-- made by hand -->
<Import><AdministrationCode>NL01</AdministrationCode><Invoices>
<Invoice><InvoiceNumber>1001</InvoiceNumber><InvoiceOpenAmountIncVat>100.50</InvoiceOpenAmountIncVat></Invoice>
<Invoice><InvoiceOpenAmountIncVat>0</InvoiceOpenAmountIncVat><InvoiceNumber>1002</InvoiceNumber></Invoice>
<Invoice><InvoiceNumber>1002</InvoiceNumber><InvoiceOpenAmountIncVat>-0.25</InvoiceOpenAmountIncVat></Invoice>
</Invoices></Import>"""
DECLARED = '<?xml version="1.0" encoding="{}"?><a>é€</a>'


def prove(content: bytes, step: int = 65536, encoding: str | None = None) -> XmlProof:
    proof = XmlProof(encoding)
    for at in range(0, len(content), step):
        proof.feed(content[at : at + step])
    proof.end()
    return proof


def flaw(content: bytes, step: int = 65536, encoding: str | None = None) -> str:
    with pytest.raises(Flaw) as caught:
        prove(content, step, encoding)
    return str(caught.value)


@pytest.mark.parametrize("step", [1, 100, 65536])
def test_a_ubl_invoice_gives_its_root_and_the_number_directly_under_it(step: int) -> None:
    proof = prove(INVOICE.encode(), step)

    assert proof.root == Root(namespace=f"{UBL}:Invoice-2", name="Invoice")
    assert proof.document_id == "141234"


def test_an_id_that_is_not_directly_under_the_root_is_no_document_id() -> None:
    content = f'<a xmlns="{UBL}:CommonBasicComponents-2"><b><ID>7</ID></b></a>'

    assert prove(content.encode()).document_id is None


def test_a_document_id_is_kept_to_255_characters() -> None:
    content = f'<a xmlns="{UBL}:CommonBasicComponents-2"><ID>{"7" * 100_000}</ID></a>'

    assert prove(content.encode()).document_id == "7" * 255


@pytest.mark.parametrize("step", [1, 65536])
def test_a_data_file_gives_its_records_open_amounts_and_administrations(step: int) -> None:
    proof = prove(DATA.encode(), step)

    assert (proof.snapshot.rows, proof.snapshot.invoices) == (3, 3)
    assert (proof.snapshot.open_invoices, proof.snapshot.open_amount) == (2, Decimal("100.25"))
    assert proof.snapshot.administration_codes == ("NL01",)
    assert proof.snapshot.repeated_numbers.count == 1
    assert len(proof.numbers) == 2  # those that are open


@pytest.mark.parametrize("name", ["invoice_number", "Invoice-Number", "invoiceNumber", "x:INVOICE_NUMBER"])
def test_the_name_of_a_column_may_be_written_in_any_manner(name: str) -> None:
    proof = prove(f'<a xmlns:x="y"><b><{name}>1</{name}></b></a>'.encode())

    assert proof.snapshot.invoices == 1


def test_a_record_whose_number_is_blank_is_a_row_but_no_invoice() -> None:
    snapshot = prove(b"<a><b><invoice_number> </invoice_number></b></a>").snapshot

    assert (snapshot.rows, snapshot.invoices) == (1, 0)


def test_an_open_amount_that_cannot_be_read_makes_the_sum_unknown() -> None:
    snapshot = prove(DATA.replace("100.50", "100 euro").encode()).snapshot

    assert (snapshot.rows, snapshot.open_invoices, snapshot.open_amount) == (3, 2, None)


def test_a_record_without_an_amount_is_open_and_makes_the_sum_unknown() -> None:
    without = "<InvoiceOpenAmountIncVat>0</InvoiceOpenAmountIncVat>"

    snapshot = prove(DATA.replace(without, "").encode()).snapshot

    assert (snapshot.rows, snapshot.open_invoices, snapshot.open_amount) == (3, 3, None)


def test_records_without_any_amount_say_nothing_of_amounts() -> None:
    snapshot = prove(b"<a><b><invoice_number>1</invoice_number></b></a>").snapshot

    assert snapshot == Snapshot(rows=1, invoices=1)


def test_without_invoice_numbers_the_children_of_the_root_are_the_rows() -> None:
    assert prove(b"<a><b><c/></b><b/><b/></a>").snapshot == Snapshot(rows=3)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"<a><b></a>", "line 1, column 9: mismatched tag"),
        (b"<a>\n\n  <b x='1' x='2'/></a>", "line 3, column 12: duplicate attribute"),
        (b"<a><b></b>", "line 1, column 11: no element found: the file may have been cut off"),
        (b"<a><b", "line 1, column 4: unclosed token: the file may have been cut off"),
        (b"<a>\xc3", "line 1, column 4: partial character: the file may have been cut off"),
        (b"<a/><b/>", "line 1, column 5: junk after document element"),
        (b"<a>\0</a>", "line 1, column 4: not well-formed (invalid token)"),
        (b"<a>\xff</a>", "line 1, column 4: not well-formed (invalid token)"),
        (b"<x:a/>", "line 1, column 1: unbound prefix"),
        (b"<a>&euro;</a>", "line 1, column 4: undefined entity"),
        (b"administration_code;invoice_number\n", "line 1, column 20: not well-formed"),
        (b'<?xml version="1.0" encoding="utf-16"?><a/>', "line 1, column 31: encoding specified in XML"),
    ],
)
@pytest.mark.parametrize("step", [1, 65536])
def test_what_is_not_well_formed_is_flawed_with_its_place(content: bytes, said: str, step: int) -> None:
    assert flaw(content, step).startswith(said)


def test_a_file_that_was_cut_anywhere_is_flawed() -> None:
    whole = INVOICE.encode().rstrip()

    for size in range(len(whole)):
        flaw(whole[:size])


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b'<!DOCTYPE a [<!ENTITY % b SYSTEM "http://localhost/">%b;]><a/>',
        b'<!DOCTYPE a SYSTEM "x.dtd" []><a/>',
        b"<!DOCTYPE a [<!ELEMENT a ANY>]><a/>",
    ],
)
@pytest.mark.parametrize("step", [1, 65536])
def test_definitions_in_the_file_are_flawed(content: bytes, step: int) -> None:
    said = flaw(content, step)

    assert said.endswith("its DOCTYPE has definitions of its own, which the bridge never reads")


def test_a_doctype_that_only_names_one_is_passed_over() -> None:
    prove(b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a>&lt;&#233;</a>')


def test_an_entity_that_is_defined_elsewhere_is_flawed() -> None:
    content = b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a>\n&b;</a>'

    assert flaw(content) == "line 2, column 1: the entity b is not defined in the file"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "UTF-8", "utf8", "utf-16", "windows-1252", "cp1252", "iso-8859-15"],
)
def test_the_declared_encoding_is_read(encoding: str) -> None:
    for step in (1, 65536):
        prove(DECLARED.format(encoding).encode(encoding), step)


@pytest.mark.parametrize("encoding", ["cp850", "utf-16-le", "windows-1252", "UTF-8", "latin-1"])
def test_an_encoding_that_is_told_is_used_instead_of_the_declared_one(encoding: str) -> None:
    content = INVOICE.replace("UTF-8", "us-ascii").encode(encoding)

    assert prove(content, encoding=encoding).document_id == "141234"


@pytest.mark.parametrize(
    "encoding", ["shift_jis", "gb18030", "rot13", "hex", "idna", "utf-7", "no-such-thing"]
)
def test_an_encoding_that_cannot_be_read_is_flawed(encoding: str) -> None:
    said = flaw(f'<?xml version="1.0" encoding="{encoding}"?><a/>'.encode())

    assert said == "its encoding is none that the bridge reads"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<a>" * 201, "more than 200 elements in each other"),
        (b"<a>" + b"<" + b"b" * 1001 + b"/></a>", "a name of more than 1,000 characters"),
        (b"<a " + b"b" * 1001 + b"='1'/>", "a name of more than 1,000 characters"),
        (b"<a xmlns='" + b"b" * 1001 + b"'/>", "a name of more than 1,000 characters"),
        (b"<a>" + b"".join(b"<b%d/>" % n for n in range(30_000)), "more than 10,000 different names"),
        (
            b"<a " + b" ".join(b"b%d='1'" % n for n in range(60_000)) + b">",
            "more than 10,000 different names",
        ),
        (
            b"<a " + b" ".join(b"xmlns:b%d='%d'" % (n, n) for n in range(30_000)) + b">",
            "more than 10,000 different names",
        ),
        (b"<a b='" + b"x" * 2_000_000, "a tag or comment of more than 1 MiB"),
        (b"<!--" + b"x" * 2_000_000, "a tag or comment of more than 1 MiB"),
        (b"<a><?p " + b"x" * 2_000_000, "a tag or comment of more than 1 MiB"),
        (b"<!DOCTYPE a '" + b"x" * 2_000_000, "a tag or comment of more than 1 MiB"),
    ],
)
def test_what_would_fill_the_memory_is_flawed(content: bytes, said: str) -> None:
    began = time.process_time()

    assert said in flaw(content + b"\n" * 100_000)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("begin", "end"), [(b"<a><b>", b"</b></a>"), (b"<a><![CDATA[", b"]]></a>"), (b"<a>", b"\n</a>")]
)
def test_a_text_of_any_length_passes_in_little_memory(begin: bytes, end: bytes) -> None:
    piece = b"QUJD" * 16384
    proof = XmlProof()
    tracemalloc.start()

    proof.feed(begin)
    for _ in range(500):
        proof.feed(piece)
    proof.feed(end)
    proof.end()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 4 * 1024 * 1024


def test_many_records_are_counted_in_little_memory() -> None:
    record = b"<i><invoice_open_amount_inc_vat>1.10</invoice_open_amount_inc_vat><x y='z'>w</x></i>\n"
    proof = XmlProof()
    tracemalloc.start()

    proof.feed(b"<a>")
    for _ in range(200):
        proof.feed(record * 100)
    proof.feed(b"</a>")
    proof.end()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert proof.snapshot.rows == 20_000
    assert peak < 4 * 1024 * 1024
