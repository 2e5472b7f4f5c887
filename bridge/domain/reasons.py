"""Reasons: why something is held, refused, warned about or skipped.

The codes are here; their sentences are in `reason_texts`, a module for each language and subject, and are
loaded by whoever shows them: the door, the intake and the ledger need only the codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Literal, get_args


class ReasonCode(StrEnum):
    """Stable codes; scripts and the ledger keep them."""

    BROKEN_ARCHIVE = "broken_archive"
    ENCRYPTED_ARCHIVE = "encrypted_archive"
    UNSUPPORTED_ARCHIVE = "unsupported_archive"
    UNSAFE_ARCHIVE = "unsafe_archive"
    ARCHIVE_TOO_LARGE = "archive_too_large"
    EMPTY_ARCHIVE = "empty_archive"
    NESTED_ARCHIVE = "nested_archive"
    SAME_NAME_TWICE = "same_name_twice"
    BROKEN_GZIP = "broken_gzip"
    GZIP_TOO_LARGE = "gzip_too_large"
    GZIP_DECLARATION = "gzip_declaration"
    UNKNOWN_KIND = "unknown_kind"
    OTHER_XML = "other_xml"
    UNKNOWN_FOLDER = "unknown_folder"
    UNKNOWN_ADMINISTRATION = "unknown_administration"
    NO_ADMINISTRATION = "no_administration"
    BROKEN_CSV = "broken_csv"
    BROKEN_XML = "broken_xml"
    BROKEN_JSON = "broken_json"
    BROKEN_PDF = "broken_pdf"
    BROKEN_DECLARATION = "broken_declaration"
    DECLARATION_RETURN = "declaration_return"
    DECLARATION_TEST = "declaration_test"
    GZIP_INNER_NAME = "gzip_inner_name"
    UNKNOWN_ENCODING = "unknown_encoding"
    WRONG_ENCODING = "wrong_encoding"
    NAME_LACKS_NUMBER = "name_lacks_number"
    EMPTY_DATA_FILE = "empty_data_file"
    ROWS_FALLEN = "rows_fallen"
    OPEN_INVOICES_FALLEN = "open_invoices_fallen"
    OPEN_AMOUNT_CHANGED = "open_amount_changed"
    SAME_AS_LAST = "same_as_last"
    FOREIGN_ADMINISTRATION = "foreign_administration"
    INVOICE_TWICE = "invoice_twice"
    COLUMNS_MISSING = "columns_missing"
    DUE_BEFORE_INVOICE = "due_before_invoice"
    FIELD_TOO_LONG = "field_too_long"
    OUTDATED = "outdated"
    SENT_BEFORE = "sent_before"
    DUPLICATE = "duplicate"
    DECLARATION_NUMBER_USED = "declaration_number_used"
    LEFT_OUT = "left_out"
    DAMAGED_SPOOL = "damaged_spool"
    INTAKE_FAILED = "intake_failed"
    NEVER_RENAMED = "never_renamed"
    NEVER_RESUMED = "never_resumed"
    REMOVED_BY_CLIENT = "removed_by_client"
    OVERWRITTEN_BY_CLIENT = "overwritten_by_client"
    OVERTAKEN = "overtaken"
    REJECTED = "rejected"
    GIVEN_UP = "given_up"
    AMBIGUOUS = "ambiguous"
    UNKNOWN_REPLACED = "unknown_replaced"
    GAVE_WAY = "gave_way"
    TURNED_DOWN = "turned_down"
    BY_OPERATOR = "by_operator"
    REPLAYED = "replayed"
    RESTORED = "restored"


Language = Literal["en", "nl"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One entry of the catalogue, in one language; all of it are whole sentences.

    Where *todo* names a command for an upload held as a whole, what stands in parentheses right behind it
    is for one delivery; see `bridge.admin.operations.records.todo`.
    """

    sender: str  # for whoever reads the sending tool's log: what is wrong with the file, nothing else
    admin: str  # what happened, and what follows from it
    todo: str  # what to do next, with commands as they are typed; empty: nothing


def reason(code: ReasonCode, language: Language = "en") -> Reason:
    """Return what the catalogue says about *code*."""
    return catalogue(language)[code]


@cache
def catalogue(language: Language = "en") -> Mapping[ReasonCode, Reason]:
    """Return the whole catalogue in one language."""
    match language:
        case "en":
            from bridge.domain.reason_texts import files_en, sending_en

            return {**files_en.REASONS, **sending_en.REASONS}
        case "nl":
            from bridge.domain.reason_texts import files_nl, sending_nl

            return {**files_nl.REASONS, **sending_nl.REASONS}
