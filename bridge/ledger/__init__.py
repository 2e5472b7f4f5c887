"""The ledger: what was accepted and what became of it; the only package with SQL.

One module per noun.  A function answers one question or makes one change: an open connection first, the
rest by keyword; it never commits and never reads a clock.  `Database.write` and `Database.read` run it.

Callers use `accounts`, `administrations`, `uploads`, `tree`, `deliveries`, `lanes`, `blobs`, `counters`,
`figures` and `labels`.  Behind them stand `decisions` (what intake decides), `leases` (how the queue is
worked), `precedence` (which of two files is the newer), `entries` and `rows`.
"""
