"""Find the configuration and load it; report every mistake at once."""

import os
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsError,
    TomlConfigSettingsSource,
)

from bridge.config.mistakes import explain, unknown_variables
from bridge.config.settings import Settings
from bridge.domain.errors import Invalid

PREFIX = "BRIDGE_"
SECRETS_FOLDER = "/run/secrets"  # Docker's and systemd-creds' habit; BRIDGE_SECRETS_DIR names another


def load(config: Path | None = None) -> Settings:
    """Return the settings from the file, the environment and secret files; the later wins.

    The file is *config*, else ``BRIDGE_CONFIG``, else ``./bridge.toml`` if it is there.  A secret file is
    named like its variable, for example ``BRIDGE_LEDGER__URL``, in the folder of ``BRIDGE_SECRETS_DIR``.

    Raises:
        Invalid: with every mistake, a line each: key, value, what would be right.
    """
    path = _find(config)
    secrets = _secrets_folder()
    unknown = unknown_variables([*os.environ, *_secret_names(secrets)])
    try:
        settings = _loader(path, secrets)()
    except ValidationError as error:
        raise Invalid(explain(error.errors(), unknown, source=path)) from error
    except SettingsError as error:  # a variable for a whole section or list that is no JSON
        raise Invalid(f"the environment: {error}; set its keys one by one: BRIDGE_SECTION__KEY") from error
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{path}: not valid TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{path} or a secret file is not UTF-8 text: {error}") from error
    except OSError as error:
        raise Invalid(f"{error.filename} cannot be read: {error.strerror}") from error
    if unknown:
        raise Invalid(explain([], unknown, source=path))
    return settings


def _loader(path: Path | None, secrets: Path | None) -> type[Settings]:
    """Return the settings class that reads *path*, the environment and the folder *secrets*."""

    class Loaded(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,  # noqa: ARG003  pydantic-settings' signature
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  the same
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            sources: list[PydanticBaseSettingsSource] = []
            if secrets is not None:
                sources.append(
                    _SecretFiles(file_secret_settings, secrets_dir=secrets, secrets_dir_max_size=sys.maxsize)
                )
            sources.append(env_settings)
            if path is not None:
                sources.append(TomlConfigSettingsSource(settings_cls, toml_file=path))
            return tuple(sources)

    return Loaded


class _SecretFiles(NestedSecretsSettingsSource):
    """Reads only files that are named like a variable of ours: the folder may hold others' secrets, too."""

    @classmethod
    def load_secrets(cls, path: Path) -> dict[str, str]:
        return {name: (path / name).read_text(encoding="utf-8").strip() for name in _secret_names(path)}


def _secret_names(folder: Path | None) -> Iterable[str]:
    if folder is None:
        return []
    return sorted(
        file.name for file in folder.iterdir() if file.name.upper().startswith(PREFIX) and file.is_file()
    )


def _secrets_folder() -> Path | None:
    named = os.environ.get("BRIDGE_SECRETS_DIR")
    folder = Path(named or SECRETS_FOLDER)
    if os.access(folder, os.R_OK | os.X_OK) and folder.is_dir():
        return folder
    if named:
        raise Invalid(f"BRIDGE_SECRETS_DIR = {named!r}: no folder that this user can read")
    return None


def _find(config: Path | None) -> Path | None:
    named = config or (Path(value) if (value := os.environ.get("BRIDGE_CONFIG")) else None)
    if named is None:
        here = Path("bridge.toml")
        return here if here.is_file() else None
    if not named.is_file():
        raise Invalid(f"configuration file {named} is not there")
    return named
