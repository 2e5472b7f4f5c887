"""Settings come from a file, the environment and secret files, and every mistake is told at once."""

from pathlib import Path

import pytest

from bridge.config import load
from bridge.domain.errors import Invalid

CANARY = "canary-3f9a"


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder to work in, and nothing of the machine's own configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BRIDGE_CONFIG", raising=False)
    monkeypatch.setenv("BRIDGE_SECRETS_DIR", str(tmp_path))


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_without_any_file_every_setting_has_its_default(tmp_path: Path) -> None:
    settings = load()

    assert settings.sftp.port == 2222
    assert settings.ledger_url == f"sqlite:///{tmp_path}/data/ledger.db"
    assert settings.spool_folder == Path("data/spool")


def test_a_secret_file_wins_over_the_environment_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = write(
        tmp_path / "b.toml",
        '[sftp]\nport = 1\nhost = "127.0.0.1"\n[admin]\nport = 2\n[ledger]\nurl = "sqlite:////file"\n',
    )
    monkeypatch.setenv("BRIDGE_ADMIN__PORT", "3")
    monkeypatch.setenv("BRIDGE_LEDGER__URL", "sqlite:////environment")
    write(tmp_path / "BRIDGE_LEDGER__URL", "sqlite:////secret\n")

    settings = load(config)

    assert settings.sftp.port == 1
    assert settings.sftp.host == "127.0.0.1"
    assert settings.admin.port == 3
    assert settings.ledger_url == "sqlite:////secret"


def test_a_secret_file_may_hold_one_value_of_a_table(tmp_path: Path) -> None:
    write(tmp_path / "BRIDGE_DESTINATION__EXTRA_HEADERS__AUTHORIZATION", f"Bearer {CANARY}\n")

    [(name, value)] = load().destination.extra_headers.items()

    assert name.lower() == "authorization"
    assert value.get_secret_value() == f"Bearer {CANARY}"


def test_others_secrets_in_the_same_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "tls.der").write_bytes(bytes(range(256)))
    (tmp_path / "sub").mkdir()

    assert load().admin.port == 8080


def test_the_file_is_the_one_given_else_the_environment_s_else_the_one_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "bridge.toml", "[admin]\nport = 1\n")
    assert load().admin.port == 1

    monkeypatch.setenv("BRIDGE_CONFIG", str(write(tmp_path / "other.toml", "[admin]\nport = 2\n")))
    assert load().admin.port == 2
    assert load(write(tmp_path / "given.toml", "[admin]\nport = 3\n")).admin.port == 3


def test_every_mistake_is_told_at_once_with_key_value_and_what_would_be_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = write(
        tmp_path / "b.toml",
        "data_dirs = 'x'\n[sftp]\nport = 99999\nprot = 3\n[destination]\ntimeout_seconds = inf\n"
        "base_url = 'http://e.com'\n[intake]\nzip_directories = 'drop'\n[nope]\nx = 1\n",
    )
    monkeypatch.setenv("BRIDGE_ADMIN__PORT", "abc")
    monkeypatch.setenv("BRIDGE_SFPT__PORT", "3")

    with pytest.raises(Invalid) as caught:
        load(config)

    heading, *lines = str(caught.value).splitlines()
    assert heading.startswith("9 mistakes")
    assert sorted(line.strip() for line in lines) == [
        "BRIDGE_SFPT__PORT: no such setting; did you mean sftp.port?",
        "admin.port = 'abc': expected a valid integer",
        "data_dirs: no such setting; did you mean data_dir?",
        "destination.base_url = 'http://e.com': expected https; plain http is only for loopback addresses",
        "destination.timeout_seconds = inf: expected a finite number",
        "intake.zip_directories = 'drop': expected 'flatten' or 'skip'",
        "nope: no such setting; see deploy/bridge.toml for all of them",
        "sftp.port = 99999: expected less than or equal to 65535",
        "sftp.prot: no such setting; did you mean sftp.port?",
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"[ledger]\nurl = 'mysql://u:{CANARY}@h/x'\n",
        f"ledger = 'postgresql://u:{CANARY}@h/x'\n",
        f"[destination]\nbase_url = 'https://u:{CANARY}@example.com'\n",
        f"[destination.extra_headers]\nHost = '{CANARY}'\n",
        f"[destination.extra_headers]\n'X Y' = '{CANARY}'\n",
        f"[destination]\nextra_headers = '{CANARY}'\n",
        f"[destination]\nextra_headers = ['{CANARY}']\n",
        f"[destination.extra_header]\nAuthorization = '{CANARY}'\n",
        f"destination = '{CANARY}'\n",
    ],
)
def test_no_secret_is_shown_with_a_mistake(tmp_path: Path, text: str) -> None:
    with pytest.raises(Invalid) as caught:
        load(write(tmp_path / "b.toml", text))

    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"[sftp\n", "not valid TOML"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_what_is_no_toml_is_said_in_a_sentence(tmp_path: Path, content: bytes, expected: str) -> None:
    (tmp_path / "b.toml").write_bytes(content)

    with pytest.raises(Invalid, match=expected):
        load(tmp_path / "b.toml")


def test_a_named_file_or_folder_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid, match=r"none\.toml is not there"):
        load(tmp_path / "none.toml")

    monkeypatch.setenv("BRIDGE_SECRETS_DIR", str(tmp_path / "none"))
    with pytest.raises(Invalid, match="BRIDGE_SECRETS_DIR"):
        load()


def test_a_variable_for_a_whole_section_must_be_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_SFTP", "2222")
    with pytest.raises(Invalid):
        load()

    monkeypatch.setenv("BRIDGE_SFTP", "no json")
    with pytest.raises(Invalid, match="BRIDGE_SECTION__KEY"):
        load()


def test_variables_of_others_and_empty_ones_are_no_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_PORT_2222_TCP", "tcp://10.0.0.1:2222")  # Kubernetes, for a service "bridge"
    monkeypatch.setenv("BRIDGE_LEDGER__URL", "")

    assert load().ledger.url is None


def test_two_listeners_cannot_share_a_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_ADMIN__PORT", "2222")

    with pytest.raises(Invalid, match=r"sftp\.port and admin\.port are both 2222"):
        load()

    monkeypatch.setenv("BRIDGE_ADMIN__PORT", "0")
    monkeypatch.setenv("BRIDGE_SFTP__PORT", "0")
    assert load().admin.port == 0
