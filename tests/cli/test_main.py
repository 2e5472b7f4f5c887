"""The command as a process: exit codes, both places of --config, pure JSON, no traceback, no secret."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.cli.main import exit_code
from bridge.domain.errors import AlreadyThere, Conflict, Invalid, NoSpace, NotFound, Refused, Unavailable
from tests.cli.conftest import Command


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Invalid, 2),
        (NotFound, 1),
        (AlreadyThere, 1),
        (Conflict, 1),
        (Refused, 1),
        (Unavailable, 1),
        (NoSpace, 1),
    ],
)
def test_each_kind_of_error_has_its_exit_code(error: type[Invalid], code: int) -> None:
    assert exit_code(error("x")) == code


def test_a_first_command_makes_and_migrates_the_ledger(real_bridge: Command, folder: Path) -> None:
    config = folder / "fresh.toml"
    config.write_text(f"data_dir = '{folder}/fresh/data'\nkeys_dir = '{folder}/fresh/keys'\n")

    added = real_bridge("administration", "add", "ACME", "--config", str(config))
    before = real_bridge("--config", str(config), "administration", "list", "--json")
    behind = real_bridge("administration", "list", "--json", "--config", str(config))

    assert (added.code, added.error) == (0, "")
    assert [one["code"] for one in before.json] == ["ACME"]
    assert behind == before
    assert (folder / "fresh" / "data").stat().st_mode & 0o777 == 0o700


def test_the_config_behind_the_command_wins(bridge: Command, folder: Path) -> None:
    for name in ("one", "two"):
        (folder / f"{name}.toml").write_text(f"data_dir = '{folder}/{name}'\n")
        bridge("administration", "add", name, "--config", f"{name}.toml")

    answer = bridge("--config", "one.toml", "administration", "list", "--json", "--config", "two.toml")

    assert [one["code"] for one in answer.json] == ["two"]


def test_all_mistakes_of_the_configuration_are_printed_and_it_is_wrong_use(
    real_bridge: Command, folder: Path
) -> None:
    (folder / "bridge.toml").write_text("[sftp]\nport = 99999\nprot = 1\n[intake]\nzip_directories = 'x'\n")

    answer = real_bridge("account", "list", "--json")

    assert answer.code == 2
    assert answer.out == ""
    assert answer.error.splitlines() == [
        "bridge: 3 mistakes in the configuration (bridge.toml and the environment):",
        "bridge:   sftp.port = 99999: expected less than or equal to 65535",
        "bridge:   sftp.prot: no such setting; did you mean sftp.port?",
        "bridge:   intake.zip_directories = 'x': expected 'flatten' or 'skip'",
    ]


def test_a_refusal_is_one_line_and_exit_code_1(real_bridge: Command) -> None:
    answer = real_bridge("account", "show", "nobody", "--json")

    assert (answer.code, answer.out) == (1, "")
    assert answer.error == "bridge: no account nobody; see: bridge account list\n"


@pytest.mark.parametrize(
    "words", [["nonsense"], ["account", "add"], ["upload", "show", "x"], ["lane", "list", "--nonsense"]]
)
def test_wrong_use_is_exit_code_2(bridge: Command, words: list[str]) -> None:
    answer = bridge(*words)

    assert answer.code == 2
    assert answer.out == ""
    assert answer.error


def test_a_ledger_that_cannot_be_used_is_a_sentence(real_bridge: Command, folder: Path) -> None:
    (folder / "broken.db").write_bytes(b"x" * 5000)
    (folder / "file").write_text("")

    broken = real_bridge("account", "list", BRIDGE_LEDGER__URL=f"sqlite:///{folder}/broken.db")
    no_folder = real_bridge("account", "list", BRIDGE_DATA_DIR=f"{folder}/file/data")

    for answer in (broken, no_folder):
        assert answer.code == 1
        assert len(answer.error.splitlines()) == 1
        assert "Traceback" not in answer.error


def test_a_reader_that_stops_early_gets_no_traceback(folder: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run(
        [sys.executable, "-m", "bridge", "lane", "list", "--json"],
        cwd=folder,
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)

    assert done.stderr == b""
    assert done.returncode == 1


def test_the_version_is_told(bridge: Command) -> None:
    assert bridge("--version").out == "bridge 0.1.0\n"


def test_help_says_what_it_is(bridge: Command) -> None:
    answer = bridge("--help")

    assert answer.code == 0
    for word in (
        "serve",
        "demo",
        "sandbox",
        "check",
        "account",
        "administration",
        "upload",
        "delivery",
        "lane",
    ):
        assert word in answer.out


def test_no_secret_is_ever_shown(bridge: Command, folder: Path) -> None:
    (folder / "token").write_text("canary-token\n")
    bridge("administration", "add", "A1", "--token-file", "token")
    bridge("account", "add", "sender", "--administration", "A1", "--password-file", "-", stdin=b"canary-pass")

    said = [
        bridge(*words, *form)
        for words in (
            ["administration", "list"],
            ["administration", "show", "A1"],
            ["account", "list"],
            ["account", "show", "sender"],
            ["check"],
        )
        for form in ([], ["--json"])
    ]

    text = json.dumps([[answer.out, answer.error] for answer in said])
    assert "canary" not in text
    assert "$argon2" not in text


def test_a_short_command_loads_nothing_heavy(folder: Path) -> None:
    probe = (
        "import sys\nfrom bridge.cli.main import main\n"
        "sys.argv = ['bridge', 'account', 'list', '--json']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'fastapi', 'uvicorn', 'aiohttp', 'asyncssh', 'rich', 'alembic', 'cryptography', 'argon2'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )

    done = subprocess.run([sys.executable, "-c", probe], cwd=folder, capture_output=True, check=True)

    assert done.stderr.decode().strip() == "[]"
