"""Community ID version 1 of a connection: the same hash other tools give the same conversation.

In: a ``Connection``. Out: ``1:`` and the base64 of a SHA-1 (seed 0) over seed, ordered addresses, protocol, zero, ordered
ports, as the specification (corelight/community-id-spec) lays down; empty for what has no IP addresses. ICMP and ICMPv6
use type and code in place of ports; where the messages of a flow are many, the first exchange's (the echo) counts.
Rule: worked out where it is shown or written, never kept.
"""

from __future__ import annotations

import hashlib
import socket
from binascii import b2a_base64
from functools import lru_cache

from netmon.model.connection import Connection

from . import words

_NUMBERS = {word: number for number, word in words.PROTOCOLS.items()}
_ICMP_COUNTERPARTS = {8: 0, 0: 8, 13: 14, 14: 13, 15: 16, 16: 15, 10: 9, 9: 10, 17: 18, 18: 17}
_ICMPV6_COUNTERPARTS = {128: 129, 129: 128, 133: 134, 134: 133, 135: 136, 136: 135, 130: 131, 131: 130, 144: 145, 145: 144}
_TYPES = {
    words.ICMP: {word: number for number, word in words.MESSAGES[words.ICMP][1].items()},
    words.ICMPV6: {word: number for number, word in words.MESSAGES[words.ICMPV6][1].items()},
}


@lru_cache(maxsize=8192)
def _packed(address: str) -> bytes:
    """Empty when it is no IP address."""
    try:
        return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
    except (OSError, ValueError):
        return b""


def _ports(connection: Connection, number: int) -> tuple[int, int, bool]:
    """Source, destination, and whether the order of the ends says nothing (a one-way message)."""
    if number not in _TYPES:
        return connection.source_port or 0, connection.destination_port or 0, False
    kind = _TYPES[number].get(connection.state)
    if kind is None:
        prefix, _, digits = connection.state.rpartition("_")
        kind = int(digits) if prefix.endswith("TYPE") and digits.isdigit() else 0
    counterparts = _ICMP_COUNTERPARTS if number == words.ICMP else _ICMPV6_COUNTERPARTS
    if kind not in counterparts:
        return kind, 0, True
    # The state may be the reply; the source is who asked.
    asked = counterparts[kind] if kind in (0, 14, 16, 9, 18) and number == words.ICMP else kind
    asked = counterparts[asked] if number == words.ICMPV6 and asked in (129, 134, 136, 131, 145) else asked
    return asked, counterparts[asked], False


def community_id(connection: Connection) -> str:
    """``1:LQU9qZlK+B5F3KDmev6m5PMibrg=``; empty for ARP and link-layer conversations."""
    number = _NUMBERS.get(connection.protocol)
    if number is None and connection.protocol.startswith("ip-"):
        number = int(connection.protocol[3:])
    if number is None:
        return ""
    source, destination = _packed(connection.source), _packed(connection.destination)
    if not source or not destination:
        return ""
    source_port, destination_port, one_way = _ports(connection, number)
    if not one_way and (destination, destination_port) < (source, source_port):
        source, destination = destination, source
        source_port, destination_port = destination_port, source_port
    ports = b""
    if connection.protocol in words.PORTED or number in _TYPES:
        ports = source_port.to_bytes(2, "big") + destination_port.to_bytes(2, "big")
    digest = hashlib.sha1(b"\0\0" + source + destination + bytes([number, 0]) + ports, usedforsecurity=False)
    return "1:" + b2a_base64(digest.digest(), newline=False).decode("ascii")
