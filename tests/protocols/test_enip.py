"""EtherNet/IP: sessions over TCP, lists and I/O over UDP."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Context, Status
from netmon.protocols.enip import PROTOCOL

from ._streams import ANYWHERE, Flight, check
from ._udp_cases import survives

UDP = Context("udp", 50000, 50001)


def message(command: int, session: int = 0, body: bytes = b"") -> bytes:
    return struct.pack("<HHII8sI", command, len(body), session, 0, bytes(8), 0) + body


REGISTER = message(0x65, 0, b"\1\0\0\0")
TALK: list[Flight] = [
    (0, REGISTER),
    (1, message(0x65, 7, b"\1\0\0\0")),
    (0, message(0x6F, 7, bytes(24))),
    (0, message(0x66, 7)),
]
IO = b"\x02\x00\x02\x80\x08\x00" + bytes(8) + b"\xb1\x00\x04\x00" + bytes(4)


def test_session() -> None:
    """The commands of a session."""
    assert check(PROTOCOL, TALK) == {"enip_command": ("RegisterSession", "SendRRData", "UnRegisterSession")}


def test_datagrams() -> None:
    """A list request, I/O, and what does not fill its datagram."""
    assert PROTOCOL.claims(UDP, message(0x63), b"") is Claim.YES
    assert PROTOCOL.claims(UDP, IO, b"") is Claim.YES
    assert PROTOCOL.claims(UDP, IO + b"x", b"") is Claim.NO
    assert PROTOCOL.claims(UDP, message(0x63) + b"x", b"") is Claim.NO
    assert PROTOCOL.start(UDP).feed(0, IO, 0) is Status.DONE
    survives(PROTOCOL, message(0x63), IO)


def test_claims() -> None:
    """Reserved options and statuses have to be right, and zeros alone are nothing."""
    assert PROTOCOL.claims(ANYWHERE, bytes(100), b"") is not Claim.YES
    assert PROTOCOL.claims(ANYWHERE, REGISTER[:20] + b"\1\0\0\0" + REGISTER[24:], b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, message(4), b"") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, message(4), message(4, 0, bytes(26))) is Claim.YES


def test_other_commands_over_udp_at_home() -> None:
    """Away from the usual port they have too little of their own."""
    data = message(0x6F, 1, bytes(16))
    assert PROTOCOL.claims(Context("udp", 50000, 44818), data, b"") is Claim.YES
    assert PROTOCOL.claims(Context("udp", 50000, 44444), data, b"") is Claim.NO
