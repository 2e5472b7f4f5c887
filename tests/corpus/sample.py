"""What a sample of the corpus is: a file, who uploads it where, and what must become of it.

All of it is made by code, so that the repository has no file that nobody can read.
"""

from dataclasses import dataclass

from bridge.admin.operations.routes import Wish
from bridge.domain.accounts import AtClose
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """An account that uploads samples."""

    name: str
    codes: tuple[str, ...]  # administrations; the first is the default; none: from an older ledger
    encoding: str | None = None
    at_close: AtClose = AtClose.REFUSE
    routes: tuple[Wish, ...] = ()


SNAPSHOT_CODES = tuple(f"S{number:02}" for number in range(1, 25))
PLAIN, SOLO, ORPHAN, TAKER = "plain", "solo", "orphan", "taker"
ROUTED, DOUBLES, SNAPSHOTS = "routed", "doubles", "snapshots"
BY_ENCODING = {  # encoding -> account
    "windows-1252": "ansi",
    "cp850": "dos850",
    "cp437": "dos437",
    "iso8859-1": "latin1",
    "iso8859-15": "latin9",
}
LOGINS = {
    login.name: login
    for login in (
        Login(name=PLAIN, codes=("P1", "P2")),
        Login(name=SOLO, codes=("P3",)),
        Login(name=ORPHAN, codes=()),
        Login(name=TAKER, codes=("P4",), at_close=AtClose.HOLD),
        Login(
            name=ROUTED,
            codes=("P5",),
            encoding="windows-1252",
            routes=(
                Wish(pattern="/dos/*.csv", encoding="cp850"),
                Wish(pattern="*_bijlage.pdf", kind=Kind.INVOICE_ATTACHMENT),
                Wish(pattern="/export/**", kind=Kind.DATA, guards={"invoice_twice": "warn"}),
            ),
        ),
        Login(name=DOUBLES, codes=("P6",)),
        Login(name=SNAPSHOTS, codes=SNAPSHOT_CODES),
        *(
            Login(name=name, codes=(name.upper(),), encoding=encoding)
            for encoding, name in BY_ENCODING.items()
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document that the ledger must have; neither held nor skipped: it must arrive."""

    name: str
    kind: Kind | None
    content: bytes | None = None  # as it arrives; None: that of the upload, unchanged
    held: ReasonCode | None = None
    skipped: ReasonCode | None = None
    remarks: tuple[ReasonCode, ...] = ()

    @property
    def is_sent(self) -> bool:
        """Whether it must arrive."""
        return self.held is None and self.skipped is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must become of an upload: exactly one of the first four."""

    at_close: ReasonCode | None = None  # the client itself is told
    refused: ReasonCode | None = None  # by intake, after the client's OK
    held: ReasonCode | None = None
    documents: tuple[Document, ...] = ()
    remarks: tuple[ReasonCode, ...] = ()  # of the upload as a whole

    @property
    def codes(self) -> set[ReasonCode]:
        """Every code that is expected."""
        said = [self.at_close, self.refused, self.held, *self.remarks]
        for document in self.documents:
            said += [document.held, document.skipped, *document.remarks]
        return {code for code in said if code is not None}

    @property
    def outcome(self) -> tuple[str, ReasonCode | None]:
        """State and reason of the upload in the ledger."""
        if self.at_close or self.refused:
            return "refused", self.at_close or self.refused
        return ("held", self.held) if self.held else ("accepted", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What was uploaded and delivered before the sample, by the same account."""

    path: str
    content: bytes
    kind: Kind
    made_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A file and what must become of it."""

    name: str  # of the test, unique
    path: str  # where it is uploaded; its last part is unique too
    content: bytes
    expect: Expected
    account: str = PLAIN
    earlier: Earlier | None = None
    made_at: int | None = None  # the time that the client sets for it, seconds since 1970

    @property
    def login(self) -> Login:
        """Who uploads it."""
        return LOGINS[self.account]

    @property
    def file_name(self) -> str:
        """Its name without folders."""
        return self.path.rpartition("/")[2]

    @property
    def code(self) -> str | None:
        """The administration that it is for."""
        first = self.path.split("/")[1]
        codes = self.login.codes
        return first if first in codes else codes[0] if codes else None


def at_close(code: ReasonCode) -> Expected:
    """The client's CLOSE fails."""
    return Expected(at_close=code)


def refused(code: ReasonCode) -> Expected:
    """Intake refuses it."""
    return Expected(refused=code)


def held(code: ReasonCode) -> Expected:
    """It waits for a person."""
    return Expected(held=code)


def accepted(*documents: Document, remarks: tuple[ReasonCode, ...] = ()) -> Expected:
    """It becomes these documents."""
    return Expected(documents=documents, remarks=remarks)


def sent(
    name: str, kind: Kind, content: bytes | None = None, remarks: tuple[ReasonCode, ...] = ()
) -> Expected:
    """It becomes one document, which arrives."""
    return accepted(Document(name=name, kind=kind, content=content, remarks=remarks))
