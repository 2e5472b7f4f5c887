"""Searching among deliveries: by the names that people know, and no further than one may see."""

from dataclasses import replace

import pytest

from bridge.admin.operations import accounts, delivery_search
from bridge.admin.operations.delivery_search import Search
from bridge.admin.operations.desk import Desk
from bridge.domain.audit import Actor, Way
from bridge.domain.deliveries import DeliveryState
from bridge.domain.errors import NotFound
from bridge.domain.roles import Role
from tests.support import builders


@pytest.fixture
def viewer(desk: Desk) -> Desk:
    """Where a viewer of jansen sits; jansen has a file for A1, other one for B2."""
    for name, code in (("jansen", "A1"), ("other", "B2")):
        account = accounts.add(desk, name=name, administration_codes=[code], password="x").account
        desk.database.write_now(builders.an_accepted_upload, account, f"/{name}.pdf")
    own = accounts.get(desk, name="jansen").id
    actor = Actor(who="viewer", way=Way.CONSOLE, role=Role.VIEWER, account=own)
    return replace(desk, actor=actor)


@pytest.mark.usefixtures("viewer")
def test_names_are_looked_up(desk: Desk) -> None:
    found = delivery_search.search(desk, wanted=Search(administration="B2", states=[DeliveryState.PENDING]))

    assert [one.account for one in found.files] == ["other"]
    for wanted in (Search(administration="C3"), Search(account="nobody")):
        with pytest.raises(NotFound):
            delivery_search.search(desk, wanted=wanted)


def test_a_viewer_does_not_learn_which_administrations_there_are(viewer: Desk) -> None:
    said = []
    for code in ("B2", "C3"):
        with pytest.raises(NotFound) as caught:
            delivery_search.search(viewer, wanted=Search(administration=code))
        said.append(str(caught.value).replace(code, "…"))

    assert said[0] == said[1]


def test_counts_are_of_what_one_may_see(viewer: Desk, desk: Desk) -> None:
    assert (delivery_search.waiting(viewer), delivery_search.waiting(desk)) == (1, 2)
    assert (delivery_search.held(viewer), delivery_search.held(desk)) == (0, 0)


def test_of_another_tenant_s_upload_a_viewer_finds_nothing(viewer: Desk, desk: Desk) -> None:
    [theirs] = delivery_search.search(desk, wanted=Search(account="other")).files

    assert delivery_search.search(viewer, wanted=Search(upload_id=theirs.document.upload_id)).files == []
