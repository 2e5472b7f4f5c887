"""Tests of bridge.demo."""
