"""The catalogue of reasons for which something is held or refused: what happened, and what to do."""

from dataclasses import dataclass
from enum import StrEnum


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
    BY_OPERATOR = "by_operator"


@dataclass(frozen=True, slots=True)
class Reason:
    """One entry of the catalogue."""

    text: str  # what happened, a sentence
    todo: str  # what to do next, a sentence; empty: nothing


_SEND_AGAIN = "Ask the sender to send it again."
_RETRY = "Then run: bridge upload retry ID."

REASONS: dict[ReasonCode, Reason] = {
    ReasonCode.BROKEN_ARCHIVE: Reason(
        "The zip is damaged or cut short; nothing of it was sent.", _SEND_AGAIN
    ),
    ReasonCode.ENCRYPTED_ARCHIVE: Reason(
        "The zip is encrypted; nothing of it was sent.", "Ask the sender to send it without a password."
    ),
    ReasonCode.UNSUPPORTED_ARCHIVE: Reason(
        "The zip uses a compression that the bridge does not read; nothing of it was sent.",
        "Ask the sender for a zip with Deflate, or for the files themselves.",
    ),
    ReasonCode.UNSAFE_ARCHIVE: Reason(
        "The zip has entries that could mean two things or are no files; nothing of it was sent.",
        "Ask the sender for a plain zip of files.",
    ),
    ReasonCode.ARCHIVE_TOO_LARGE: Reason(
        "The zip is over a limit on entries, unpacked size or ratio; nothing of it was sent.",
        f"Ask for smaller zips, or raise the limit under [intake] in the configuration. {_RETRY}",
    ),
    ReasonCode.EMPTY_ARCHIVE: Reason("The zip holds no files.", "Ask the sender whether that was meant."),
    ReasonCode.NESTED_ARCHIVE: Reason(
        "This is a zip inside a zip; it was not unpacked.", "Ask the sender to send it by itself."
    ),
    ReasonCode.SAME_NAME_TWICE: Reason(
        "Another file of the same zip has the same name; which one is meant is not known.",
        "Look at both; release this one if it should be sent as well, or cancel it.",
    ),
    ReasonCode.BROKEN_GZIP: Reason("The .gz is damaged or cut short.", _SEND_AGAIN),
    ReasonCode.GZIP_TOO_LARGE: Reason(
        "The .gz unpacks to more than the limit.",
        f"Raise the limit under [intake] in the configuration. {_RETRY}",
    ),
    ReasonCode.GZIP_DECLARATION: Reason(
        "A declaration must not be compressed with gzip.", "Ask the sender for the file itself, or for a zip."
    ),
    ReasonCode.UNKNOWN_KIND: Reason(
        "Neither folder, extension nor content says what this file is.",
        "Add a route (bridge account route add) or have it sent to the folder of its kind; "
        "or say it for this one: bridge upload retry ID --kind KIND.",
    ),
    ReasonCode.OTHER_XML: Reason(
        "This XML is neither a UBL invoice or credit note nor known to be a data file.",
        "If it is a data file, have it sent to /csv or add a route. " + _RETRY,
    ),
    ReasonCode.UNKNOWN_FOLDER: Reason(
        "The folder is neither a kind nor an administration of this account, so whom the file is for is not "
        "certain.",
        "Give the account the administration that the folder names, or add a route for the folder. " + _RETRY,
    ),
    ReasonCode.UNKNOWN_ADMINISTRATION: Reason(
        "The folder names an administration that this account does not have.",
        "Give the account that administration (bridge account change NAME --administration …). " + _RETRY,
    ),
    ReasonCode.NO_ADMINISTRATION: Reason(
        "The account has no administration.",
        "Give it one (bridge account change NAME --administration CODE). " + _RETRY,
    ),
    ReasonCode.EMPTY_DATA_FILE: Reason(
        "The data file is empty; Payt would mark every open invoice as paid.",
        "Ask the sender for the full export. Only if no invoice is open any more, let it go: "
        "bridge upload retry ID --kind data; one out of a zip: bridge delivery release ID.",
    ),
    ReasonCode.BROKEN_CSV: Reason("The CSV is incomplete or damaged.", _SEND_AGAIN),
    ReasonCode.BROKEN_XML: Reason("The XML is incomplete or damaged.", _SEND_AGAIN),
    ReasonCode.BROKEN_JSON: Reason("The JSON is incomplete or damaged.", _SEND_AGAIN),
    ReasonCode.BROKEN_PDF: Reason("The PDF is incomplete or damaged.", _SEND_AGAIN),
    ReasonCode.BROKEN_DECLARATION: Reason("The declaration is incomplete or damaged.", _SEND_AGAIN),
    ReasonCode.DECLARATION_RETURN: Reason(
        "This is a return file of an insurer, not a declaration.", "Cancel it."
    ),
    ReasonCode.DECLARATION_TEST: Reason("This declaration is a test file.", "Cancel it."),
    ReasonCode.GZIP_INNER_NAME: Reason("The name of the .gz does not say what is in it.", _SEND_AGAIN),
    ReasonCode.UNKNOWN_ENCODING: Reason("Its character set is not known.", _RETRY),
    ReasonCode.WRONG_ENCODING: Reason("It has bytes that its character set does not have.", _RETRY),
    ReasonCode.NAME_LACKS_NUMBER: Reason("The file name lacks the invoice number.", ""),
    ReasonCode.ROWS_FALLEN: Reason("The data file has far fewer rows than the last one.", _RETRY),
    ReasonCode.OPEN_INVOICES_FALLEN: Reason("Far fewer invoices are open than in the last one.", _RETRY),
    ReasonCode.OPEN_AMOUNT_CHANGED: Reason("The open amount changed by a great deal.", ""),
    ReasonCode.SAME_AS_LAST: Reason("The data file is identical to the last one.", ""),
    ReasonCode.FOREIGN_ADMINISTRATION: Reason("Its rows name another administration.", _RETRY),
    ReasonCode.INVOICE_TWICE: Reason("The same invoice number is there twice.", _RETRY),
    ReasonCode.COLUMNS_MISSING: Reason("Columns are missing.", _RETRY),
    ReasonCode.DUE_BEFORE_INVOICE: Reason("Due dates lie before invoice dates.", ""),
    ReasonCode.FIELD_TOO_LONG: Reason("Fields have more than 255 characters.", ""),
    ReasonCode.OUTDATED: Reason("It is older than the last one that was delivered.", _RETRY),
    ReasonCode.SENT_BEFORE: Reason("The same file was sent before; it was skipped.", ""),
    ReasonCode.DUPLICATE: Reason("The same file was sent before.", _RETRY),
    ReasonCode.DECLARATION_NUMBER_USED: Reason("A declaration of this number was sent before.", _RETRY),
    ReasonCode.LEFT_OUT: Reason("Entries of the zip were left out.", ""),
    ReasonCode.DAMAGED_SPOOL: Reason(
        "The stored bytes are missing or not those that were received.",
        "Check the disk; then ask the sender to send the file again.",
    ),
    ReasonCode.INTAKE_FAILED: Reason(
        "The bridge failed while it looked at this file; that is a fault of the bridge.",
        f"Look for the incident id in the log and report it. {_RETRY}",
    ),
    ReasonCode.NEVER_RENAMED: Reason(
        "It stayed under a temporary name until its retention ended.",
        "Ask the sender whether an upload failed.",
    ),
    ReasonCode.NEVER_RESUMED: Reason(
        "Its connection broke and it was not resumed until its retention ended.",
        "Ask the sender whether the file was sent again under another name.",
    ),
    ReasonCode.REMOVED_BY_CLIENT: Reason("The sender removed it before it was taken.", ""),
    ReasonCode.OVERWRITTEN_BY_CLIENT: Reason("The sender wrote it again before it was taken.", ""),
    ReasonCode.OVERTAKEN: Reason(
        "It came out of a hold after a newer file had taken its place; sending it now would undo that one.",
        "Cancel it: bridge delivery cancel ID. If it is wanted all the same, have it sent afresh.",
    ),
    ReasonCode.REJECTED: Reason(
        "The destination refused this file several times.",
        "Read the answer (bridge delivery show ID), mend the cause, then: bridge delivery release ID.",
    ),
    ReasonCode.GIVEN_UP: Reason(
        "It could not be delivered within the maximum age.",
        "Mend the connection to the destination, then: bridge delivery release ID.",
    ),
    ReasonCode.AMBIGUOUS: Reason(
        "The connection broke after the file was sent: the destination may have it or not.",
        "Look at Payt whether it is there. If not: bridge delivery release ID. "
        "If so: bridge delivery cancel ID.",
    ),
    ReasonCode.BY_OPERATOR: Reason("An operator held it.", "When it may go: bridge delivery release ID."),
}
