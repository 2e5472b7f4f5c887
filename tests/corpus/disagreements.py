"""Samples that the bridge does not treat as they say, with the reason; each entry is a debt.

A sample says what must be, whatever the bridge does.  Whoever mends the bridge takes the entry away: a sample
that is listed here and ends as it must fails.
"""

DISAGREEMENTS: dict[str, str] = {}
