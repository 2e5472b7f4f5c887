"""Who may see and do what, through the operations: the same for console, HTTP API and commands."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bridge.admin.operations import (
    accounts,
    administrations,
    admins,
    alarms,
    batches,
    deliveries,
    delivery_search,
    expectations,
    forecasts,
    lanes,
    routes,
    tokens,
    trail,
    upload_search,
    uploads,
    watching,
)
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.doorkeeper import Doorkeeper
from bridge.admin.operations.signing_in import begin, resume
from bridge.domain.audit import Actor, Way
from bridge.domain.deliveries import Delivery
from bridge.domain.errors import NotFound, Refused
from bridge.domain.roles import Role
from tests.admin.built import hash_cheaply
from tests.support import builders

PASSWORD = "a long enough sentence"


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    hash_cheaply(monkeypatch)


@pytest.fixture
def theirs(desk: Desk) -> Delivery:
    """A delivery of another tenant's account."""
    other = accounts.add(desk, name="other", administration_codes=["B2"], password="x").account
    return sent(desk, other.name)


def sent(desk: Desk, name: str) -> Delivery:
    """A delivery of an upload of the account."""
    account = accounts.get(desk, name=name)
    upload = desk.database.write_now(builders.an_upload, account, "/a.pdf")
    plan = builders.a_plan(upload, account.administrations[0])
    [delivery] = desk.database.write_now(builders.accept, upload, plan)
    return delivery


@pytest.fixture
def viewer(desk: Desk) -> Desk:
    """The desk of a tenant's viewer, who sees the account jansen."""
    own = accounts.add(desk, name="jansen", administration_codes=["A1"], password="x").account
    sent(desk, "jansen")
    actor = Actor(who="vera", way=Way.CONSOLE, role=Role.VIEWER, account=own.id)
    return replace(desk, actor=actor)


def test_a_viewer_s_lists_show_the_own_account_only(viewer: Desk, theirs: Delivery) -> None:
    assert theirs.account_id != accounts.get(viewer, name="jansen").id

    assert {one.account for one in upload_search.search(viewer).files} == {"jansen"}
    assert {one.account for one in delivery_search.search(viewer).files} == {"jansen"}
    assert {one.account for one in batches.listing(viewer)} == {"jansen"}
    assert {one.account for one in forecasts.whole(viewer).rows} == {"jansen"}
    assert [one.name for one in accounts.listing(viewer)] == ["jansen"]
    assert [one.account.name for one in expectations.listing(viewer)] == ["jansen"]


@pytest.mark.parametrize(
    "look",
    [
        lambda desk: deliveries.get(desk, delivery_id=2),
        lambda desk: uploads.get(desk, upload_id=2),
        lambda desk: batches.get(desk, upload_id=2),
        lambda desk: accounts.get(desk, name="other"),
        lambda desk: upload_search.search(desk, wanted=upload_search.Search(account="other")),
        lambda desk: delivery_search.search(desk, wanted=delivery_search.Search(account="other")),
        lambda desk: upload_search.search(desk, wanted=upload_search.Search(account="other#2")),
        lambda desk: upload_search.search(desk, wanted=upload_search.Search(account="jansen#1")),
        lambda desk: expectations.listing(desk, account="other"),
        lambda desk: routes.draft_remove(desk, account="other", route_id=1),
        lambda desk: administrations.get(desk, code="A1"),
        administrations.listing,
        lanes.listing,
        alarms.listing,
        trail.listing,
        watching.look,
    ],
)
def test_what_is_not_a_viewer_s_is_not_there(
    viewer: Desk, theirs: Delivery, look: Callable[[Desk], Any]
) -> None:
    assert theirs.id == 2

    with pytest.raises(NotFound):
        look(viewer)


@pytest.fixture
def former(desk: Desk) -> Delivery:
    """A delivery of a tenant who is gone, and whose name is another's now."""
    accounts.add(desk, name="jansen", administration_codes=["B2"], password="x")
    found = sent(desk, "jansen")
    admins.add(desk, name="former", role=Role.VIEWER, account="jansen", password=PASSWORD)
    made = tokens.add(desk, name="former", role=Role.VIEWER, account="jansen")
    assert tokens.whose(desk, made.secret) == made.token
    accounts.remove(desk, name="jansen")
    accounts.add(desk, name="jansen", administration_codes=["A1"], password="x")
    return found


def test_a_viewer_sees_nothing_of_the_tenant_who_had_the_name_before(desk: Desk, former: Delivery) -> None:
    added = admins.add(desk, name="vera", role=Role.VIEWER, account="jansen", password=PASSWORD)
    viewer = replace(desk, actor=added.admin.acts(Way.CONSOLE))

    for look in (
        lambda: deliveries.get(viewer, delivery_id=former.id),
        lambda: uploads.get(viewer, upload_id=1),
        lambda: batches.get(viewer, upload_id=1),
    ):
        with pytest.raises(NotFound):
            look()
    assert not upload_search.search(viewer).files
    assert not [one for one in forecasts.whole(viewer).rows if one.waiting.total]
    assert accounts.listing(viewer) == [accounts.get(desk, name="jansen")]
    assert uploads.overview(desk, upload_id=1).account == "jansen"


def test_the_readers_of_a_tenant_who_is_gone_see_nothing_of_the_next(desk: Desk, former: Delivery) -> None:
    assert former.id == 1

    assert [one.name for one in admins.listing(desk)] == []
    assert [one.name for one in tokens.listing(desk)] == []
    with pytest.raises(Refused):
        Doorkeeper(lambda: 0.0).sign_in(
            desk, name="former", password=PASSWORD, code="", peer="::1", browser="b"
        )
    admins.add(desk, name="former", role=Role.SUPPORT, password=PASSWORD)  # their names are free


def test_a_session_and_a_token_end_with_the_account(desk: Desk) -> None:
    accounts.add(desk, name="jansen", administration_codes=["A1"], password="x")
    admin = admins.add(desk, name="vera", role=Role.VIEWER, account="jansen", password=PASSWORD).admin
    session = begin(desk, admin, peer="::1", browser="b")
    secret = tokens.add(desk, name="t", role=Role.VIEWER, account="jansen").secret
    assert resume(desk, session.secret) is not None
    assert tokens.whose(desk, secret) is not None

    accounts.remove(desk, name="jansen")
    accounts.add(desk, name="jansen", administration_codes=["B2"], password="x")

    assert resume(desk, session.secret) is None
    assert tokens.whose(desk, secret) is None


def test_staff_list_what_a_removed_account_sent_by_its_number(desk: Desk, former: Delivery) -> None:
    wanted = upload_search.Search(account="jansen#1")
    assert [one.upload.id for one in upload_search.search(desk, wanted=wanted).files] == [1]
    sent_since = delivery_search.search(desk, wanted=delivery_search.Search(account="jansen#1"))
    assert [one.delivery.id for one in sent_since.files] == [former.id]
    assert not upload_search.search(desk, wanted=upload_search.Search(account="jansen")).files


def test_a_viewer_changes_nothing_even_of_the_own(viewer: Desk, desk: Desk) -> None:
    [own] = delivery_search.search(viewer).files

    with pytest.raises(Refused):
        deliveries.hold(viewer, delivery_id=own.delivery.id)

    assert deliveries.get(desk, delivery_id=own.delivery.id)[0].delivery.state == own.delivery.state


def test_support_holds_and_releases_and_does_not_cancel(desk: Desk, theirs: Delivery) -> None:
    support = replace(desk, actor=Actor(who="ben", way=Way.API, role=Role.SUPPORT))

    deliveries.hold(support, delivery_id=theirs.id)
    with pytest.raises(Refused, match="delivery cancel"):
        deliveries.cancel(support, delivery_id=theirs.id)
    deliveries.release(support, delivery_id=theirs.id)

    assert [one.act for one in trail.listing(desk, limit=2)] == ["delivery release", "delivery hold"]
