"""The HTTP API ``/api/v1``: what commands and console can do, for programs; all through the operations."""
