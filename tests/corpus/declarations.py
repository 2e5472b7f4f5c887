"""Declarations of Dutch health care (MZ301, AP304): whole, cut, wrongly counted, test files, return files."""

from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from tests.corpus.making import declaration, gzipped
from tests.corpus.sample import Expected, Sample, held, sent
from tests.intake.zips import Part, build

_FOLDER = "/declaration_file"


def _whole() -> list[Sample]:
    made = []
    for code, standard in (("176", "MZ301"), ("250", "MZ301"), ("106", "AP304"), ("193", "AP304")):
        name = f"{standard}-{code}"
        made += [
            Sample(
                name=f"{standard} with EI code {code}",
                path=f"{_FOLDER}/{name}.txt",
                content=declaration(code, name),
                expect=sent(f"{name}.txt", Kind.DECLARATION),
            ),
            Sample(
                name=f"{standard} with EI code {code} in no kind folder",
                path=f"/{name}-root.asc",
                content=declaration(code, f"{code}-root", separator=b"\n"),
                expect=sent(f"{name}-root.asc", Kind.DECLARATION),
            ),
        ]
    return made


def _habits() -> list[Sample]:
    def one(name: str, file: str, content: bytes) -> Sample:
        return Sample(
            name=name, path=f"{_FOLDER}/{file}", content=content, expect=sent(file, Kind.DECLARATION)
        )

    inside = Part(name=b"MZ301.txt", content=declaration("176", "ZIP"))
    return [
        one("declaration without line ends", "joined.dat", declaration("176", "JOIN", separator=b"")),
        one(
            "declaration with a name in CP850, which is never converted",
            "cp850.txt",
            declaration("176", "CP850", name="Zoë Müller".encode("cp850")),
        ),
        one("declaration with a DOS end", "dos-end.txt", declaration("250", "DOS") + b"\x1a"),
        one("declaration without an extension", "MZ3010042", declaration("176", "BARE")),
        one("zip of declarations, which goes whole", "MZ301.ZIP", build(inside)),
    ]


def _waiting() -> list[Sample]:
    cut = ReasonCode.BROKEN_DECLARATION
    cases: dict[str, tuple[str, bytes, Expected]] = {
        "declaration that is cut in a record": ("cut", declaration("176", "CUT")[:-40], held(cut)),
        "declaration that is cut after a record": (
            "cut-record",
            declaration("106", "CUT2")[: 312 * 4],
            held(cut),
        ),
        "declaration whose record 99 counts one more": (
            "counts",
            declaration("176", "COUNT", counts=(2, 1, 1, 0)),
            held(cut),
        ),
        "declaration whose record 99 counts comments": (
            "counts-98",
            declaration("193", "COUNT2", counts=(1, 1, 1, 1)),
            held(cut),
        ),
        "declaration that is none": ("prose", b"Geachte heer, mevrouw\r\n", held(cut)),
        "declaration of nothing": ("nothing", b"", held(cut)),
        "test file": ("test", declaration("176", "TEST", kind="T"), held(ReasonCode.DECLARATION_TEST)),
        "return file": ("return", declaration("177", "BACK"), held(ReasonCode.DECLARATION_RETURN)),
        "return file of a pharmacy": (
            "return-194",
            declaration("194", "BACK2"),
            held(ReasonCode.DECLARATION_RETURN),
        ),
        "declaration in a .gz": (
            "packed",
            gzipped(declaration("176", "GZ")),
            held(ReasonCode.GZIP_DECLARATION),
        ),
    }
    made = []
    for name, (file, content, expect) in cases.items():
        suffix = ".txt.gz" if file == "packed" else ".txt"
        path = f"{_FOLDER}/decl-{file}{suffix}"
        made.append(Sample(name=name, path=path, content=content, expect=expect))
    return [
        *made,
        Sample(
            name="return file in no kind folder",
            path="/return-251.txt",
            content=declaration("251", "BACK3"),
            expect=held(ReasonCode.DECLARATION_RETURN),
        ),
        Sample(
            name="test file in no kind folder",
            path="/test-root.txt",
            content=declaration("250", "TEST2", kind="T"),
            expect=held(ReasonCode.DECLARATION_TEST),
        ),
        Sample(
            name="declaration in a .gz in no kind folder",
            path="/packed-root.txt.gz",
            content=gzipped(declaration("176", "GZ2")),
            expect=held(ReasonCode.GZIP_DECLARATION),
        ),
    ]


SAMPLES = [*_whole(), *_habits(), *_waiting()]
