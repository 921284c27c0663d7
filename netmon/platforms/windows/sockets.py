"""Sockets of Windows: psutil asks IP Helper (GetExtendedTcpTable and its like), which tells every user the process."""

from __future__ import annotations

from netmon.platforms.generic.sockets import SocketScanner


def scanner() -> SocketScanner:
    """Asks psutil."""
    return SocketScanner()
