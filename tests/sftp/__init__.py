"""The door, with real sockets and real clients."""
