"""What goes in as a secret comes out nowhere."""

from bridge.admin.operations.desk import Desk
from bridge.ledger import accounts, administrations
from tests.admin.api.v1.conftest import PASSWORD, TOKEN, Program
from tests.admin.api.v1.test_calling import ROUTES, filled


def test_no_answer_has_a_secret_a_hash_or_a_seal(operator: Program, desk: Desk) -> None:
    jansen = desk.database.read_now(accounts.get, name="jansen")
    sealed = desk.database.read_now(administrations.get, code="A1").sealed_token
    secrets = [PASSWORD, TOKEN, jansen.password_hash or "", sealed or "", operator.secret]
    assert all(secrets)
    answers = [
        operator.ask("GET", filled(path, id="1", name="jansen", code="A1", file="today.txt"))
        for method, path in ROUTES
        if method == "GET"
    ]
    answers.append(operator.put("/administrations/A1", {"token": TOKEN, "id": 13}))
    answers.append(operator.post("/accounts/jansen/password", {"password": PASSWORD}))
    answers.append(operator.ask("GET", "/audit"))

    assert sum(answer.status_code == 200 for answer in answers) > 20
    for answer in answers:
        assert [one for one in secrets if one in answer.text] == [], answer.url
        assert "$argon2" not in answer.text


def test_a_generated_password_is_in_one_answer_only(operator: Program) -> None:
    made = operator.post("/accounts/jansen/password", {}).json()["password"]

    assert len(made) == 20
    assert made not in operator.ask("GET", "/accounts/jansen").text
    assert made not in operator.ask("GET", "/audit").text
