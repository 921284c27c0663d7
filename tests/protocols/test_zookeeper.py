"""ZooKeeper sessions."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.zookeeper import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def framed(body: bytes) -> bytes:
    return struct.pack("!I", len(body)) + body


CONNECT = framed(struct.pack("!IQIQI", 0, 0, 30000, 0, 16) + bytes(16) + b"\0")
CONNECTED = framed(struct.pack("!IIQI", 0, 20000, 7, 16) + b"secret".ljust(16) + b"\0")
TALK: list[Flight] = [
    (0, CONNECT),
    (1, CONNECTED),
    (0, framed(struct.pack("!iiI", 1, 4, 6) + b"/hidden\0") + framed(struct.pack("!ii", -2, 11))),
    (1, framed(struct.pack("!iqi", 1, 5, 0)) + framed(struct.pack("!iqi", -2, 5, 0))),
    (0, framed(struct.pack("!ii", 3, -11))),
]


def test_conversation() -> None:
    """Recognised however it is cut; operations, no paths."""
    told = check(PROTOCOL, TALK)
    assert told == {"zookeeper_timeout": (20000,), "zookeeper_operation": ("GET_DATA", "PING", "CLOSE_SESSION")}
    _, _, updates = run(PROTOCOL, TALK)
    assert "hidden" not in repr(updates) and "secret" not in repr(updates)


def test_others() -> None:
    """Sizes, version, password."""
    for client, server in (
        (framed(bytes(40)), b""),
        (CONNECT[:4] + b"\1" + CONNECT[5:], b""),
        (framed(bytes(44)), b""),
        (b"", framed(bytes(30))),
    ):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
