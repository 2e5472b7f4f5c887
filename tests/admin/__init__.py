"""Tests of `bridge.admin`."""
