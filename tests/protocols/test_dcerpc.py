"""DCE/RPC: bind and call over TCP, a connectionless call, both byte orders."""

from __future__ import annotations

import struct
from uuid import UUID

import pytest

from netmon.protocols._contract import Claim, Context
from netmon.protocols.dcerpc import PROTOCOL

from ._asn1 import ntlm_authenticate
from ._streams import ANYWHERE, Flight, check, run, text_of, values

INTERFACE = UUID("e1af8308-5d1f-11c9-91a4-08002b14a0fa")


def fragment(kind: int, body: bytes, order: str = "<", auth: bytes = b"") -> bytes:
    """The common header."""
    representation = b"\x10\0\0\0" if order == "<" else b"\0\0\0\0"
    length = 16 + len(body) + len(auth)
    return bytes((5, 0, kind, 3)) + representation + struct.pack(order + "HHI", length, len(auth), 1) + body + auth


def bind(order: str, auth: bytes = b"") -> bytes:
    """One context."""
    raw = INTERFACE.bytes_le if order == "<" else INTERFACE.bytes
    head = struct.pack(order + "HHIB3xHBx", 4280, 4280, 0, 1, 0, 1)
    return fragment(11, head + raw + struct.pack(order + "I", 3) + bytes(20), order, auth)


@pytest.mark.parametrize("order", ["<", ">"])
def test_conversation(order: str) -> None:
    """Interface and operation numbers; no arguments."""
    flights: list[Flight] = [
        (0, bind(order, ntlm_authenticate())),
        (1, fragment(12, bytes(40), order)),
        (0, fragment(0, struct.pack(order + "IHH", 8, 0, 3) + b"private" * 900, order)),
        (1, fragment(2, bytes(8) + b"private", order)),
    ]
    assert check(PROTOCOL, flights) == {
        "dcerpc_uuid": (str(INTERFACE),),
        "ntlm_domain": ("EXAMPLE",),
        "ntlm_user": ("alice",),
        "ntlm_host": ("LAPTOP",),
        "dcerpc_opnum": (3,),
    }
    finding, _, updates = run(PROTOCOL, flights)
    assert finding.state == "CALL"
    assert "private" not in text_of(updates)


def test_datagram() -> None:
    """Version 4 over UDP, recognised by its length."""
    context = Context("udp", 50000, 44444)
    body = bytes(12)
    header = bytes((4, 0, 0, 0, 0x10, 0, 0, 0)) + bytes(16) + INTERFACE.bytes_le + bytes(16) + bytes(18)
    packet = header + struct.pack("<HHBB", len(body), 0, 0, 0) + body
    assert PROTOCOL.claims(context, packet, b"") is Claim.YES
    assert PROTOCOL.claims(context, packet[:-1], b"") is Claim.NO
    assert values(run(PROTOCOL, [(0, packet)], context)[0]) == {"dcerpc_uuid": (str(INTERFACE),)}


def test_claims() -> None:
    """SOCKS 5 begins with the same byte."""
    assert PROTOCOL.claims(ANYWHERE, b"\x05\x01\x00", b"") is not Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"\x05\x01\x00", b"\x05\x00") is not Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"\x05\x00\x0b\x03\x11\x00\x00\x00", b"") is Claim.NO
