"""Every function of the ledger, on both databases."""
