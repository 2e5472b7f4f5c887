"""The tree: what clients do to their folders, and what that does to their uploads."""

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account
from bridge.domain.errors import AlreadyThere, Conflict, NotFound
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import Upload, UploadState
from bridge.ledger import tree, uploads
from tests.support import lists
from tests.support.builders import a_plan, accept, an_account, an_administration, an_upload
from tests.support.clock import MINUTE, NOON, FakeClock

LATER = NOON + MINUTE
READY = LATER + MINUTE


def split(path: str) -> tuple[str, str]:
    """The folder and the name of *path*."""
    folder, _, name = path.rpartition("/")
    return folder or "/", name


def make(connection: Connection, account: Account, path: str) -> None:
    """Make a folder."""
    folder, name = split(path)
    tree.make_folder(connection, account_id=account.id, folder=folder, name=name, now=NOON)


def move(connection: Connection, account: Account, old: str, new: str) -> list[str]:
    """Rename a file."""
    return tree.rename_file(
        connection,
        account_id=account.id,
        old=split(old),
        new=split(new),
        clock=FakeClock(LATER),
        settle=READY - LATER,
    )


def move_folder(connection: Connection, account: Account, old: str, new: str) -> None:
    """Rename a folder."""
    tree.rename_folder(
        connection,
        account_id=account.id,
        old=split(old),
        new=split(new),
        clock=FakeClock(LATER),
        settle=READY - LATER,
    )


def remove(connection: Connection, account: Account, path: str) -> list[str]:
    """Remove a file."""
    folder, name = split(path)
    return tree.remove_file(connection, account_id=account.id, folder=folder, name=name, now=LATER)


def names(connection: Connection, account: Account, folder: str = "/") -> list[str]:
    """What a listing of *folder* shows."""
    return sorted(entry.name for entry in tree.page(connection, account_id=account.id, folder=folder))


def now_of(connection: Connection, upload: Upload) -> Upload:
    """The upload as it is now."""
    return uploads.get(connection, upload_id=upload.id)


def held(connection: Connection, upload: Upload, to: UploadState = UploadState.HELD) -> Upload:
    """Let intake hold or refuse it."""
    uploads.stop(connection, upload=upload, to=to, reason=ReasonCode.UNKNOWN_KIND, detail="?", now=NOON)
    return now_of(connection, upload)


def test_listing_goes_in_pages_by_name_and_stays_in_its_folder(connection: Connection) -> None:
    account = an_account(connection)
    for name in ("b", "a", "c"):
        an_upload(connection, account, f"/{name}")
    an_upload(connection, account, "/deeper/d")

    first = tree.page(connection, account_id=account.id, folder="/", limit=2)
    rest = tree.page(connection, account_id=account.id, folder="/", after=first[-1].name)

    assert [entry.name for entry in first + rest] == ["a", "b", "c"]


def test_one_account_does_not_see_anothers_files(connection: Connection) -> None:
    place = an_administration(connection)
    one, two = (an_account(connection, place, name=name) for name in ("one", "two"))
    an_upload(connection, one, "/secret.pdf")

    assert tree.find(connection, account_id=two.id, folder="/", name="secret.pdf") is None
    assert names(connection, two) == []
    with pytest.raises(NotFound):
        remove(connection, two, "/secret.pdf")


def test_removing_before_intake_takes_the_upload_back(connection: Connection) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, "/x.pdf", blob="bytes")

    assert remove(connection, account, "/x.pdf") == ["bytes"]

    taken_back = now_of(connection, upload)
    assert (taken_back.state, taken_back.reason) == (UploadState.WITHDRAWN, ReasonCode.REMOVED_BY_CLIENT)
    assert uploads.oldest_ready(connection, now=READY) is None
    assert names(connection, account) == []


def test_removing_after_intake_changes_only_the_view(connection: Connection) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, "/x.pdf")
    accept(connection, upload, a_plan(upload, account.administrations[0]))

    assert remove(connection, account, "/x.pdf") == []
    assert now_of(connection, upload).state is UploadState.ACCEPTED


def test_a_file_that_is_not_there_cannot_be_removed_or_renamed(connection: Connection) -> None:
    account = an_account(connection)
    make(connection, account, "/folder")

    for path in ("/nothing", "/folder"):
        with pytest.raises(NotFound):
            remove(connection, account, path)
        with pytest.raises(NotFound):
            move(connection, account, path, "/new")


def test_the_final_name_of_a_parked_file_spools_it(connection: Connection) -> None:
    account = an_account(connection)
    parked = an_upload(connection, account, "/x.csv.filepart")

    move(connection, account, "/x.csv.filepart", "/x.csv")

    spooled = now_of(connection, parked)
    assert (spooled.state, spooled.path) == (UploadState.SPOOLED, "/x.csv")
    assert (spooled.closed_at, spooled.ready_at) == (LATER, READY)
    assert names(connection, account) == ["x.csv"]


def test_a_rename_to_a_temporary_name_parks_what_waits(connection: Connection) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, "/x.csv")

    move(connection, account, "/x.csv", "/x.csv.tmp")

    assert now_of(connection, upload).state is UploadState.PARKED


def test_a_rename_over_a_waiting_file_leaves_exactly_one_to_deliver(connection: Connection) -> None:
    account = an_account(connection)
    old = an_upload(connection, account, "/x.csv", blob="old")
    new = an_upload(connection, account, "/x.csv.filepart", blob="new")

    assert move(connection, account, "/x.csv.filepart", "/x.csv") == ["old"]

    assert now_of(connection, old).state is UploadState.WITHDRAWN
    [waiting] = lists.uploads(connection, states=[UploadState.SPOOLED])
    assert (waiting.id, waiting.path, waiting.blob) == (new.id, "/x.csv", "new")
    assert names(connection, account) == ["x.csv"]


def test_delete_then_rename_leaves_exactly_one_to_deliver(connection: Connection) -> None:
    account = an_account(connection)
    an_upload(connection, account, "/x.csv")
    new = an_upload(connection, account, "/x.csv.filepart")

    remove(connection, account, "/x.csv")
    move(connection, account, "/x.csv.filepart", "/x.csv")

    assert [u.id for u in lists.uploads(connection, states=[UploadState.SPOOLED])] == [new.id]


def test_a_rename_over_a_delivered_file_keeps_both_uploads(connection: Connection) -> None:
    account = an_account(connection)
    old = an_upload(connection, account, "/x.csv")
    accept(connection, old, a_plan(old, account.administrations[0]))
    new = an_upload(connection, account, "/x.csv.filepart")

    assert move(connection, account, "/x.csv.filepart", "/x.csv") == []
    assert now_of(connection, old).state is UploadState.ACCEPTED
    assert now_of(connection, new).state is UploadState.SPOOLED


def test_a_partial_cannot_be_renamed_to_look_whole(connection: Connection) -> None:
    account = an_account(connection)
    partial = an_upload(connection, account, "/x.csv.filepart", is_closed=False)

    with pytest.raises(Conflict, match="partial"):
        move(connection, account, "/x.csv.filepart", "/x.csv")

    assert now_of(connection, partial) == partial


def test_a_file_cannot_be_renamed_over_a_folder(connection: Connection) -> None:
    account = an_account(connection)
    make(connection, account, "/folder")
    an_upload(connection, account, "/x.csv")

    with pytest.raises(AlreadyThere):
        move(connection, account, "/x.csv", "/folder")


def test_a_rename_to_itself_changes_nothing(connection: Connection) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, "/x.csv")

    assert move(connection, account, "/x.csv", "/x.csv") == []
    assert now_of(connection, upload) == upload


@pytest.mark.parametrize("state", [UploadState.HELD, UploadState.REFUSED])
def test_what_was_held_or_refused_is_looked_at_again_under_its_new_name(
    connection: Connection, state: UploadState
) -> None:
    account = an_account(connection)
    upload = held(connection, an_upload(connection, account, "/x.bin"), state)

    move(connection, account, "/x.bin", "/x.csv")

    again = now_of(connection, upload)
    assert (again.state, again.reason, again.detail) == (UploadState.SPOOLED, None, None)
    assert uploads.oldest_ready(connection, now=READY) == again


def test_what_was_held_stays_held_under_a_temporary_name(connection: Connection) -> None:
    account = an_account(connection)
    upload = held(connection, an_upload(connection, account, "/x.bin"))

    move(connection, account, "/x.bin", "/x.bin.tmp")

    assert now_of(connection, upload).state is UploadState.HELD


def test_renaming_an_accepted_file_moves_only_the_view(connection: Connection) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, "/x.pdf")
    accept(connection, upload, a_plan(upload, account.administrations[0]))

    move(connection, account, "/x.pdf", "/y.pdf")

    assert names(connection, account) == ["y.pdf"]
    assert now_of(connection, upload).path == "/x.pdf"


def test_folders_are_made_and_removed(connection: Connection) -> None:
    account = an_account(connection)
    make(connection, account, "/a")
    make(connection, account, "/a/b")

    with pytest.raises(AlreadyThere):
        make(connection, account, "/a")
    with pytest.raises(Conflict, match="not empty"):
        tree.remove_folder(connection, account_id=account.id, folder="/", name="a")
    tree.remove_folder(connection, account_id=account.id, folder="/a", name="b")
    tree.remove_folder(connection, account_id=account.id, folder="/", name="a")

    assert names(connection, account) == []
    with pytest.raises(NotFound):
        tree.remove_folder(connection, account_id=account.id, folder="/", name="a")


def test_a_folder_that_held_only_an_unpacked_archive_is_empty(connection: Connection) -> None:
    account = an_account(connection)
    make(connection, account, "/a")
    upload = an_upload(connection, account, "/a/x.zip")
    tree.hide(connection, account_id=account.id, upload_id=upload.id)

    tree.remove_folder(connection, account_id=account.id, folder="/", name="a")

    assert tree.find(connection, account_id=account.id, folder="/a", name="x.zip") is None


@pytest.mark.parametrize("name", ["plain", "100%", "a_b", "a'b", "é", "[x]*", "\\"])
def test_a_folder_moves_with_all_that_is_below_and_nothing_else(connection: Connection, name: str) -> None:
    account = an_account(connection)
    make(connection, account, f"/{name}")
    make(connection, account, f"/{name}/deep")
    top = an_upload(connection, account, f"/{name}/top.pdf")
    deep = an_upload(connection, account, f"/{name}/deep/deep.pdf")
    parked = an_upload(connection, account, f"/{name}/parked.tmp")
    partial = an_upload(connection, account, f"/{name}/partial.pdf", is_closed=False)
    beside = an_upload(connection, account, f"/{name}x/beside.pdf")
    likeness = an_upload(connection, account, "/100 of all/likeness.pdf")

    move_folder(connection, account, f"/{name}", "/new")

    assert now_of(connection, top).path == "/new/top.pdf"
    assert now_of(connection, top).ready_at == READY
    assert now_of(connection, deep).path == "/new/deep/deep.pdf"
    assert now_of(connection, parked).state is UploadState.PARKED
    assert now_of(connection, parked).path == "/new/parked.tmp"
    assert now_of(connection, partial).state is UploadState.PARTIAL
    assert now_of(connection, partial).path == "/new/partial.pdf"
    assert now_of(connection, beside) == beside
    assert now_of(connection, likeness) == likeness
    assert names(connection, account) == ["new"]
    assert names(connection, account, "/new") == ["deep", "parked.tmp", "partial.pdf", "top.pdf"]
    assert names(connection, account, "/new/deep") == ["deep.pdf"]
    assert names(connection, account, f"/{name}x") == ["beside.pdf"]


def test_what_was_held_in_a_folder_is_looked_at_again_when_the_folder_is_renamed(
    connection: Connection,
) -> None:
    account = an_account(connection)
    make(connection, account, "/wrong")
    upload = held(connection, an_upload(connection, account, "/wrong/x.csv"))

    move_folder(connection, account, "/wrong", "/A1")

    again = now_of(connection, upload)
    assert (again.state, again.path, again.reason) == (UploadState.SPOOLED, "/A1/x.csv", None)


def test_a_folder_rename_leaves_what_was_accepted_as_it_was(connection: Connection) -> None:
    account = an_account(connection)
    make(connection, account, "/old")
    upload = an_upload(connection, account, "/old/x.pdf")
    accept(connection, upload, a_plan(upload, account.administrations[0]))

    move_folder(connection, account, "/old", "/new")

    assert now_of(connection, upload).path == "/old/x.pdf"
    assert names(connection, account, "/new") == ["x.pdf"]


def test_a_folder_cannot_move_into_itself_or_over_another(connection: Connection) -> None:
    account = an_account(connection)
    for path in ("/a", "/a/b", "/c"):
        make(connection, account, path)

    with pytest.raises(Conflict):
        move_folder(connection, account, "/a", "/a/b/c")
    with pytest.raises(AlreadyThere):
        move_folder(connection, account, "/a", "/c")
    with pytest.raises(NotFound):
        move_folder(connection, account, "/nothing", "/d")
    move_folder(connection, account, "/a", "/a")

    assert names(connection, account) == ["a", "c"]


def test_an_unpacked_archive_is_not_listed_but_found_by_name(connection: Connection) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, "/x.zip")
    place = account.administrations[0]

    accept(
        connection,
        upload,
        a_plan(upload, place, member="in/a.pdf"),
        a_plan(upload, place, member="in/b.pdf"),
    )

    assert names(connection, account) == ["a.pdf", "b.pdf"]
    archive = tree.find(connection, account_id=account.id, folder="/", name="x.zip")
    assert archive is not None
    assert archive.size == upload.size


def test_a_time_that_a_client_sets_is_shown_to_it_again(connection: Connection) -> None:
    account = an_account(connection)
    an_upload(connection, account, "/x.pdf")

    tree.set_modified(connection, account_id=account.id, folder="/", name="x.pdf", modified_at=LATER)

    entry = tree.find(connection, account_id=account.id, folder="/", name="x.pdf")
    assert entry is not None
    assert entry.modified_at == LATER


def test_files_of_forgotten_uploads_are_shown_no_more(connection: Connection) -> None:
    account = an_account(connection)
    gone, stays = an_upload(connection, account, "/gone.pdf"), an_upload(connection, account, "/stays.pdf")

    tree.forget(connection, upload_ids=[gone.id])

    assert names(connection, account) == ["stays.pdf"]
    assert now_of(connection, stays) == stays
