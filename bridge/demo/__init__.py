"""The demonstration: the whole bridge at work on this machine, for a newcomer to watch.

Everything is real: an SFTP client, the server, the ledger, the lane; only the destination is the sandbox.
"""
