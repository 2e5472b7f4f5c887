"""Tests of `bridge.admin.operations`, on a real ledger."""
