"""Plumbing that knows nothing of files or deliveries: services, clock, doorbell, logs, sealing."""
