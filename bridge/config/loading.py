"""Find the configuration and load it; report every mistake at once."""

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    TomlConfigSettingsSource,
)

from bridge.config.settings import Settings
from bridge.domain.errors import Invalid

SECRETS_FOLDER = "/run/secrets"  # Docker's and systemd-creds' habit; BRIDGE_SECRETS_DIR names another


def load(config: Path | None = None) -> Settings:
    """Return the settings from the file, the environment and secret files; the later wins.

    The file is *config*, else ``BRIDGE_CONFIG``, else ``./bridge.toml`` if it is there.  A secret file is named
    like its variable, for example ``BRIDGE_LEDGER__URL``, in the folder that ``BRIDGE_SECRETS_DIR`` names.

    Raises:
        Invalid: with every mistake, a line each: key, value, what would be right.
    """
    path = _find(config)
    secrets = Path(os.environ.get("BRIDGE_SECRETS_DIR", SECRETS_FOLDER))

    class Loaded(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            sources: list[PydanticBaseSettingsSource] = [init_settings]
            if secrets.is_dir():
                sources.append(SecretsSettingsSource(settings_cls, secrets_dir=secrets))
            sources.append(env_settings)
            if path is not None:
                sources.append(TomlConfigSettingsSource(settings_cls, toml_file=path))
            return tuple(sources)

    try:
        return Loaded()
    except ValidationError as error:
        raise Invalid(_explain(error, path)) from error
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{path}: not valid TOML: {error}") from error


def _find(config: Path | None) -> Path | None:
    named = config or (Path(value) if (value := os.environ.get("BRIDGE_CONFIG")) else None)
    if named is None:
        here = Path("bridge.toml")
        return here if here.is_file() else None
    if not named.is_file():
        raise Invalid(f"configuration file {named} is not there")
    return named


def _explain(error: ValidationError, path: Path | None) -> str:
    problems = error.errors()
    source = f"{path} and the environment" if path else "the environment"
    lines = [f"{len(problems)} mistake(s) in the configuration ({source}):"]
    lines += [f"  {_line(problem)}" for problem in problems]
    return "\n".join(lines)


def _line(problem: Any) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"{key}: no such setting; see deploy/bridge.toml for all of them"
    value = "(not shown)" if _is_secret(key) else repr(problem["input"])[:80]
    right = problem["msg"].removeprefix("Value error, ")
    return f"{key} = {value}: {right[0].lower()}{right[1:]}"


def _is_secret(key: str) -> bool:
    return key.startswith(("destination.extra_headers", "ledger.url"))
