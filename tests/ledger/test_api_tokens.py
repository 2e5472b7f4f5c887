"""Tokens of programs: found by the hash of what they show, and over when revoked or when their account is."""

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.admins import ApiToken
from bridge.domain.errors import AlreadyThere, NotFound
from bridge.domain.roles import Role
from bridge.ledger import accounts, api_tokens
from tests.support.builders import an_account, an_administration
from tests.support.clock import DAY, MINUTE, NOON


def a_token(connection: Connection, name: str = "grafana", account_id: AccountId | None = None) -> ApiToken:
    return api_tokens.add(
        connection,
        name=name,
        token_hash=f"hash of {name}",
        hint="bridge_abc",
        role=Role.SUPPORT if account_id is None else Role.VIEWER,
        account_id=account_id,
        may_write=False,
        made_by="anna",
        now=NOON,
        expires_at=NOON + DAY,
    )


def test_a_token_is_found_by_its_hash_also_when_its_time_is_over(connection: Connection) -> None:
    token = a_token(connection)

    assert api_tokens.find(connection, token_hash="hash of grafana") == token
    assert api_tokens.find(connection, token_hash="another") is None
    assert token.is_over(NOON + DAY)
    assert not token.is_over(NOON)


def test_a_revoked_token_is_found_no_more_and_its_name_is_free(connection: Connection) -> None:
    a_token(connection)
    with pytest.raises(AlreadyThere):
        a_token(connection)

    api_tokens.revoke(connection, name="grafana", now=NOON)

    assert api_tokens.find(connection, token_hash="hash of grafana") is None
    assert "grafana" not in [one.name for one in api_tokens.listing(connection)]
    with pytest.raises(NotFound):
        api_tokens.revoke(connection, name="grafana", now=NOON)


def test_a_viewer_s_token_ends_with_its_account_even_if_another_takes_the_name(
    connection: Connection,
) -> None:
    place = an_administration(connection)
    account = an_account(connection, place, name="jansen")
    token = a_token(connection, account_id=account.id)

    accounts.change(connection, account_id=account.id, values={"removed_at": NOON})
    an_account(connection, place, name="jansen")

    assert token.account == "jansen"
    assert api_tokens.find(connection, token_hash="hash of grafana") is None


def test_it_is_noted_when_one_was_used(connection: Connection) -> None:
    one, other = a_token(connection), a_token(connection, "other")

    api_tokens.touch(connection, token_id=one.id, now=NOON + MINUTE)

    assert api_tokens.get(connection, name="grafana").last_used_at == NOON + MINUTE
    assert api_tokens.get(connection, name="other").last_used_at == other.last_used_at is None
