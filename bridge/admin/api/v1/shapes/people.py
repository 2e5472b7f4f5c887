"""Accounts, administrations, admins and tokens in answers."""

from pydantic import Field

from bridge.admin.api.v1.shapes.plain import Clock, Moment, Shape
from bridge.domain.accounts import AtClose, Expects
from bridge.domain.expectations import Weekday
from bridge.domain.kinds import Kind
from bridge.domain.roles import Role


class Key(Shape):
    """A public key that may log in."""

    fingerprint: str = Field(examples=["SHA256:jY0BxqbMZ3r5wX0m2f3p2Ue8o0cO0n2kqYF3D5y1b7E"])
    type: str = Field(examples=["ssh-ed25519"])
    comment: str
    added_at: Moment | None
    expires_at: Moment | None
    last_used_at: Moment | None


class Route(Shape):
    """A rule: files whose path fits are of this kind, for this administration."""

    id: int
    pattern: str = Field(examples=["/export/*.csv"])
    kind: Kind | None
    administration: str | None
    encoding: str | None
    guards: dict[str, str] = Field(examples=[{"rows_fallen": "hold:50%"}])


class Account(Shape):
    """An SFTP login; no secret is ever in an answer."""

    name: str = Field(examples=["jansen"])
    administrations: list[str] = Field(description="Codes; the first is the default.", examples=[["A1"]])
    has_password: bool
    password_expires_at: Moment | None
    former_password_until: Moment | None
    keys: list[Key]
    encoding: str | None = Field(examples=["windows-1252"])
    at_close: AtClose
    expects: Expects
    disabled: bool
    stopped: bool = Field(description="What it uploads is accepted and not sent.")
    allowed_networks: list[str] = Field(examples=[["192.0.2.0/24"]])
    max_sessions: int | None
    max_file_bytes: int | None
    max_files_per_day: int | None
    quota_bytes: int | None
    language: str | None
    contact: str | None
    tells_ok: bool
    erased_at: Moment | None
    routes: list[Route]


class Erased(Shape):
    """What is gone of an account."""

    name: str = Field(description="What it is called from now on.", examples=["erased-7"])
    cancelled: int = Field(description="Uploads and deliveries that waited.")
    uploads: int
    documents: int
    logins: int
    files: int = Field(description="Contents.")


class Routes(Shape):
    """The routes of an account, the first that fits wins."""

    routes: list[Route]


class NewPassword(Shape):
    """What came of a new password."""

    name: str
    password: str | None = Field(
        default=None, description="Only if it was generated; this is the only time it is shown."
    )


class Administration(Shape):
    """Whom files are for; whether there is an import token is told, never what it is."""

    code: str = Field(examples=["A1"])
    id: int | None = Field(description="Sent instead of the code.")
    token: str = Field(description="`set` or `not set`.", examples=["set"])
    import_time: Clock
    import_times: list[Clock]
    timezone: str = Field(examples=["Europe/Amsterdam"])
    guards: dict[str, str]
    paused_until: Moment | None
    paused_reason: str | None
    stopped: bool


class Expectation(Shape):
    """When uploads are due."""

    weekday: Weekday
    by: Clock
    from_time: Clock | None = Field(default=None, alias="from")
    timezone: str
    least_count: int
    least_bytes: int
    learned: bool
    since: Moment


class Expectations(Shape):
    """What is expected of an account."""

    account: str
    expects: Expects
    expectations: list[Expectation]


class Admin(Shape):
    """A person who manages the bridge."""

    name: str
    role: Role
    account: str | None = Field(description="Of a viewer: the one account that is seen.")
    one_time_password: bool
    disabled: bool
    created_at: Moment
    last_login_at: Moment | None


class NewAdmin(Admin):
    """An admin with the password that was generated, if one was: shown only here."""

    password: str | None = None


class Token(Shape):
    """What a program shows; of the token itself only the beginning is known."""

    name: str
    hint: str
    role: Role
    account: str | None
    may_write: bool
    made_by: str
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None


class NewToken(Token):
    """A token with what it is: shown only here."""

    token: str


class LogIn(Shape):
    """Somebody who came over SFTP, or was refused."""

    id: int
    at: Moment
    name: str = Field(description="As it was given.")
    has_account: bool
    peer: str
    client: str
    method: str | None
    refused: str | None = Field(description="Why; null: it came in.")
    text: str | None
    node: str | None
    ended_at: Moment | None


class Client(Shape):
    """A way in which an account logs in."""

    account: str
    client: str
    door: str
    first_at: Moment
    last_at: Moment
    logins: int
