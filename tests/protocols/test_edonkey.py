"""eDonkey over TCP, its queries and Kademlia over UDP."""

from __future__ import annotations

import struct

import pytest

from netmon.errors import ParseError
from netmon.protocols._contract import Claim
from netmon.protocols.edonkey import PROTOCOL, datagram

from ._streams import ANYWHERE, Flight, check
from ._udp_cases import asked, fields, on, survives, told


def peer(opcode: int, body: bytes = b"", mark: int = 0xE3) -> bytes:
    return struct.pack("<BIB", mark, 1 + len(body), opcode) + body


HELLO = peer(1, b"\x10" + bytes(16) + b"\1\2\3\4\x36\x12\0\0\0\0")
LOGIN = peer(1, bytes(range(16)) + b"\0\0\0\0\x36\x12" + struct.pack("<I", 4) + bytes(30))
TALK: list[Flight] = [(0, HELLO), (1, peer(0x4C, bytes(26)) + peer(1, bytes(4), 0xC5)), (0, peer(0x58, bytes(16)))]
RESPONSE = b"\xe4\x29" + bytes(16) + b"\2" + bytes(50)


def test_conversation() -> None:
    """Recognised however it is cut."""
    assert check(PROTOCOL, TALK) == {"edonkey_message": ("HELLO", "HELLO_ANSWER", "EMULE_INFO", "REQUEST_FILENAME")}


def test_stream_claims() -> None:
    """A hello or log-in is sure, others in both directions."""
    assert PROTOCOL.claims(ANYWHERE, LOGIN, b"") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, peer(0x58, bytes(16)), b"") is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, peer(0x58, bytes(16)), peer(0x59, bytes(20))) is Claim.YES
    for head in (peer(0x99), b"\xe3\0\0\0\0\1\1", b"\xe3\0\0\0\x7f\1\1", peer(1, bytes(16) + bytes(30))):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO


def test_datagrams() -> None:
    """Lengths that belong to the messages."""
    assert fields(told(PROTOCOL, (0, b"\xe4\x21" + bytes(33)), (1, RESPONSE)))["edonkey_message"] == ("REQUEST", "RESPONSE")
    assert asked(PROTOCOL, RESPONSE) is Claim.YES and asked(PROTOCOL, b"\xe4\x60") is Claim.WEAK
    assert asked(PROTOCOL, b"\xe3\x96\1\2\3\4", on(4665)) is Claim.YES
    assert datagram(b"\xe5\x29\x78\x9c" + bytes(20)) == "RESPONSE"
    for data in (RESPONSE[:-1], b"\xe4\x09" + bytes(21) + b"\1\0", b"\xe4\x11" + bytes(18) + b"\x77" + bytes(9),
                 b"\xe5\x29" + bytes(20),
                 b"\xe3\x11" + bytes(20), b"\xe4"):  # fmt: skip
        with pytest.raises(ParseError):
            datagram(data)
    survives(PROTOCOL, RESPONSE, b"\xe5\x29\x78\x9c" + bytes(20), port=4672, unclaimed=False)
