"""Data files in CSV and JSON: every character set that senders use, and files that are not whole."""

import codecs
import json

from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from tests.corpus import making
from tests.corpus.sample import BY_ENCODING, PLAIN, ROUTED, Expected, Sample, held, sent

# A debtor whose name only this character set writes so.
_DEBTORS = {
    "windows-1252": "Café \u2019t Hoekje, \u20ac 5",
    "cp850": "CAFÉ ZOË \u00d8RSTED \u00bd",
    "cp437": "Café Zoë Müller \u00bd ñ",
    "iso8859-1": "Café Zoë \u00a4 Müller",
    "iso8859-15": "Café Œuvre \u20ac Zoë",
}


def _text(code: str, number: str, debtor: str) -> str:
    return making.csv_text(making.rows(code, number, 2, debtor_company_name=debtor))


def _unicode() -> list[Sample]:
    text = _text("P1", "UNI", "Café Zoë, Müller & Co \u20ac")
    plain = text.encode()
    cases = {
        "UTF-8": ("utf8", plain, None),
        "UTF-8 with a mark": ("utf8-mark", codecs.BOM_UTF8 + plain, None),
        "UTF-16 LE with a mark": ("utf16le-mark", codecs.BOM_UTF16_LE + text.encode("utf-16-le"), plain),
        "UTF-16 BE with a mark": ("utf16be-mark", codecs.BOM_UTF16_BE + text.encode("utf-16-be"), plain),
        "UTF-16 LE without a mark": ("utf16le", text.encode("utf-16-le"), plain),
        "UTF-16 BE without a mark": ("utf16be", text.encode("utf-16-be"), plain),
    }
    made = []
    for name, (file, content, arriving) in cases.items():
        # Each says another number, so that no snapshot equals the one before.
        wanted = arriving if arriving is None else arriving.replace(b"UNI", file.encode())
        made.append(
            Sample(
                name=f"CSV in {name}",
                path=f"/csv/{file}.csv",
                content=_renumbered(content, file),
                expect=sent(f"{file}.csv", Kind.DATA, wanted),
            )
        )
    return made


def _renumbered(content: bytes, number: str) -> bytes:
    """Return *content*, in whatever of these encodings, with another invoice number."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        content = content.replace("UNI".encode(encoding), number.encode(encoding))
    return content


def _one_byte() -> list[Sample]:
    made = []
    for encoding, account in BY_ENCODING.items():
        text = _text(account.upper(), account, _DEBTORS[encoding])
        made += [
            Sample(
                name=f"CSV in {encoding}, which the account says",
                path=f"/{account}.csv",
                content=text.encode(encoding),
                expect=sent(f"{account}.csv", Kind.DATA, text.encode()),
                account=account,
            ),
            Sample(
                name=f"CSV in UTF-8 of an account with {encoding}",
                path=f"/{account}-utf8.csv",
                content=text.replace(account, f"{account}-utf8").encode(),
                expect=sent(f"{account}-utf8.csv", Kind.DATA),
                account=account,
            ),
        ]
    dos = _text("P5", "dos", "Café Zoë")
    wide = making.csv("LATIN1", "wide", debtor_company_name="Café").decode()
    return [
        *made,
        Sample(
            name="CSV in the encoding of a route, not of the account",
            path="/dos/dos.csv",
            content=dos.encode("cp850"),
            expect=sent("dos.csv", Kind.DATA, dos.encode()),
            account=ROUTED,
        ),
        Sample(
            name="CSV in UTF-16 of an account with another encoding",
            path="/wide.csv",
            content=codecs.BOM_UTF16_LE + wide.encode("utf-16-le"),
            expect=sent("wide.csv", Kind.DATA, wide.encode()),
            account=BY_ENCODING["iso8859-1"],
        ),
        Sample(
            name="CSV in windows-1252 that nobody tells",
            path="/csv/untold.csv",
            content=_text("P1", "untold", "Café").encode("cp1252"),
            expect=held(ReasonCode.UNKNOWN_ENCODING),
        ),
        Sample(
            name="CSV with a byte that the account's encoding does not have",
            path="/misfit.csv",
            content=_text("ANSI", "misfit", "Caf?").encode().replace(b"?", b"\x81"),
            expect=held(ReasonCode.WRONG_ENCODING),
            account=BY_ENCODING["windows-1252"],
        ),
        Sample(
            name="CSV in UTF-16 that ends within a character",
            path="/csv/half-character.csv",
            content=codecs.BOM_UTF16_LE + _text("P1", "half", "Café").encode("utf-16-le")[:-1],
            expect=held(ReasonCode.WRONG_ENCODING),
        ),
    ]


def _habits() -> list[Sample]:
    def one(name: str, file: str, content: bytes) -> Sample:
        return Sample(
            name=name, path=f"/csv/{file}", content=content, expect=sent(file, Kind.DATA), account=PLAIN
        )

    text = making.csv("P1", "habit").decode()
    return [
        one("CSV with commas", "commas.csv", text.replace(";", ",").replace("habit", "comma").encode()),
        one("CSV with tabs", "tabs.csv", text.replace(";", "\t").replace("habit", "tabs").encode()),
        one("CSV with bare line feeds", "feeds.csv", text.replace("\r\n", "\n").encode()),
        one("CSV with a decimal comma", "DECIMAL.CSV", text.replace("121.00", "1.121,00").encode()),
        one(
            "CSV with a line end and a quote in a field",
            "quotes.csv",
            making.csv("P1", "quote", debtor_company_name='De ""Kroon""\r\nt.a.v. Jan'),
        ),
        Sample(
            name="CSV under another extension, told by its header",
            path="/header.txt",
            content=making.csv("P1", "header"),
            expect=sent("header.txt", Kind.DATA),
        ),
    ]


def _broken() -> list[Sample]:
    whole = making.csv("P1", "broken", 3)
    cases: dict[str, tuple[str, bytes, Expected]] = {
        "CSV that is cut in a line": ("cut-line", whole[:-20], held(ReasonCode.BROKEN_CSV)),
        "CSV that is cut before its last line end": ("cut-end", whole[:-2], held(ReasonCode.BROKEN_CSV)),
        "CSV with a row of fewer fields": (
            "narrow",
            whole + b'"P1";"D2"\r\n',
            held(ReasonCode.BROKEN_CSV),
        ),
        "CSV with a quote that never closes": (
            "quote",
            whole.replace(b'"broken-3"', b'"broken-3'),
            held(ReasonCode.BROKEN_CSV),
        ),
        "CSV that is a workbook": (
            "workbook",
            making.office("book", "xl/workbook.xml"),
            held(ReasonCode.BROKEN_CSV),
        ),
        "CSV with a NUL": (
            "nul",
            whole.replace(b"Bos", b"\0os"),
            held(ReasonCode.UNKNOWN_ENCODING),
        ),
        "CSV of nothing": ("nothing", b"", held(ReasonCode.EMPTY_DATA_FILE)),
        "CSV of a header only": (
            "header-only",
            making.csv_text([]).encode(),
            held(ReasonCode.EMPTY_DATA_FILE),
        ),
    }
    return [
        Sample(name=name, path=f"/csv/{file}.csv", content=content, expect=expect)
        for name, (file, content, expect) in cases.items()
    ]


def _json() -> list[Sample]:
    def one(name: str, file: str, content: bytes, expect: Expected | None = None) -> Sample:
        path = f"/csv/{file}.json"
        return Sample(name=name, path=path, content=content, expect=expect or sent(f"{file}.json", Kind.DATA))

    def text(number: str) -> str:
        invoices = making.rows("P1", number, 2, debtor_company_name="Café Zoë")
        return json.dumps({"invoices": invoices}, ensure_ascii=False)

    wide = text("json-wide")
    return [
        one("JSON", "json", text("json").encode()),
        one("JSON with a mark", "json-mark", codecs.BOM_UTF8 + text("json-mark").encode()),
        one(
            "JSON in UTF-16",
            "json-wide",
            codecs.BOM_UTF16_LE + wide.encode("utf-16-le"),
            sent("json-wide.json", Kind.DATA, wide.encode()),
        ),
        Sample(
            name="JSON in no kind folder",
            path="/json-root.json",
            content=text("json-root").encode(),
            expect=sent("json-root.json", Kind.DATA),
        ),
        one("JSON that is cut", "json-cut", text("cut").encode()[:-2], held(ReasonCode.BROKEN_JSON)),
        one("JSON with more behind it", "json-more", b"[1] [2]", held(ReasonCode.BROKEN_JSON)),
        one("JSON without an invoice", "json-none", b"[]", held(ReasonCode.EMPTY_DATA_FILE)),
    ]


SAMPLES = [*_unicode(), *_one_byte(), *_habits(), *_broken(), *_json()]
