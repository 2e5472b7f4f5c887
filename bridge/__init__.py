"""The bridge: files that arrive over SFTP leave over HTTP, each exactly once.

The rooms, in the order in which a file passes them: ``sftp`` (the door), ``spool`` and ``ledger`` (what
was accepted), ``intake`` (what it is and for whom), ``delivery`` (the queue and the lane).  ``domain``
holds what the words mean; ``app`` puts the services together.
"""
