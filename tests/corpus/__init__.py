"""Files as Dutch senders make them, and as attackers do; each with what must become of it."""
