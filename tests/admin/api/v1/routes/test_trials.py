"""What would become of a path, and what a sender reads, by the API: as by command."""

import base64
import gzip

from bridge.admin.operations import delivery_search
from bridge.admin.operations.desk import Desk
from tests.admin.api.v1.conftest import Program

TABLE = b"invoice_number;amount\n1;2\n" * 10_000


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_a_path_is_tried_and_nothing_is_sent(support: Program, desk: Desk) -> None:
    before = len(delivery_search.search(desk).files)

    found = support.post("/accounts/jansen/routes/trial", {"path": "/export/a.csv"}).json()

    assert (found["kind"], found["kind_by"], found["administration"]) == ("data", "route", "A1")
    assert found["steps"][0]["result"] == "fits, and wins"
    assert found["request"]["url"].endswith("/import/files/csv")
    assert "canary" not in str(found)
    assert len(delivery_search.search(desk).files) == before


def test_the_content_decides_and_the_beginning_of_a_gz_is_enough(support: Program) -> None:
    packed = gzip.compress(bytes(range(256)) * 400 + TABLE, compresslevel=0)
    open_ = support.post("/accounts/jansen/routes/trial", {"path": "/a.dat"}).json()

    paper = support.post("/accounts/jansen/routes/trial", {"path": "/a.dat", "content": encoded(b"%PDF-1.7")})
    cut = support.post(
        "/accounts/jansen/routes/trial",
        {"path": "/csv/a.csv.gz", "content": encoded(packed[:70_000]), "size": 9_000_000},
    )
    none = support.post("/accounts/jansen/routes/trial", {"path": "/a.csv.gz", "content": encoded(b"no gz")})

    assert open_["kind"] is None
    assert (paper.json()["kind"], paper.json()["kind_by"]) == ("invoice_pdf", "content")
    assert cut.status_code == 200
    assert "9,000,000 bytes" in str(cut.json()["request"]["fields"])
    assert none.status_code == 422
    assert "cannot be unpacked" in none.json()["detail"]


def test_a_viewer_tries_nothing_and_reads_only_the_own_status(viewer: Program) -> None:
    own = viewer.get("/accounts/jansen/status")["items"]

    assert own[0]["name"] == "today.txt"
    assert "jansen" in own[0]["text"]
    assert viewer.get("/accounts/jansen/status/today.txt")["text"] == own[0]["text"]
    assert viewer.ask("GET", "/accounts/jansen/status/none.txt").status_code == 404
    assert viewer.ask("GET", "/accounts/other/status").status_code == 404
    assert viewer.post("/accounts/jansen/routes/trial", {"path": "/a.csv"}).status_code == 404
