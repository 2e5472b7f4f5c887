"""The HTTP side of administration: health and metrics; the API proper comes with the console."""

from bridge.admin.api.application import create

__all__ = ["create"]
