"""Tests of bridge.upkeep."""
