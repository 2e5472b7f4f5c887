"""Tests of `bridge.sandbox`."""
