"""Tests of `bridge.delivery.targets`."""
