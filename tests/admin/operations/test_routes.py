"""Routes: drafted, rehearsed on what came before, and only then saved."""

import pytest

from bridge.admin.operations import accounts, routes
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.routes import Saved, Wish
from bridge.domain.errors import Conflict, Invalid, NotFound
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState
from bridge.ledger import accounts as stored_accounts
from bridge.ledger import uploads
from tests.support import builders
from tests.support.clock import NOON


@pytest.fixture(autouse=True)
def _account(desk: Desk) -> None:
    accounts.add(desk, name="sender", administration_codes=["A1", "B2"], password="x")
    accounts.add(desk, name="single", administration_codes=["A1"], password="x")


def add(desk: Desk, wish: Wish, before: int | None = None) -> Saved:
    return routes.save(desk, routes.draft_add(desk, account="sender", wish=wish, before=before))


def patterns(desk: Desk) -> list[str]:
    return [route.pattern for route in accounts.get(desk, name="sender").routes]


def test_a_route_can_be_removed_once(desk: Desk) -> None:
    route = routes.add(desk, account="sender", pattern="*.txt", kind=Kind.DATA)

    routes.remove(desk, account="sender", route_id=route.id)

    with pytest.raises(NotFound):
        routes.remove(desk, account="sender", route_id=route.id)


@pytest.mark.parametrize(
    "wish",
    [
        Wish(),
        Wish(pattern=""),
        Wish(pattern="re:/(a+)+"),
        Wish(pattern="*", encoding="utf-16"),
        Wish(pattern="*", guards={"rows_fallen": "sometimes"}),
        Wish(pattern="*", guards={"no_such_guard": "warn"}),
        Wish(pattern="re:/(?P<administration>[^/]+)/.*", administration="A1"),
    ],
)
def test_what_cannot_be_right_is_refused(desk: Desk, wish: Wish) -> None:
    with pytest.raises(Invalid):
        routes.draft_add(desk, account="sender", wish=wish)


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound, match="it has A1"):
        routes.add(desk, account="single", pattern="*", administration="B2")
    with pytest.raises(NotFound):
        routes.draft_add(desk, account="sender", wish=Wish(pattern="*"), before=77)
    with pytest.raises(NotFound):
        routes.draft_change(desk, account="sender", route_id=77, wish=Wish())
    with pytest.raises(Invalid):
        routes.draft_move(desk, account="sender", route_id=77, before=77)


def test_only_what_is_wished_changes(desk: Desk) -> None:
    wish = Wish(
        pattern="*.txt",
        kind=Kind.DATA,
        administration="B2",
        encoding="cp850",
        guards={"rows_fallen": "warn", "outdated": "off"},
    )
    added = add(desk, wish).route
    assert added is not None

    wish = Wish(pattern="*.TXT", guards={"rows_fallen": "default"}, is_kind_open=True)
    changed = routes.save(desk, routes.draft_change(desk, account="sender", route_id=added.id, wish=wish))

    assert changed.route is not None
    assert changed.routes == accounts.get(desk, name="sender").routes
    assert (changed.route.id, changed.route.pattern, changed.route.kind) == (added.id, "*.TXT", None)
    assert (changed.route.administration_id, changed.route.encoding) == (added.administration_id, "cp850")
    assert {code: str(rule) for code, rule in changed.route.guards.items()} == {ReasonCode.OUTDATED: "off"}

    wish = Wish(encoding="none", is_administration_open=True)
    changed = routes.save(desk, routes.draft_change(desk, account="sender", route_id=added.id, wish=wish))
    assert changed.route is not None
    assert (changed.route.administration_id, changed.route.encoding) == (None, None)


def test_a_route_is_put_where_it_is_wanted(desk: Desk) -> None:
    first = add(desk, Wish(pattern="*.1"))
    assert first.route is not None
    assert not first.is_renumbered

    second = add(desk, Wish(pattern="*.2"), before=first.route.id)
    assert patterns(desk) == ["*.2", "*.1"]
    assert second.is_renumbered
    assert second.route is not None

    moved = routes.save(desk, routes.draft_move(desk, account="sender", route_id=second.route.id))
    assert patterns(desk) == ["*.1", "*.2"]
    assert moved.route is not None
    assert moved.route.pattern == "*.2"


def test_a_draft_that_others_have_overtaken_is_not_saved(desk: Desk) -> None:
    draft = routes.draft_add(desk, account="sender", wish=Wish(pattern="*.1"))
    routes.add(desk, account="sender", pattern="*.2")

    with pytest.raises(Conflict):
        routes.save(desk, draft)


def test_a_rehearsal_tells_what_would_go_elsewhere_and_saves_nothing(desk: Desk) -> None:
    account = accounts.get(desk, name="sender")
    for path, kind in (("/a.csv", Kind.DATA), ("/b.pdf", Kind.INVOICE_PDF)):
        desk.database.write_now(builders.an_accepted_upload, account, path, kind)

    wish = Wish(pattern="*.csv", administration="B2")
    rehearsal = routes.rehearse(desk, routes.draft_add(desk, account="sender", wish=wish))

    assert rehearsal.files == 2
    [moved] = rehearsal.moved
    assert (moved.file.path, moved.before.administration, moved.after.administration) == (
        "/a.csv",
        "A1",
        "B2",
    )
    assert patterns(desk) == []


def test_a_route_with_an_encoding_lets_what_waited_for_one_be_looked_at_again(desk: Desk) -> None:
    account = desk.database.read_now(stored_accounts.get, name="sender")
    upload = desk.database.write_now(builders.an_upload, account, "/a.csv")
    desk.database.write_now(
        uploads.stop,
        upload=upload,
        to=UploadState.HELD,
        reason=ReasonCode.UNKNOWN_ENCODING,
        detail="0x82",
        now=NOON,
    )

    assert add(desk, Wish(pattern="*.pdf")).retried == 0
    assert add(desk, Wish(pattern="*.csv", encoding="cp850")).retried == 1
