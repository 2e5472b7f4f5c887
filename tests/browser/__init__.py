"""The console in a real browser, of a real server, with real senders."""
