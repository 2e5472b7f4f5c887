"""The tree: short modules, names that say something, floors under what must not be older."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "bridge").rglob("*.py"))

# Below these a known fault is back: (what, at least this, why).
FLOORS = [
    ("asyncssh", "2.24.1", "2.24.0 lets one account become another"),
    ("aiohttp", "3.14.3", "earlier ones leak headers across redirects"),
    ("pysqlite3", "0.6.1", "brings SQLite 3.53: earlier ones can lose commits at a reset of the log"),
    ("lxml", "6.1", "resolves no entities by default"),
    ("SQLAlchemy", "2.1", "what the ledger's statements were measured with"),
    ("cryptography", "48", "what the policies' algorithms were tried with"),
]


def tracked() -> list[Path]:
    """Every file that the repository keeps."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_fits_on_a_few_screens(module: Path) -> None:
    assert len(module.read_text().splitlines()) <= 300, "split it by noun"


def test_names_say_what_is_inside() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}

    assert [path for path in tracked() if path.suffix == ".py" and set(path.stem.split("_")) & empty] == []


def project() -> dict[str, list[str]]:
    """The project table."""
    table: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return table


@pytest.mark.parametrize(("name", "floor", "_why"), FLOORS)
def test_nothing_older_than_its_floor_can_be_installed(name: str, floor: str, _why: str) -> None:
    wanted = {Requirement(text).name.lower(): Requirement(text) for text in project()["dependencies"]}

    lowest = [
        Version(part.version) for part in wanted[name.lower()].specifier if part.operator in {">=", "=="}
    ]

    assert lowest
    assert max(lowest) >= Version(floor)


def test_asyncssh_is_pinned_exactly() -> None:
    # The session leans on its private names.
    assert any(re.match(r"asyncssh==[\d.]+$", text) for text in project()["dependencies"])


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-build.txt"])
def test_locked_requirements_have_hashes_and_name_no_place(name: str) -> None:
    text = (ROOT / "deploy" / name).read_text()
    pinned = [line for line in text.splitlines() if "==" in line and not line.startswith(" ")]

    assert pinned
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


def test_what_is_locked_is_what_is_wanted() -> None:
    def locked(name: str) -> dict[str, Version]:
        text = (ROOT / "deploy" / name).read_text()
        found = re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", text, re.MULTILINE)
        return {package.lower().replace("_", "-"): Version(version) for package, version in found}

    extras: dict[str, list[str]] = project()["optional-dependencies"]  # type: ignore[assignment]
    for name, texts in (
        ("requirements.txt", project()["dependencies"]),
        ("requirements-dev.txt", [*project()["dependencies"], *extras["dev"]]),
    ):
        versions = locked(name)
        for wanted in map(Requirement, texts):
            assert versions[wanted.name.lower()] in wanted.specifier, f"{wanted}: run deploy/lock"


def test_no_file_names_a_package_registry_or_a_path_of_this_machine() -> None:
    # A lock file or script that does would fail, or worse work, where only a mirror is reached.
    hosts = ("pypi." + "org", "python" + "hosted", "debian." + "org", "npm" + "js")
    places = [f"{folder}/" for folder in (ROOT, Path.home()) if folder != Path("/")]

    for path in tracked():
        content = path.read_bytes()
        for word in [*hosts, *places]:
            assert word.encode() not in content, f"{path} names {word}"


@pytest.mark.parametrize("name", ["deploy/demo", "deploy/install", "deploy/lock", "tests/run", ".ci/run"])
def test_scripts_can_be_run(name: str) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--stage", name], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout

    assert listed.startswith("100755 ")
    assert (ROOT / name).read_text().startswith("#!/usr/bin/env bash\n")
