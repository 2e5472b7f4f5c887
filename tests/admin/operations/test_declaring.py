"""What is declared becomes true: all of it or nothing, once however often it is said."""

from dataclasses import replace
from typing import Any

import pytest

from bridge.admin.operations import accounts, administrations, declaring, differences, trail
from bridge.admin.operations.declared import AccountBody, AdministrationBody, DeclaredRoute, declaration
from bridge.admin.operations.desk import Desk
from bridge.domain.errors import Conflict, Invalid, NotFound
from bridge.runtime.passwords import hash_password, is_right
from bridge.runtime.sealing import Sealer
from tests.support.databases import PostgresServer

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINz8WUVw4OdqAz9Akcui5qC91V2w2hDWc3oyUwPJfDqL anna@desk"
WHOLE: dict[str, list[Any]] = {
    "administrations": [
        {"code": "A1", "import_times": ["13:30", "01:00"], "token": "import-token"},
        {"code": "B2"},
        {"code": "C3", "guards": {"rows_fallen": "hold:50%"}},
    ],
    "accounts": [
        {
            "name": "jansen",
            "administrations": ["C3", "A1"],
            "encoding": "cp850",
            "keys": [KEY],
            "max_sessions": 3,
            "routes": [{"pattern": "/export/*.csv", "kind": "data", "administration": "C3"}],
        }
    ],
}


def test_what_is_declared_is_there_afterwards(desk: Desk) -> None:
    applied = declaring.apply(desk, declaration(WHOLE))

    [jansen] = accounts.listing(desk)
    assert [place.code for place in jansen.administrations] == ["C3", "A1"]
    assert (jansen.encoding, jansen.max_sessions) == ("cp850", 3)
    assert [route.pattern for route in jansen.routes] == ["/export/*.csv"]
    assert [key.comment for key in jansen.keys] == ["anna@desk"]
    sealed = administrations.get(desk, code="A1").sealed_token
    assert Sealer.from_folder(desk.settings.keys_dir).open(sealed or "") == "import-token"
    assert [(one.verb, one.name) for one in applied.changes] == [
        ("change", "A1"),
        ("add", "C3"),
        ("add", "jansen"),
    ]


def test_twice_is_once_and_is_noted_once(desk: Desk) -> None:
    declaring.apply(desk, declaration(WHOLE))
    noted = trail.listing(desk)

    again = declaring.apply(desk, declaration(WHOLE))

    assert again.changes == []
    assert again.same == 4
    assert trail.listing(desk) == noted


def test_it_is_the_same_on_postgresql(desk: Desk, postgres: PostgresServer) -> None:
    with postgres.database() as database:
        there = replace(desk, database=database)

        rehearsed = declaring.apply(there, declaration(WHOLE | {"accounts": []}), is_rehearsal=True)
        assert administrations.listing(there) == []
        first = declaring.apply(there, declaration(WHOLE), prune=True)
        again = declaring.apply(there, declaration(WHOLE), prune=True)

        assert (len(rehearsed.changes), len(first.changes), len(again.changes)) == (3, 4, 0)


def test_a_rehearsal_tells_the_same_and_changes_nothing(desk: Desk) -> None:
    noted = trail.listing(desk)

    rehearsed = declaring.apply(desk, declaration(WHOLE), is_rehearsal=True)

    assert rehearsed.is_rehearsal
    assert accounts.listing(desk) == []
    assert len(administrations.listing(desk)) == 2
    assert trail.listing(desk) == noted
    assert rehearsed.changes == declaring.apply(desk, declaration(WHOLE)).changes


def test_one_that_cannot_be_keeps_everything_back(desk: Desk) -> None:
    broken = WHOLE | {"accounts": [*WHOLE["accounts"], {"name": "piet", "administrations": ["ZZ"]}]}

    with pytest.raises(NotFound, match="account piet: no administration ZZ"):
        declaring.apply(desk, declaration(broken))

    assert accounts.listing(desk) == []
    assert len(administrations.listing(desk)) == 2


def test_every_mistake_is_told_with_its_account(desk: Desk) -> None:
    document = {
        "accounts": [
            {"name": "jansen", "administrations": ["A1"], "encoding": "utf-17"},
            {"name": "piet", "administrations": ["A1"], "keys": ["ssh-dss AAAA"]},
        ]
    }

    with pytest.raises(Invalid) as caught:
        declaring.apply(desk, declaration(document))

    first, second = str(caught.value).splitlines()
    assert first.startswith("account jansen: encoding 'utf-17'")
    assert second.startswith("account piet: keys: DSA keys")


def test_what_is_not_declared_goes_only_with_prune(desk: Desk) -> None:
    declaring.apply(desk, declaration(WHOLE))
    less = {"administrations": [{"code": "A1"}], "accounts": []}

    kept = declaring.apply(desk, declaration(less))
    pruned = declaring.apply(desk, declaration(less), prune=True)

    assert set(kept.left) == {("account", "jansen"), ("administration", "B2"), ("administration", "C3")}
    assert {one.name for one in pruned.changes if one.verb == "remove"} == {"jansen", "B2", "C3"}
    assert accounts.listing(desk) == []
    assert [one.code for one in administrations.listing(desk)] == ["A1"]


def test_prune_leaves_a_noun_alone_that_the_file_does_not_have(desk: Desk) -> None:
    declaring.apply(desk, declaration(WHOLE))

    declaring.apply(desk, declaration({"administrations": WHOLE["administrations"]}), prune=True)

    assert [one.name for one in accounts.listing(desk)] == ["jansen"]


def test_what_is_still_used_is_not_pruned_and_nothing_else_is_either(desk: Desk) -> None:
    accounts.add(desk, name="user", administration_codes=["B2"], password="x")

    with pytest.raises(Conflict, match="B2 is used by account user"):
        declaring.apply(desk, declaration({"administrations": []}), prune=True)

    assert len(administrations.listing(desk)) == 2


def test_credentials_and_routes_stay_where_they_are_not_declared(desk: Desk) -> None:
    declaring.apply(desk, declaration(WHOLE))
    accounts.set_password(desk, name="jansen", password="a word")
    accounts.set_disabled(desk, name="jansen", is_disabled=True)

    jansen, is_new = declaring.put_account(
        desk, name="jansen", body=AccountBody(administrations=["C3"], encoding="cp850")
    )

    assert not is_new
    assert is_right(jansen.password_hash or "", "a word")
    assert (len(jansen.keys), len(jansen.routes), jansen.is_disabled) == (1, 1, True)
    assert jansen.max_sessions is None  # left out: at its default


def test_a_hash_is_taken_once_and_never_put_back(desk: Desk) -> None:
    body = AccountBody(administrations=["A1"], password_hash=hash_password("first"))
    declaring.put_account(desk, name="jansen", body=body)
    accounts.set_password(desk, name="jansen", password="second")

    jansen, _ = declaring.put_account(desk, name="jansen", body=body)

    assert is_right(jansen.password_hash or "", "second")


def test_a_password_that_was_removed_does_not_come_back_and_that_is_told(desk: Desk) -> None:
    whole = declaration({"accounts": [{"name": "jansen", "administrations": ["A1"], "keys": [KEY]}]})
    hashed = hash_password("first")
    first = {"name": "jansen", "administrations": ["A1"], "keys": [KEY], "password_hash": hashed}
    again = declaration({"accounts": [first]})
    declaring.apply(desk, again)
    accounts.change(desk, name="jansen", forget_password=True)

    rehearsed = declaring.apply(desk, again, is_rehearsal=True)
    applied = declaring.apply(desk, again)

    assert accounts.get(desk, name="jansen").password_hash is None
    [note] = applied.notes
    assert note.startswith("account jansen: its password_hash is not taken: it was added before, and its")
    assert note in differences.lines(applied)
    assert (rehearsed.notes, applied.changes, applied.same) == ([note], [], 1)
    assert not declaring.apply(desk, whole).notes
    body = AccountBody(administrations=["A1"], password_hash=hashed)
    assert declaring.put_account(desk, name="jansen", body=body)[0].password_hash is None
    assert [one.act for one in trail.listing(desk, limit=2)] == ["account change", "account add"]


def test_a_token_that_is_the_same_is_no_change_and_another_is(desk: Desk) -> None:
    body = AdministrationBody(token="import-token")
    declaring.put_administration(desk, code="A1", body=body)
    noted = len(trail.listing(desk))

    declaring.put_administration(desk, code="A1", body=body)
    assert len(trail.listing(desk)) == noted

    declaring.put_administration(desk, code="A1", body=AdministrationBody(token="another"))
    [act, *_] = trail.listing(desk)
    assert len(trail.listing(desk)) == noted + 1
    assert "another" not in str(act)


def test_a_route_that_goes_takes_its_administration_with_it(desk: Desk) -> None:
    declaring.apply(desk, declaration(WHOLE))

    with pytest.raises(Conflict, match="names an administration that it would lose"):
        declaring.put_account(desk, name="jansen", body=AccountBody(administrations=["A1"]))
    jansen, _ = declaring.put_account(
        desk, name="jansen", body=AccountBody(administrations=["A1"], routes=[])
    )

    assert jansen.routes == ()


def test_routes_are_put_as_a_whole(desk: Desk) -> None:
    declaring.apply(desk, declaration(WHOLE))
    wanted = [DeclaredRoute(pattern="*.xml"), DeclaredRoute(pattern="/export/*.csv", encoding="cp437")]

    jansen = declaring.put_account_routes(desk, account="jansen", routes=wanted)
    noted = len(trail.listing(desk))
    declaring.put_account_routes(desk, account="jansen", routes=wanted)

    assert [route.pattern for route in jansen.routes] == ["*.xml", "/export/*.csv"]
    assert len(trail.listing(desk)) == noted
    with pytest.raises(NotFound, match="route 1 is for administration B2"):
        declaring.put_account_routes(
            desk, account="jansen", routes=[DeclaredRoute(pattern="*", administration="B2")]
        )


def test_the_same_name_twice_is_refused(desk: Desk) -> None:
    twice = {"administrations": [{"code": "A1"}, {"code": "A1"}]}

    with pytest.raises(Invalid, match="declared twice: A1"):
        declaring.apply(desk, declaration(twice))
