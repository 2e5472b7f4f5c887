"""What would be asked of Payt for a file that is only thought of: for trials of a path; nothing is sent."""

from bridge.config.settings import DestinationSettings
from bridge.delivery.targets.payt import Submission, submission
from bridge.domain.accounts import AccountId
from bridge.domain.administrations import Administration
from bridge.domain.clock import Clock
from bridge.domain.deliveries import Assignment, Delivery, DeliveryId, DeliveryState
from bridge.domain.documents import Document, DocumentId
from bridge.domain.kinds import Kind
from bridge.domain.uploads import UploadId

TOKEN_IS_SET = "<set>"  # noqa: S105  what is said of a token; what it is, is not shown


class Asking:
    """Makes requests as delivery does, without bytes and without secrets."""

    def __init__(self, settings: DestinationSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def __call__(self, kind: Kind, name: str, size: int, /, *, administration: Administration) -> Submission:
        """Return the request for a file of so many bytes; of a token it is only said that it is there."""
        is_sent = administration.sealed_token is not None and kind in self._settings.token_kinds
        return submission(
            self._made_up(kind, name, size, administration),
            settings=self._settings,
            token=TOKEN_IS_SET if is_sent else None,
        )

    def _made_up(self, kind: Kind, name: str, size: int, administration: Administration) -> Assignment:
        now = self._clock.now()
        return Assignment(
            delivery=Delivery(
                id=DeliveryId(0),
                document_id=DocumentId(0),
                account_id=AccountId(0),
                administration_id=administration.id,
                kind=kind,
                state=DeliveryState.LEASED,
                attempts=0,
                rejections=0,
                due_at=now,
                created_at=now,
                lease_token="",
            ),
            document=Document(
                id=DocumentId(0),
                upload_id=UploadId(0),
                member=None,
                name=name,
                kind=kind,
                administration_id=administration.id,
                size=size,
                sha256="",
                blob=None,
            ),
            administration=administration,
        )
