"""``bridge reason list`` prints the catalogue, in English or Dutch."""

from bridge.domain.reasons import ReasonCode, reason
from tests.cli.conftest import Command


def test_the_catalogue_is_one_document_for_scripts(bridge: Command) -> None:
    found = bridge("reason", "list", "--json").json

    assert [entry["code"] for entry in found] == [str(code) for code in ReasonCode]
    assert found[0] == {
        "code": "broken_archive",
        "sender": reason(ReasonCode.BROKEN_ARCHIVE).sender,
        "admin": reason(ReasonCode.BROKEN_ARCHIVE).admin,
        "todo": reason(ReasonCode.BROKEN_ARCHIVE).todo,
    }


def test_people_read_it_in_their_language(bridge: Command) -> None:
    english = bridge("reason", "list").out
    dutch = bridge("reason", "list", "--language", "nl").out

    assert reason(ReasonCode.ROWS_FALLEN).admin in english
    assert reason(ReasonCode.ROWS_FALLEN, "nl").admin in dutch
    assert bridge("reason", "list", "--language", "fr").code == 2
