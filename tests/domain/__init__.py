"""Tests of `bridge.domain`."""
