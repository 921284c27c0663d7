"""PPTP: control messages."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Status
from netmon.protocols.pptp import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def message(kind: int, body: bytes) -> bytes:
    return struct.pack(">HHIHH", len(body) + 12, 1, 0x1A2B3C4D, kind, 0) + body


def start(kind: int, host: bytes, vendor: bytes) -> bytes:
    return message(kind, bytes(16) + host.ljust(64, b"\0") + vendor.ljust(64, b"\0"))


TALK: list[Flight] = [
    (0, start(1, b"local", b"cananian")),
    (1, start(2, b"router-1", b"Cisco")),
    (0, message(7, bytes(156))),
]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {"pptp_host": ("local", "router-1"), "pptp_vendor": ("cananian", "Cisco")}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        b"\0\x9c\0\1\x1a\x2b\x3c\x4e",
        b"\0\x9c\0\3",
        b"\x02\x9c\0\1",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO


def test_over_after_the_names() -> None:
    """Nothing more is wanted."""
    assert run(PROTOCOL, TALK)[1] is Status.DONE
