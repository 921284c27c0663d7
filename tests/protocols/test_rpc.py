"""ONC RPC over TCP (record marks, fragments) and UDP."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Context
from netmon.protocols.rpc import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run
from ._udp_cases import fields, survives, told

UDP = Context("udp", 50000, 50001)


def call(xid: int, program: int, procedure: int = 0, body: bytes = b"") -> bytes:
    return struct.pack(">IIIIII", xid, 0, 2, program, 3, procedure) + bytes(16) + body


def reply(xid: int, body: bytes = b"") -> bytes:
    return struct.pack(">II", xid, 1) + bytes(16) + body


def record(data: bytes, last: bool = True) -> bytes:
    return struct.pack(">I", len(data) | (0x8000_0000 if last else 0)) + data


TALK: list[Flight] = [
    (0, record(call(1, 100003, 1, b"x" * 100), last=False) + record(b"data" * 30)),
    (1, record(reply(1, bytes(50)))),
    (0, record(call(2, 100227))),
    (1, record(reply(2))),
]


def test_stream() -> None:
    """Programs of calls; later fragments of a record are no messages."""
    assert check(PROTOCOL, TALK) == {"rpc_program": (100003, 100227), "rpc_version": (3,)}
    finding, _, updates = run(PROTOCOL, TALK)
    assert finding.summary == "NFS ACL"
    assert [exchange.key for update in updates for exchange in update.exchanges] == [1, 1, 2, 2]


def test_datagrams() -> None:
    """The same without record marks."""
    update = told(PROTOCOL, (0, call(9, 100000, 3, bytes(16))), (1, reply(9, bytes(4))), context=UDP)
    assert fields(update) == {"rpc_program": (100000,), "rpc_version": (3,)}
    survives(PROTOCOL, call(9, 100000, 3, bytes(16)), reply(9, bytes(4)))


def test_claims() -> None:
    """A call is sure, a reply alone is not; version and credentials have to be right."""
    assert PROTOCOL.claims(UDP, call(1, 100003), b"") is Claim.YES
    assert PROTOCOL.claims(UDP, reply(1), b"") is Claim.MORE
    assert PROTOCOL.claims(UDP, call(1, 100003), reply(1)) is Claim.YES
    assert PROTOCOL.claims(Context("udp", 50000, 111), b"", reply(1)) is Claim.WEAK
    assert PROTOCOL.claims(UDP, call(1, 100003).replace(b"\0\0\0\2", b"\0\0\0\3"), b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"", record(reply(1))) is Claim.MORE
    assert PROTOCOL.claims(Context("tcp", 50000, 2049), b"", record(reply(1))) is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, record(reply(1)), record(reply(1))) is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"\0" + record(call(1, 100003))[1:], b"") is Claim.MORE  # no last fragment
    assert PROTOCOL.claims(ANYWHERE, b"\x80\x01\x00\x01" + bytes(30), b"") is Claim.NO
