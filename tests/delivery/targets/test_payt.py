"""What a request to Payt looks like."""

from datetime import UTC, datetime, time
from typing import Any

import pytest
from pydantic import SecretStr

from bridge.config.settings import DestinationSettings
from bridge.delivery.targets.payt import HEADERS, submission
from bridge.domain.accounts import AccountId
from bridge.domain.administrations import Administration, AdministrationId
from bridge.domain.deliveries import Assignment, Delivery, DeliveryId, DeliveryState
from bridge.domain.documents import Document, DocumentId
from bridge.domain.kinds import Kind
from bridge.domain.uploads import UploadId

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SETTINGS = DestinationSettings()


def assignment(kind: Kind, name: str, *, size: int = 10, payt_id: int | None = None) -> Assignment:
    """Return a leased delivery."""
    return Assignment(
        delivery=Delivery(
            id=DeliveryId(1),
            document_id=DocumentId(1),
            account_id=AccountId(1),
            administration_id=AdministrationId(1),
            kind=kind,
            state=DeliveryState.LEASED,
            attempts=1,
            rejections=0,
            due_at=NOON,
            created_at=NOON,
            lease_token="t",
        ),
        document=Document(
            id=DocumentId(1),
            upload_id=UploadId(1),
            member=None,
            name=name,
            kind=kind,
            administration_id=AdministrationId(1),
            size=size,
            sha256="",
            blob="b",
        ),
        administration=Administration(
            id=AdministrationId(1),
            code="100",
            payt_id=payt_id,
            sealed_token=None,
            import_times=(time(1),),
            timezone="Europe/Amsterdam",
        ),
    )


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (Kind.DATA, "/import/files/csv"),
        (Kind.INVOICE_PDF, "/import/files/invoice_pdf"),
        (Kind.INVOICE_UBL, "/import/files/invoice_ubl"),
        (Kind.INVOICE_ATTACHMENT, "/import/files/invoice_attachment"),
        (Kind.DECLARATION, "/import/files/declaration_file"),
    ],
)
def test_each_kind_has_its_endpoint(kind: Kind, path: str) -> None:
    assert submission(assignment(kind, "a"), settings=SETTINGS, token=None).path == path


@pytest.mark.parametrize(
    ("payt_id", "token", "fields"),
    [
        (None, None, {"administration_code": "100"}),
        (None, "t", {"administration_code": "100", "import_token": "t"}),
        (7, None, {"administration_id": 7}),
        (7, "t", {"administration_id": 7, "import_token": "t"}),
    ],
)
def test_code_or_id_and_the_token_where_given_are_all_fields(
    payt_id: int | None, token: str | None, fields: dict[str, Any]
) -> None:
    made = submission(assignment(Kind.DATA, "a.csv", payt_id=payt_id), settings=SETTINGS, token=token)

    assert made.fields == fields


@pytest.mark.parametrize(
    ("kind", "name", "size", "sent_as"),
    [
        (Kind.DATA, "a.csv", 65536, "a.csv"),
        (Kind.DATA, "a.csv", 65537, "a.csv.gz"),
        (Kind.DATA, "A.XML", 65537, "A.XML.gz"),
        (Kind.DATA, "a.csv.gz", 10**9, "a.csv.gz"),
        (Kind.DATA, "A.CSV.GZ", 10**9, "A.CSV.GZ"),
        (Kind.DECLARATION, "MZ301.txt", 10**9, "MZ301.txt"),
        (Kind.INVOICE_PDF, "1.pdf", 10**9, "1.pdf"),
        (Kind.INVOICE_UBL, "1.xml", 10**9, "1.xml"),
        (Kind.INVOICE_ATTACHMENT, "a.csv", 10**9, "a.csv"),
    ],
)
def test_only_large_data_files_are_compressed_on_the_way(
    kind: Kind, name: str, size: int, sent_as: str
) -> None:
    made = submission(assignment(kind, name, size=size), settings=SETTINGS, token=None)

    assert made.filename == sent_as
    assert made.is_compressed_here == (sent_as != name)


def test_extra_headers_come_beside_those_of_the_contract() -> None:
    settings = DestinationSettings(extra_headers={"Authorization": SecretStr("Bearer abc")})

    made = submission(assignment(Kind.DATA, "a.csv"), settings=settings, token=None)

    assert made.headers == {**HEADERS, "Authorization": "Bearer abc"}
