"""The spool, on a real disk."""
