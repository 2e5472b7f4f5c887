"""What a file is to Payt, and the endpoint that takes it (payt-imports §1)."""

from enum import StrEnum


class Kind(StrEnum):
    """The five kinds of file that Payt takes."""

    DATA = "data"
    INVOICE_PDF = "invoice_pdf"
    INVOICE_UBL = "invoice_ubl"
    INVOICE_ATTACHMENT = "invoice_attachment"
    DECLARATION = "declaration"

    @property
    def folder(self) -> str:
        """The folder over SFTP, which is Payt's own endpoint name."""
        return _FOLDERS[self]

    @property
    def is_resendable(self) -> bool:
        """Whether a second arrival does no harm.

        A new data file, PDF or UBL overwrites the former; an attachment may be doubled and a
        declaration is claimed twice (payt-imports §3, §4), so those two wait for a person.
        """
        return self in {Kind.DATA, Kind.INVOICE_PDF, Kind.INVOICE_UBL}


_FOLDERS = {
    Kind.DATA: "csv",
    Kind.INVOICE_PDF: "invoice_pdf",
    Kind.INVOICE_UBL: "invoice_ubl",
    Kind.INVOICE_ATTACHMENT: "invoice_attachment",
    Kind.DECLARATION: "declaration_file",
}
KIND_FOLDERS = {folder: kind for kind, folder in _FOLDERS.items()}
STATUS_FOLDER = "status"  # read-only reports for the sender
