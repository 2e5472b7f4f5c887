"""How the tables came to be, a step per file; `bridge.ledger.migrating` runs the steps.

A step is written out in full and never changed once it was released: it must still make the old tables
when the code of today has forgotten them, so it uses no name of `bridge.ledger.schema` or `bridge.domain`.
"""
