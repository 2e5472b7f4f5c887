"""Tests, by room; `support` is what they share."""
