"""What a person declares of administrations and accounts: the body of a PUT, or a whole file.

What is left out is at its default, but for what is looked after elsewhere: credentials, routes and whether an
account is disabled stay as they are.  Whether something is stopped is for the moment, and not declared.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from bridge.domain.accounts import AtClose
from bridge.domain.errors import Invalid
from bridge.domain.kinds import Kind
from bridge.domain.reasons import Language
from bridge.domain.terms import MOST_COUNT

_MOST = 2**63 - 1  # what the ledger's columns hold
_MOST_ROUTES = 500
_MOST_KEYS = 200
_TEXT = r"^[^\x00-\x1f\x7f]+$"

AccountName = Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9._@-]{0,62}[a-z0-9])?$", examples=["jansen"])]
Code = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^/\\\x00-\x1f\x7f]+$", examples=["A1"])]
Guards = Annotated[
    dict[str, Annotated[str, Field(max_length=20)]],
    Field(
        description="Snapshot guards with their rules, before those of the layer below.",
        examples=[{"rows_fallen": "hold:50%"}],
    ),
]


class Declared(BaseModel):
    """Something that is declared: a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class DeclaredRoute(Declared):
    """A rule: files whose path fits are of this kind, for this administration."""

    pattern: Annotated[
        str,
        Field(
            min_length=1,
            max_length=1000,
            pattern=_TEXT,
            description="A glob such as /export/*.csv, or re: and a regular expression.",
            examples=["/export/*.csv"],
        ),
    ]
    kind: Annotated[Kind | None, Field(description="null: recognised as in /.")] = None
    administration: Annotated[Code | None, Field(description="null: by pattern, folder or default.")] = None
    encoding: Annotated[str | None, Field(max_length=40, description="null: the account's.")] = None
    guards: Guards = {}


class AdministrationBody(Declared):
    """Whom files are for."""

    id: Annotated[int | None, Field(ge=1, le=_MOST, description="Sent instead of the code.")] = None
    token: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=200,
            pattern=r"^[\x21-\x7e]+$",
            description="Payt's import token: kept sealed, never in an answer. Left out: as it is.",
            json_schema_extra={"writeOnly": True},
        ),
    ] = None
    import_times: Annotated[
        list[Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["01:00"])]],
        Field(min_length=1, max_length=24, description="HH:MM, local: when Payt's imports run."),
    ] = ["01:00"]
    timezone: Annotated[
        str, Field(max_length=64, description="IANA name.", examples=["Europe/Amsterdam"])
    ] = "Europe/Amsterdam"
    guards: Guards = {}


class DeclaredAdministration(AdministrationBody):
    """An administration of a file."""

    code: Code


class AccountBody(Declared):
    """An SFTP login."""

    administrations: Annotated[
        list[Code],
        Field(
            min_length=1,
            max_length=10_000,
            description="Whom its files may be for; the first is the default.",
        ),
    ]
    password_hash: Annotated[
        str | None,
        Field(
            max_length=400,
            description="bcrypt, sha512-crypt or argon2: taken where the account is added. One that was "
            "changed or removed since is not put back.",
            json_schema_extra={"writeOnly": True},
        ),
    ] = None
    keys: Annotated[
        list[Annotated[str, Field(max_length=20_000, examples=["ssh-ed25519 AAAA… laptop"])]] | None,
        Field(
            max_length=_MOST_KEYS,
            description="Public keys, all of them; []: none. Left out: as they are.",
        ),
    ] = None
    encoding: Annotated[
        str | None,
        Field(
            max_length=40,
            description="Of names and text that are not UTF-8; null: not told.",
            examples=["windows-1252"],
        ),
    ] = None
    at_close: Annotated[AtClose, Field(description="A file that cannot go: refuse it, or hold it.")] = (
        AtClose.REFUSE
    )
    disabled: Annotated[bool | None, Field(description="Left out: as it is.")] = None
    password_expires_at: Annotated[AwareDatetime | None, Field(description="Left out: as it is.")] = None
    allowed_networks: Annotated[
        list[Annotated[str, Field(max_length=50)]],
        Field(max_length=1000, description="[]: from anywhere.", examples=[["192.0.2.0/24"]]),
    ] = []
    max_sessions: Annotated[int | None, Field(ge=1, le=MOST_COUNT)] = None
    max_file_bytes: Annotated[int | None, Field(ge=1, le=_MOST)] = None
    max_files_per_day: Annotated[int | None, Field(ge=1, le=MOST_COUNT)] = None
    quota_bytes: Annotated[int | None, Field(ge=1, le=_MOST)] = None
    language: Annotated[Language | None, Field(description="Of what its sender reads.")] = None
    contact: Annotated[
        str | None, Field(max_length=320, description="Mail address.", examples=["it@example.com"])
    ] = None
    tells_ok: Annotated[bool, Field(description="status/NAME.ok as well as NAME.rejected.txt.")] = False
    routes: Annotated[
        list[DeclaredRoute] | None,
        Field(
            max_length=_MOST_ROUTES,
            description="All of them, in order; []: none. Left out: as they are.",
        ),
    ] = None


class DeclaredAccount(AccountBody):
    """An account of a file."""

    name: AccountName


class Declaration(Declared):
    """Administrations and accounts as they should be."""

    administrations: Annotated[list[DeclaredAdministration] | None, Field(max_length=100_000)] = None
    accounts: Annotated[list[DeclaredAccount] | None, Field(max_length=100_000)] = None
    _is_partial: bool = PrivateAttr(default=False)

    @property
    def is_partial(self) -> bool:
        """Whether nothing is said of what is not in it: the body of a PUT."""
        return self._is_partial

    def only(self) -> "Declaration":
        """Return the same, saying nothing of what is not in it."""
        self._is_partial = True
        return self


def declaration(document: Mapping[str, Any]) -> Declaration:
    """Return what *document*, a file that was read, declares.

    Raises:
        Invalid: it declares nothing such; with a line for each field that is wrong.
    """
    try:
        return Declaration.model_validate(document)
    except ValidationError as error:
        raise Invalid("\n".join(_mistakes(error, document))) from None


def _mistakes(error: ValidationError, document: Mapping[str, Any]) -> Iterator[str]:
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        place = list(one["loc"])
        thing = _thing(place, document)
        field = "".join(f"{part}: " for part in [".".join(map(str, place))] if part)
        if one["type"] == "extra_forbidden":
            near = get_close_matches(str(place[-1]), _known(thing), n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield f"{thing}{field}unknown field{hint}"
        else:
            yield f"{thing}{field}{one['msg']}"


def _thing(place: list[Any], document: Mapping[str, Any]) -> str:
    """Return the name of what *place* is about, and take it off *place*."""
    if len(place) < 2 or not isinstance(place[1], int):
        return ""
    noun, number = place[0], place[1]
    del place[:2]
    said = document[noun][number]
    name = said.get("name" if noun == "accounts" else "code") if isinstance(said, dict) else None
    return f"{noun[:-1]} {name or f'number {number + 1}'}: "


def _known(thing: str) -> list[str]:
    if thing.startswith("account "):
        return list(DeclaredAccount.model_fields)
    if thing.startswith("administration "):
        return list(DeclaredAdministration.model_fields)
    return list(Declaration.model_fields)
