"""Intake, with a real ledger, a real spool and files made by code."""
