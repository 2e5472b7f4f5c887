"""Every use case of an operator, once; commands use them now, HTTP API and console later.

One module per noun.  A function takes the `Desk` first, checks what it is given, and speaks to the ledger;
it is synchronous, and a caller with an event loop runs it in a thread.  ``records`` turns answers into
plain values for JSON, the same ones for commands and API.  Nothing here prints, and no secret is returned
but a password that was generated a moment ago.
"""
