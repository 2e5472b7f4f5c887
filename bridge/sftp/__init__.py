"""The door: what SFTP clients see; the only package with asyncssh.

A connection passes `throttle` and `login`, becomes a session (`channel`, `handler`) bound to one account,
and its requests reach that account's `inbox`, whose folder tree is a view of the ledger.  Bytes go to the
spool as they come; nothing is parsed here.

asyncssh is pinned exactly: `channel` and `handler` lean on private names, because no public one tells a
client's CLOSE from a broken connection (threats A2).  tests/sftp/test_contract.py fails on any other version.
"""
