"""``bridge token``: what programs show."""

from tests.cli.conftest import Command


def test_a_token_is_shown_once_listed_and_revoked(bridge: Command) -> None:
    made = bridge("token", "add", "grafana", "--json").json
    [listed] = bridge("token", "list", "--json").json
    revoked = bridge("token", "revoke", "grafana", "--json").json

    assert made["token"].startswith(made["hint"])
    assert (made["role"], made["may_write"]) == ("support", False)
    assert "token" not in listed
    assert made["token"] not in str(listed)
    assert revoked == {"name": "grafana", "revoked": True}
    assert bridge("token", "list", "--json").json == []
    assert bridge("token", "revoke", "grafana").code == 1


def test_a_token_of_no_days_works_until_it_is_revoked(bridge: Command) -> None:
    assert bridge("token", "add", "one", "--days", "0", "--json").json["expires_at"] is None
    assert bridge("token", "add", "two", "--json").json["expires_at"] is not None
    assert bridge("token", "add", "three", "--days", "4000").code == 2
