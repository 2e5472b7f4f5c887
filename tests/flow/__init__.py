"""The whole bridge from outside: real processes, real SFTP clients, a destination of its own.

Nothing of `bridge` is imported here, `bridge.sandbox` included: what is checked is what a stranger sees.
Only the PostgreSQL fixture, shared with all tests, makes its database with the bridge's own migrations.
"""
