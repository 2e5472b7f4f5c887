"""Tell systemd how the process is; without systemd nothing happens (sd_notify(3))."""

import os
import socket


def notify(state: str) -> None:
    """Send *state*, such as ``READY=1``, if systemd asked for it."""
    address = os.environ.get("NOTIFY_SOCKET", "")  # noqa: TID251  as above
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        try:
            channel.connect(address)
            channel.sendall(state.encode())
        except OSError:
            return  # the notification is a courtesy; the service runs all the same
