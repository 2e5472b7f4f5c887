"""English: what is wrong with a file or its place, seen when it comes in."""

from bridge.domain.reasons import Reason, ReasonCode

_AGAIN = "Ask the sender to send it again."
_DROP = "and drop this one: bridge upload reject ID (out of an archive: bridge delivery cancel ID)"
_PLACE = (
    "The detail says what is wrong and where. Ask the sender to export it and send it again. "
    "If it is whole all the same: bridge upload release ID "
    "(out of an archive: bridge delivery release ID)."
)
_RETRY = "Then: bridge upload retry ID (out of an archive: bridge delivery release ID --kind KIND)."

REASONS: dict[ReasonCode, Reason] = {
    ReasonCode.BROKEN_ARCHIVE: Reason(
        sender="The zip is damaged or incomplete; please send it again.",
        admin="The zip is damaged or cut short; nothing of it was sent.",
        todo=_AGAIN,
    ),
    ReasonCode.ENCRYPTED_ARCHIVE: Reason(
        sender="The zip is encrypted; please send it without a password.",
        admin="The zip is encrypted; nothing of it was sent.",
        todo="Ask the sender to send it without a password.",
    ),
    ReasonCode.UNSUPPORTED_ARCHIVE: Reason(
        sender="This sort of zip cannot be read; please send an ordinary zip in one part.",
        admin="The zip uses a compression that the bridge does not read, or is one part of several; "
        "nothing of it was sent.",
        todo="Ask the sender for a zip in one part with the ordinary compression (Deflate), "
        "or for the files themselves.",
    ),
    ReasonCode.UNSAFE_ARCHIVE: Reason(
        sender="The zip has entries that are not plain files or can be read in two ways; please send a "
        "plain zip.",
        admin="The zip has entries that could mean two things or are no files; nothing of it was sent.",
        todo="Ask the sender for a plain zip of files, made afresh.",
    ),
    ReasonCode.ARCHIVE_TOO_LARGE: Reason(
        sender="The zip is too large or has too many files; please spread the files over several zips.",
        admin="The zip is over a limit on entries, unpacked size or ratio; nothing of it was sent.",
        todo="Ask for several smaller zips (a data file itself must never be split), or raise the limit "
        "under [intake] in the configuration. Then: bridge upload retry ID.",
    ),
    ReasonCode.EMPTY_ARCHIVE: Reason(
        sender="The zip has no files that can be sent on; please check the export.",
        admin="The zip has no files that can be sent on; nothing was sent.",
        todo="Ask the sender whether that was meant.",
    ),
    ReasonCode.NESTED_ARCHIVE: Reason(
        sender="There is a zip inside the zip; please send the inner one by itself.",
        admin="This is a zip inside a zip; it was not unpacked, and nothing of it was sent.",
        todo="Ask the sender to send it by itself (and drop this one: bridge delivery cancel ID).",
    ),
    ReasonCode.SAME_NAME_TWICE: Reason(
        sender="Two files in the zip have the same name; please give each file a name of its own.",
        admin="Another file of the same zip has the same name; Payt links by name, and the later one would "
        "take the place of the first.",
        todo="Look at both. Should this one be sent as well: bridge delivery release ID. "
        "If not: bridge delivery cancel ID.",
    ),
    ReasonCode.BROKEN_GZIP: Reason(
        sender="The .gz file is damaged or incomplete; please send it again.",
        admin="The .gz is damaged or cut short; it was not sent.",
        todo=_AGAIN,
    ),
    ReasonCode.GZIP_TOO_LARGE: Reason(
        sender="The .gz file unpacks to more than is accepted; please contact the administrator of the "
        "server.",
        admin="The .gz unpacks to more than the limit; it was not sent.",
        todo="Raise the limit under [intake] in the configuration; a data file must never be split. "
        "Then: bridge upload retry ID.",
    ),
    ReasonCode.GZIP_DECLARATION: Reason(
        sender="A declaration must not be compressed with gzip; please send the file itself, or a zip.",
        admin="A declaration came compressed with gzip, which Payt does not take; it was not sent.",
        todo="Ask the sender for the file itself, or for a zip.",
    ),
    ReasonCode.GZIP_INNER_NAME: Reason(
        sender="The name must say what the .gz holds, as in invoices.csv.gz; please send it under such a "
        "name.",
        admin="The name of the .gz does not say what is in it (as invoices.csv.gz does); Payt would not know "
        "what to do with it.",
        todo="Ask the sender to send it under a name that keeps the inner extension, or not compressed.",
    ),
    ReasonCode.UNKNOWN_KIND: Reason(
        sender="It cannot be told what this file is; please put it in the folder of its kind.",
        admin="Neither folder, extension nor content says what this file is.",
        todo="Add a route (bridge account route add) or have it sent to the folder of its kind; or say it "
        "for this one: bridge upload retry ID --kind KIND "
        "(out of an archive: bridge delivery release ID --kind KIND).",
    ),
    ReasonCode.OTHER_XML: Reason(
        sender="This XML is no UBL invoice or credit note; if it is a data file, please put it in /csv.",
        admin="This XML is neither a UBL invoice or credit note nor known to be a data file.",
        todo="If it is a data file, have it sent to /csv or add a route (bridge account route add). "
        + _RETRY,
    ),
    ReasonCode.UNKNOWN_FOLDER: Reason(
        sender="This folder is not known here; please use one of the folders that the server shows.",
        admin="The folder is neither a kind nor an administration of this account, so whom the file is "
        "for is not certain; in the wrong place it would do harm.",
        todo="Give the account the administration that the folder names (bridge account change NAME "
        "--administration CODE, with all that it should have), or add a route for the folder "
        "(bridge account route add). Then: bridge upload retry ID "
        "(out of an archive: bridge delivery release ID --administration CODE).",
    ),
    ReasonCode.UNKNOWN_ADMINISTRATION: Reason(
        sender="This account has no administration of that name; please check the folder.",
        admin="The folder, or whoever decided about it, names an administration that this account does "
        "not have.",
        todo="Give the account that administration (bridge account change NAME --administration CODE, "
        "with all that it should have). Then: bridge upload retry ID "
        "(out of an archive: bridge delivery release ID --administration CODE).",
    ),
    ReasonCode.NO_ADMINISTRATION: Reason(
        sender="This account cannot take files yet; please contact the administrator of the server.",
        admin="The account has no administration, so nobody is known to send the file for.",
        todo="Give it one: bridge account change NAME --administration CODE. Then: bridge upload "
        "retry ID (out of an archive: bridge delivery release ID --administration CODE).",
    ),
    ReasonCode.BROKEN_CSV: Reason(
        sender="The CSV is incomplete or damaged; please export it and send it again.",
        admin="The CSV is incomplete or damaged; Payt would mark every invoice that is missing from it as "
        "paid.",
        todo=_PLACE,
    ),
    ReasonCode.BROKEN_XML: Reason(
        sender="The XML is incomplete or damaged; please export it and send it again.",
        admin="The XML is incomplete or damaged; a data file like this could make Payt mark open invoices "
        "as paid.",
        todo=_PLACE,
    ),
    ReasonCode.BROKEN_JSON: Reason(
        sender="The JSON is incomplete or damaged; please export it and send it again.",
        admin="The JSON is incomplete or damaged; Payt would mark every invoice that is missing from it "
        "as paid.",
        todo=_PLACE,
    ),
    ReasonCode.BROKEN_PDF: Reason(
        sender="The PDF is incomplete or damaged; please make it anew and send it again.",
        admin="The PDF is incomplete or damaged; the debtor could not open it.",
        todo=_PLACE,
    ),
    ReasonCode.BROKEN_DECLARATION: Reason(
        sender="The declaration is incomplete or damaged; please export it and send it again.",
        admin="The declaration is incomplete or damaged, or its closing record counts something else; "
        "part of it would never be claimed.",
        todo=_PLACE,
    ),
    ReasonCode.DECLARATION_RETURN: Reason(
        sender="This is an insurer's return file, which is not sent on; please send the declaration itself.",
        admin="This is a return file of an insurer, not a declaration; it must not be submitted.",
        todo=f"Ask the sender to keep return files out of this folder, {_DROP}.",
    ),
    ReasonCode.DECLARATION_TEST: Reason(
        sender="This declaration is marked as a test; please send the real one.",
        admin="This declaration is marked as a test; in a production administration it would be taken for "
        "a real claim.",
        todo=f"Ask the sender for the real one, {_DROP}. Only if a test is meant: bridge upload retry ID "
        "--kind declaration (out of an archive: bridge delivery release ID).",
    ),
    ReasonCode.UNKNOWN_ENCODING: Reason(
        sender="The character set of this file is not known here; please export it as UTF-8.",
        admin="The text is not UTF-8, and nobody said which character set it is; a wrong guess would "
        "spoil names.",
        todo="Say it: bridge account change NAME --encoding ENCODING. That also takes up again everything "
        "that waits for it.",
    ),
    ReasonCode.WRONG_ENCODING: Reason(
        sender="The text does not fit its character set; please check the export, preferably as UTF-8.",
        admin="The text has bytes that its character set, as it was set or declared, does not have; "
        "names would be spoiled.",
        todo="Ask the sender which character set it is. If the account's is wrong: bridge account change "
        "NAME --encoding ENCODING. Then have the file sent again.",
    ),
    ReasonCode.NAME_LACKS_NUMBER: Reason(
        sender="The file name lacks the invoice number, so Payt may not find its invoice.",
        admin="The name of the UBL file lacks the invoice number that is in it (cbc:ID); Payt links by "
        "file name and drops without notice what does not match.",
        todo="Ask the sender to put the invoice number in the file name, or Payt which pattern is set for "
        "this administration.",
    ),
    ReasonCode.LEFT_OUT: Reason(
        sender="Some entries of the zip were left out: system files, or files in folders of the zip.",
        admin="Entries of the zip were left out: junk such as __MACOSX or .DS_Store, or files in directories "
        "where intake.zip_directories says skip.",
        todo="Read the names in the detail. If files in directories should go too, set "
        "intake.zip_directories to flatten and have the zip sent again.",
    ),
}
