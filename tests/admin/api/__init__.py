"""Tests of `bridge.admin.api`."""
