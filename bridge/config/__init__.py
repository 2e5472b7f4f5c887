"""Settings: one TOML file, then the environment, then secret files; the only package that reads these."""

from bridge.config.loading import load
from bridge.config.operator import operator_name
from bridge.config.settings import Settings

__all__ = ["Settings", "load", "operator_name"]
