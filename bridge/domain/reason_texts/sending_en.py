"""English: what keeps a whole file from being sent, and what becomes of it on the way."""

from bridge.domain.reasons import Reason, ReasonCode

_GO = "bridge upload release ID (out of an archive: bridge delivery release ID)"
_REJECT = "bridge upload reject ID (out of an archive: bridge delivery cancel ID)"
_DROP = f"and drop this one: {_REJECT}"
_COMPLETE = (
    f"Ask the sender whether the export is complete. If it is held and right as it is: {_GO}. "
    f"If it is wrong, have the full export sent {_DROP}."
)
_CORRECT = f"Have it corrected and sent again, {_DROP}. If it is held and may go all the same: {_GO}."

REASONS: dict[ReasonCode, Reason] = {
    ReasonCode.EMPTY_DATA_FILE: Reason(
        sender="The data file has no invoices in it; please send the full list of open invoices.",
        admin="The data file is empty; Payt would mark every open invoice as paid.",
        todo=f"Ask the sender for the full export {_DROP}. Only if no invoice is open any more, let it go: "
        f"{_GO}.",
    ),
    ReasonCode.ROWS_FALLEN: Reason(
        sender="The data file has far fewer rows than the one before; please check that the export is "
        "complete.",
        admin="The data file has far fewer rows than the last one; Payt marks every invoice that is missing "
        "from it as paid.",
        todo=_COMPLETE,
    ),
    ReasonCode.OPEN_INVOICES_FALLEN: Reason(
        sender="Far fewer invoices are open than in the file before; please check that the export is "
        "complete.",
        admin="Far fewer invoices are open than in the last data file; Payt marks every invoice that is "
        "missing or has nothing open as paid.",
        todo=_COMPLETE,
    ),
    ReasonCode.OPEN_AMOUNT_CHANGED: Reason(
        sender="The total open amount differs greatly from the file before; please check the export.",
        admin="The total open amount differs greatly from that of the last data file: decimals may have "
        "moved, or invoices may be missing, which Payt would mark as paid.",
        todo=_COMPLETE,
    ),
    ReasonCode.SAME_AS_LAST: Reason(
        sender="The data file is identical to the one before; please check that the export still runs.",
        admin="The data file is identical to the last one; if the export is stuck, Payt goes on chasing "
        "invoices that were paid since and knows no new ones.",
        todo=f"Ask the sender whether the export still runs. If it is held and nothing has changed: {_GO}. "
        f"If it is stuck, have a new export sent {_DROP}.",
    ),
    ReasonCode.FOREIGN_ADMINISTRATION: Reason(
        sender="The rows are of another administration than the file was sent for; please check the export.",
        admin="Its rows name another administration than the one that it would go to; there it would mark "
        "all open invoices as paid.",
        todo=f"Have it sent to the folder of the right administration {_DROP}. Only if the rows are wrong "
        f"and the place is right: {_GO}.",
    ),
    ReasonCode.INVOICE_TWICE: Reason(
        sender="An invoice number occurs more than once; please export every invoice only once.",
        admin="The same invoice number is there more than once; Payt counts that as an error at import, "
        "of which the bridge hears nothing.",
        todo=_CORRECT,
    ),
    ReasonCode.COLUMNS_MISSING: Reason(
        sender="The data file lacks columns that are expected; please check the layout of the export.",
        admin="Columns are missing that are expected; Payt may fail to import the file, or erase what "
        "these columns said before.",
        todo=_CORRECT,
    ),
    ReasonCode.DUE_BEFORE_INVOICE: Reason(
        sender="Some invoices are due before their invoice date; please check the dates.",
        admin="Invoices are due before their invoice date; reminders would go out too early, and Payt "
        "does not overwrite a date that it once took.",
        todo=_CORRECT,
    ),
    ReasonCode.FIELD_TOO_LONG: Reason(
        sender="Some fields have more than 255 characters, the most that Payt takes; please shorten them.",
        admin="Fields have more than 255 characters, the most that Payt takes; it may fail to import the "
        "file, of which the bridge hears nothing.",
        todo=_CORRECT,
    ),
    ReasonCode.OUTDATED: Reason(
        sender="The data file is older than the one sent before; please send the newest export.",
        admin="By the date in its name or the time of the file, the data file is older than the last one; "
        "it would undo that one, and Payt would mark invoices that are newer than it as paid.",
        todo=f"Ask the sender for the newest export {_DROP}. Only if this is the newest: {_GO}.",
    ),
    ReasonCode.SENT_BEFORE: Reason(
        sender="The same file was sent before, so it was not sent again.",
        admin="An identical PDF or UBL was sent under this name before, so this one was skipped; "
        "nothing is lost.",
        todo="",
    ),
    ReasonCode.DUPLICATE: Reason(
        sender="The same file was sent before; it waits until the administrator decides whether to send "
        "it again.",
        admin="The same file was sent before, or is in the same upload twice; an attachment would be there "
        "twice, a declaration claimed twice.",
        todo="Ask the sender whether it is meant to go twice. Only then, with the kind that it has: "
        "bridge upload retry ID --kind KIND (out of an archive: bridge delivery release ID). "
        f"If not, drop it: {_REJECT}.",
    ),
    ReasonCode.DECLARATION_NUMBER_USED: Reason(
        sender="A declaration with this invoice number was sent before; please check the numbering.",
        admin="A declaration with this practice and invoice number was sent before, or is in the same upload "
        "twice; insurers refuse a number that was used.",
        todo=f"Ask the sender for a declaration with a new number {_DROP}. Only if the former one never "
        "reached the insurer: bridge upload retry ID --kind declaration "
        "(out of an archive: bridge delivery release ID).",
    ),
    ReasonCode.DAMAGED_SPOOL: Reason(
        sender="The file was damaged on the server; please send it again.",
        admin="The stored bytes are missing or not those that were received; it was not sent.",
        todo="Check the disk. Then ask the sender to send the file again.",
    ),
    ReasonCode.INTAKE_FAILED: Reason(
        sender="The server could not process this file; please contact its administrator.",
        admin="The bridge failed while it looked at this file; that is a fault of the bridge. "
        "Nothing of it was sent.",
        todo="Look for the incident id of the detail in the log and report it. Then: bridge upload retry ID.",
    ),
    ReasonCode.NEVER_RENAMED: Reason(
        sender="The file kept its temporary name and was therefore not processed; please send it again.",
        admin="It stayed under a temporary name until its retention ended; it was never sent.",
        todo="Ask the sender whether an upload failed, and to send it again.",
    ),
    ReasonCode.NEVER_RESUMED: Reason(
        sender="The upload broke off and was never completed; please send the file again.",
        admin="Its connection broke, and it was not resumed until its retention ended; half a file is "
        "never sent.",
        todo="Ask the sender whether the file was sent again under another name.",
    ),
    ReasonCode.REMOVED_BY_CLIENT: Reason(
        sender="The file was removed by the sender before it was processed.",
        admin="The sender removed it before it was taken; it was not sent.",
        todo="",
    ),
    ReasonCode.OVERWRITTEN_BY_CLIENT: Reason(
        sender="The file was replaced by a newer upload before it was processed.",
        admin="The sender wrote it again before it was taken; the newer one counts.",
        todo="",
    ),
    ReasonCode.OVERTAKEN: Reason(
        sender="A newer file came in the meantime; this one is not sent without the administrator's "
        "decision.",
        admin="It came out of a hold after a newer file had taken its place; sending it now would undo "
        "that one.",
        todo=f"Drop it: {_REJECT}. If it is wanted all the same, have it sent afresh.",
    ),
    ReasonCode.REJECTED: Reason(
        sender="Payt refused this file several times; please contact the administrator of the server.",
        admin="The destination refused this file several times; it is not delivered.",
        todo="Read the answer (bridge delivery show ID), mend the cause, then: bridge delivery release ID.",
    ),
    ReasonCode.GIVEN_UP: Reason(
        sender="The file could not be delivered in time; please contact the administrator of the server.",
        admin="It could not be delivered within the maximum age (destination.max_age_hours).",
        todo="Mend the connection to the destination. If the file is still wanted: bridge delivery "
        f"release ID. If a newer one has gone: {_REJECT}.",
    ),
    ReasonCode.AMBIGUOUS: Reason(
        sender="It is not certain whether this file arrived at Payt; please do not send it again yet.",
        admin="After the file was sent the connection broke, or a gateway said that it lost the answer (502, "
        "504, 524): the destination may have it or not, and a second one would count twice.",
        todo="Look at Payt whether it is there: an attachment stands by its name with the invoice that it "
        "belongs to, a declaration by its practice and invoice number among those that were handed in. If "
        "Payt does not show it, ask Payt with the name of the file and the time of the attempt "
        "(bridge delivery show ID). If it is not there: bridge delivery release ID. If it is: "
        f"{_REJECT}.",
    ),
    ReasonCode.UNKNOWN_REPLACED: Reason(
        sender="It is not certain whether this file arrived at Payt; the newer file goes in its place.",
        admin="It was sent once without an answer, so the destination may have it or not; a newer file came "
        "and goes in its place, so this one is not sent again.",
        todo="",
    ),
    ReasonCode.GAVE_WAY: Reason(
        sender="Sending this file failed several times; the newer data file goes in its place.",
        admin="The destination did not take it three times or more, and a newer data file of its "
        "administration, which says all that this one says, goes in its place.",
        todo="",
    ),
    ReasonCode.TURNED_DOWN: Reason(
        sender="The administrator decided that this file is not delivered.",
        admin="An operator turned it down; nothing of it was sent.",
        todo="If that was a mistake: bridge upload retry ID.",
    ),
    ReasonCode.BY_OPERATOR: Reason(
        sender="The administrator is keeping this file back for now.",
        admin="An operator held it; it goes when an operator releases it.",
        todo=f"When it may go: bridge delivery release ID. If it must never go: {_REJECT}.",
    ),
    ReasonCode.REPLAYED: Reason(
        sender="The administrator has sent this file once more.",
        admin="An operator had it sent again after it was delivered.",
        todo="Who and why: bridge audit list. An attachment may be there twice now: look at Payt.",
    ),
    ReasonCode.RESTORED: Reason(
        sender="The server was restored from a backup; the administrator checks whether this file has "
        "arrived.",
        admin="It waited when the backup was made that was restored, and may have gone since: a second "
        "declaration or attachment would count twice, and a data file could undo a newer one.",
        todo="Look at Payt whether it is there, or for a data file whether a newer one is. If neither is: "
        "bridge upload retry ID (already in the queue: bridge delivery release ID). If it is, drop it: "
        f"{_REJECT}.",
    ),
}
