"""XDMCP."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.xdmcp import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told


def packet(operation: int, body: bytes) -> bytes:
    return struct.pack("!HHH", 1, operation, len(body)) + body


def array(text: bytes) -> bytes:
    return struct.pack("!H", len(text)) + text


QUERY, NAMED = packet(2, b"\0"), packet(2, b"\1" + array(b"MIT"))
WILLING = packet(5, array(b"") + array(b"Host1") + array(b"Willing to manage"))
REQUEST = packet(7, bytes(20))


def test_conversation() -> None:
    """Operations, the manager and its status."""
    update = told(PROTOCOL, (0, QUERY), (1, WILLING), (0, REQUEST))
    assert fields(update) == {
        "xdmcp_operation": ("QUERY", "WILLING", "REQUEST"),
        "xdmcp_hostname": ("Host1",),
        "xdmcp_status": ("Willing to manage",),
    }
    assert finding(update).hostname == "host1"


def test_claims() -> None:
    """On the port, or weakly where more than a header is there."""
    assert asked(PROTOCOL, QUERY, on(177)) is Claim.YES
    assert asked(PROTOCOL, WILLING) is Claim.WEAK and asked(PROTOCOL, QUERY) is Claim.NO
    for data in (QUERY + b"x", packet(99, b""), packet(2, b"\1"), packet(5, array(b"") * 4), b"\0\2" + QUERY[2:]):
        assert asked(PROTOCOL, data, on(177)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, NAMED, WILLING, REQUEST, port=177)
