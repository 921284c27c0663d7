"""DLMS/COSEM over TCP and UDP."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Context
from netmon.protocols.dlms import COSEM, PROTOCOL

from ._streams import ANYWHERE, Flight, check
from ._udp_cases import asked, fields, on, survives, told


def message(source: int, destination: int, body: bytes) -> bytes:
    return struct.pack("!HHHH", 1, source, destination, len(body)) + body


AARQ = message(16, 1, b"\x60\x1d\xa1\x09\x06\x07" + COSEM + b"\1" + bytes(18))
AARE = message(1, 16, b"\x61\x29\xa1\x09\x06\x07" + COSEM + b"\1" + bytes(30))
ASK, ANSWER = message(16, 1, b"\xc0\1\xc1" + bytes(9)), message(1, 16, b"\xc4\1\xc1\0" + bytes(9))
TALK: list[Flight] = [(0, AARQ), (1, AARE), (0, ASK), (1, ANSWER)]


def test_conversation() -> None:
    """Recognised however it is cut."""
    assert check(PROTOCOL, TALK) == {
        "dlms_apdu": ("AARQ", "AARE", "GET_REQUEST", "GET_RESPONSE"),
        "dlms_wport": ("16 1", "1 16"),
    }


def test_claims() -> None:
    """An association is sure, the rest in both directions or on the port; logical ports must agree."""
    assert PROTOCOL.claims(ANYWHERE, ASK, b"") is Claim.WEAK
    assert PROTOCOL.claims(Context("tcp", 1, 4059), ASK, b"") is PROTOCOL.claims(ANYWHERE, ASK, ANSWER) is Claim.YES
    other = message(2, 16, b"\xc4\1\xc1\0")
    for client, server in (
        (ASK, other),
        (message(16, 1, b"\x99\0"), b""),
        (message(16, 1, b"\x60\x20" + bytes(50)), b""),
        (b"\0\2", b""),
    ):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO


def test_datagrams() -> None:
    """A whole message."""
    assert asked(PROTOCOL, AARQ) is asked(PROTOCOL, ASK, on(4059)) is Claim.YES
    assert asked(PROTOCOL, ASK) is asked(PROTOCOL, AARQ[:-1]) is Claim.NO
    assert fields(told(PROTOCOL, (0, ASK)))["dlms_apdu"] == ("GET_REQUEST",)
    survives(PROTOCOL, AARQ, ASK, port=4059)
