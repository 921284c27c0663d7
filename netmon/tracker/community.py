"""Community ID version 1 of a connection: the same hash other tools give the same conversation.

In: a ``Connection``. Out: ``1:`` and the base64 of a SHA-1 (seed 0) over seed, ordered addresses, protocol, zero, ordered
ports, as the specification (corelight/community-id-spec) lays down; empty for what has no IP addresses. ICMP and ICMPv6
use type and code in place of ports: those of the flow's first message, since one flow here may be several there.
Rule: worked out where it is shown or written, never kept.
"""

from __future__ import annotations

import hashlib
import socket
from binascii import b2a_base64
from functools import lru_cache

from netmon.model.connection import Connection

from . import words

_ICMP_COUNTERPARTS = {8: 0, 0: 8, 13: 14, 14: 13, 15: 16, 16: 15, 10: 9, 9: 10, 17: 18, 18: 17}
_ICMPV6_COUNTERPARTS = {
    128: 129, 129: 128, 130: 131, 131: 130, 133: 134, 134: 133, 135: 136, 136: 135, 139: 140, 140: 139, 144: 145, 145: 144,
}  # fmt: skip
_REPLIES = {words.ICMP: frozenset((0, 14, 16, 9, 18)), words.ICMPV6: frozenset((129, 131, 134, 136, 140, 145))}
_TYPE_FIELDS = {words.ICMP: ("icmp_type", "icmp_code"), words.ICMPV6: ("icmpv6_type", "icmpv6_code")}
_PORTED = frozenset(("tcp", "udp", "sctp"))
"""What the specification takes ports of."""
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


def _told(connection: Connection, number: int) -> tuple[int, int] | None:
    """Type and code of the flow's first message, as inspection tells them."""
    finding = connection.finding
    if finding is None:
        return None
    values = {field.name: field.values[0] for field in finding.fields if field.name in _TYPE_FIELDS[number] and field.values}
    kind, code = (values.get(name) for name in _TYPE_FIELDS[number])
    return (kind, code if isinstance(code, int) else 0) if isinstance(kind, int) else None


def _ports(connection: Connection, number: int) -> tuple[int, int, bool] | None:
    """Source, destination, and whether the order of the ends says nothing (a one-way message). ``None``: what would stand
    for them is not known."""
    if number not in _TYPES:
        return connection.source_port or 0, connection.destination_port or 0, False
    counterparts = _ICMP_COUNTERPARTS if number == words.ICMP else _ICMPV6_COUNTERPARTS
    told = _told(connection, number)
    if told is not None:
        kind, code = told
        if kind not in counterparts:
            return kind, code, True
        echo = (number, kind) in words.ECHO_REQUESTS  # their source is who asks, whatever came first
        asked = counterparts[kind] if echo and kind in _REPLIES[number] else kind
        return asked, counterparts[asked], False
    state = _TYPES[number].get(connection.state)
    if state not in counterparts:  # without inspection the code of a one-way message is not known
        return None
    asked = counterparts[state] if state in _REPLIES[number] else state  # of the last message; the source spoke first
    return asked, counterparts[asked], False


def community_id(connection: Connection) -> str:
    """``1:LQU9qZlK+B5F3KDmev6m5PMibrg=``; empty for ARP and link-layer conversations."""
    number = words.protocol_number(connection.protocol)
    if number is None:
        return ""
    source, destination = _packed(connection.source), _packed(connection.destination)
    if not source or not destination:
        return ""
    ports_of = _ports(connection, number)
    if ports_of is None:
        return ""
    source_port, destination_port, one_way = ports_of
    if not one_way and (destination, destination_port) < (source, source_port):
        source, destination = destination, source
        source_port, destination_port = destination_port, source_port
    ports = b""
    if connection.protocol in _PORTED or number in _TYPES:
        ports = source_port.to_bytes(2, "big") + destination_port.to_bytes(2, "big")
    digest = hashlib.sha1(b"\0\0" + source + destination + bytes([number, 0]) + ports, usedforsecurity=False)
    return "1:" + b2a_base64(digest.digest(), newline=False).decode("ascii")
