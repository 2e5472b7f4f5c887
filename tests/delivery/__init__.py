"""Tests of `bridge.delivery`."""
