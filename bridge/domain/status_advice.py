"""What a sender can do about each reason, and which details are about nothing but the sender's own file."""

from collections.abc import Mapping

from bridge.domain.reasons import ReasonCode
from bridge.domain.status_texts import Advice

_BY_ADVICE: Mapping[Advice, tuple[ReasonCode, ...]] = {
    Advice.SEND_AGAIN: (
        ReasonCode.BROKEN_ARCHIVE,
        ReasonCode.ENCRYPTED_ARCHIVE,
        ReasonCode.UNSUPPORTED_ARCHIVE,
        ReasonCode.UNSAFE_ARCHIVE,
        ReasonCode.ARCHIVE_TOO_LARGE,
        ReasonCode.EMPTY_ARCHIVE,
        ReasonCode.SAME_NAME_TWICE,
        ReasonCode.BROKEN_GZIP,
        ReasonCode.BROKEN_CSV,
        ReasonCode.BROKEN_XML,
        ReasonCode.BROKEN_JSON,
        ReasonCode.BROKEN_PDF,
        ReasonCode.BROKEN_DECLARATION,
        ReasonCode.DECLARATION_RETURN,
        ReasonCode.DECLARATION_TEST,
        ReasonCode.UNKNOWN_ENCODING,
        ReasonCode.WRONG_ENCODING,
        ReasonCode.NAME_LACKS_NUMBER,
        ReasonCode.LEFT_OUT,
        ReasonCode.DAMAGED_SPOOL,
        ReasonCode.NEVER_RENAMED,
        ReasonCode.NEVER_RESUMED,
        ReasonCode.REMOVED_BY_CLIENT,
    ),
    Advice.SEND_ELSEWHERE: (
        ReasonCode.NESTED_ARCHIVE,
        ReasonCode.GZIP_DECLARATION,
        ReasonCode.GZIP_INNER_NAME,
        ReasonCode.UNKNOWN_KIND,
        ReasonCode.OTHER_XML,
        ReasonCode.UNKNOWN_FOLDER,
    ),
    Advice.CHECK: (
        ReasonCode.EMPTY_DATA_FILE,
        ReasonCode.ROWS_FALLEN,
        ReasonCode.OPEN_INVOICES_FALLEN,
        ReasonCode.OPEN_AMOUNT_CHANGED,
        ReasonCode.SAME_AS_LAST,
        ReasonCode.FOREIGN_ADMINISTRATION,
        ReasonCode.INVOICE_TWICE,
        ReasonCode.COLUMNS_MISSING,
        ReasonCode.DUE_BEFORE_INVOICE,
        ReasonCode.FIELD_TOO_LONG,
        ReasonCode.OUTDATED,
        ReasonCode.DECLARATION_NUMBER_USED,
    ),
    Advice.WAIT: (
        ReasonCode.DUPLICATE,
        ReasonCode.OVERTAKEN,
        ReasonCode.AMBIGUOUS,
        ReasonCode.BY_OPERATOR,
        ReasonCode.OVERWRITTEN_BY_CLIENT,
        ReasonCode.SENT_BEFORE,
        ReasonCode.UNKNOWN_REPLACED,
        ReasonCode.GAVE_WAY,
        ReasonCode.REPLAYED,
        ReasonCode.RESTORED,
    ),
    Advice.ASK: (
        ReasonCode.GZIP_TOO_LARGE,
        ReasonCode.UNKNOWN_ADMINISTRATION,
        ReasonCode.NO_ADMINISTRATION,
        ReasonCode.INTAKE_FAILED,
        ReasonCode.REJECTED,
        ReasonCode.GIVEN_UP,
        ReasonCode.TURNED_DOWN,
    ),
}
_ADVICE = {code: advice for advice, codes in _BY_ADVICE.items() for code in codes}

# Their details come from the file itself: a line, a name in a zip.  Those of the others name what was sent
# before (perhaps by somebody else), ids at Payt, or words of its answers.
_TELLING = frozenset(
    {
        ReasonCode.BROKEN_ARCHIVE,
        ReasonCode.ENCRYPTED_ARCHIVE,
        ReasonCode.UNSUPPORTED_ARCHIVE,
        ReasonCode.UNSAFE_ARCHIVE,
        ReasonCode.ARCHIVE_TOO_LARGE,
        ReasonCode.NESTED_ARCHIVE,
        ReasonCode.SAME_NAME_TWICE,
        ReasonCode.BROKEN_GZIP,
        ReasonCode.GZIP_TOO_LARGE,
        ReasonCode.GZIP_INNER_NAME,
        ReasonCode.UNKNOWN_KIND,
        ReasonCode.OTHER_XML,
        ReasonCode.BROKEN_CSV,
        ReasonCode.BROKEN_XML,
        ReasonCode.BROKEN_JSON,
        ReasonCode.BROKEN_PDF,
        ReasonCode.BROKEN_DECLARATION,
        ReasonCode.DECLARATION_RETURN,
        ReasonCode.DECLARATION_TEST,
        ReasonCode.UNKNOWN_ENCODING,
        ReasonCode.WRONG_ENCODING,
        ReasonCode.INVOICE_TWICE,
        ReasonCode.DUE_BEFORE_INVOICE,
        ReasonCode.FIELD_TOO_LONG,
        ReasonCode.INTAKE_FAILED,  # an incident's number, to be quoted
    }
)


def advice(code: ReasonCode | None) -> Advice:
    """Return what the sender can do about a file that does not go for this reason; None: nobody said why."""
    return Advice.ASK if code is None else _ADVICE[code]


def telling(code: ReasonCode | None, detail: str | None) -> str | None:
    """Return *detail* if the sender may read it, else None."""
    return detail if code in _TELLING else None
