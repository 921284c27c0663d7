"""Ends of sockets as the systems' own tools print them: ``192.0.2.1:80``, ``192.0.2.1.25``, ``[::1]:80``, ``*:*``.

In: one word. Out: address bytes and port, ``None`` for anything else. An IPv4-mapped address is IPv4; a zone is left out.
"""

from __future__ import annotations

import ipaddress

_MAPPED = bytes(10) + b"\xff\xff"


def endpoint(text: str, six: bool) -> tuple[bytes, int] | None:
    """``six``: what ``*`` stands for. The port is behind the last colon or, on NetBSD, the last dot."""
    split = max(text.rfind(":"), text.rfind("."))
    host, port = text[:split], text[split + 1 :]
    if split < 0 or not (port.isdecimal() or port == "*") or len(port) > 5:
        return None
    number = int(port) if port != "*" else 0
    if number > 65_535:
        return None
    if host == "*":
        return bytes(16 if six else 4), number
    try:
        packed = ipaddress.ip_address(host.strip("[]").partition("%")[0]).packed
    except ValueError:
        return None
    return (packed[12:] if len(packed) == 16 and packed.startswith(_MAPPED) else packed), number
