"""Destination APIs: how a delivery becomes a request; pure."""
