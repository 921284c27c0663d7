"""MMS: association, services."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.mms import PROTOCOL

from ._streams import ANYWHERE, Flight, check


def tpkt(body: bytes) -> bytes:
    return struct.pack("!BBH", 3, 0, 4 + len(body)) + body


def tlv(tag: int, body: bytes) -> bytes:
    return bytes([tag, len(body)]) + body


def data(pdu: bytes) -> bytes:
    values = tlv(0x30, b"\x02\x01\x03" + tlv(0xA0, pdu))
    return tpkt(b"\x02\xf0\x80\x01\x00\x01\x00" + tlv(0x61, values))


CONNECT = tpkt(b"\x11\xe0\0\0\0\1\0\xc0\1\x0a\xc1\2\0\1\xc2\2\0\1")
CONFIRM = tpkt(b"\x11\xd0\0\1\0\1\0\xc0\1\x0a\xc1\2\0\1\xc2\2\0\1")
SESSION = tpkt(b"\x02\xf0\x80\x0d\x20" + bytes(18) + b"\x06\x05\x28\xca\x22\x02\x01" + bytes(7))
ACCEPT = tpkt(b"\x02\xf0\x80\x0e\x20" + bytes(18) + b"\x06\x05\x28\xca\x22\x02\x01" + bytes(7))
READ = data(tlv(0xA0, b"\x02\x01\x07" + tlv(0xA4, b"\xa1\x00")))
ANSWER = data(tlv(0xA1, b"\x02\x01\x07" + tlv(0xA4, b"\xa1\x00")))
DIRECTORY = data(tlv(0xA0, b"\x02\x01\x08" + b"\xbf\x4d\x00"))
TALK: list[Flight] = [(0, CONNECT), (1, CONFIRM), (0, SESSION), (1, ACCEPT), (0, READ), (1, ANSWER), (0, DIRECTORY)]


def test_conversation() -> None:
    """Recognised however it is cut: services by name, long tags too."""
    assert check(PROTOCOL, TALK) == {
        "mms_pdu": ("CONFIRMED_REQUEST", "CONFIRMED_RESPONSE"),
        "mms_service": ("READ", "FILE_DIRECTORY"),
    }


def test_claims() -> None:
    """The abstract syntax is sure, data alone in both directions; other protocols on the same transport are refused."""
    assert PROTOCOL.claims(ANYWHERE, CONNECT, CONFIRM) is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, READ, b"") is Claim.WEAK and PROTOCOL.claims(ANYWHERE, READ, ANSWER) is Claim.YES
    for other in (tpkt(b"\x02\xf0\x80\x32\x01" + bytes(12)), tpkt(b"\x02\xf0\x80\x0d\x08" + bytes(8)), b"\3\1"):
        assert PROTOCOL.claims(ANYWHERE, other, b"") is Claim.NO
