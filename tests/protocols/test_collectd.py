"""collectd metrics."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.collectd import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told


def part(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, 4 + len(value)) + value


CLEAR = part(0, b"host1\0") + part(8, bytes(8)) + part(2, b"cpu\0") + part(6, bytes(11)) + part(2, b"load\0")
SEALED = part(0x210, b"\0\4user" + bytes(60))


def test_hosts_and_plugins() -> None:
    """Whose metrics; an encrypted section hides them."""
    update = told(PROTOCOL, (0, CLEAR))
    assert fields(update) == {"collectd_host": ("host1",), "collectd_plugin": ("cpu", "load")}
    assert (finding(update).state, finding(update).summary) == ("CLEAR", "host1")
    assert finding(told(PROTOCOL, (0, SEALED))).state == "ENCRYPTED"


def test_claims() -> None:
    """Parts that fill the datagram and begin with a host; encrypted on the port only."""
    assert asked(PROTOCOL, CLEAR) is asked(PROTOCOL, SEALED, on(25826)) is Claim.YES
    for data in (SEALED, CLEAR[:-1], CLEAR + b"x", CLEAR[10:], part(0, b"host1"), part(0, b"h\0") + part(8, bytes(8))):
        assert asked(PROTOCOL, data) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise; a part of length 0 is refused."""
    survives(PROTOCOL, CLEAR, SEALED, part(0, b"h\0") + bytes(8), port=25826)
