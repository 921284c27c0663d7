"""FINS over UDP and TCP."""

from __future__ import annotations

import struct

from netmon.model.finding import Role
from netmon.protocols._contract import CLIENT, Claim, Context, Status
from netmon.protocols.fins import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told

READ = bytes.fromhex("80000200010000020011 0101 82006400 0001".replace(" ", ""))
ANSWER = bytes.fromhex("c0000200020000010011 0101 0000 1234".replace(" ", ""))
FRAME = b"FINS" + struct.pack("!III", 8 + len(READ), 2, 0) + READ
CONNECT = b"FINS" + struct.pack("!IIII", 12, 0, 0, 0)


def test_command_and_response() -> None:
    """By name, with the result, paired by the service identifier."""
    update = told(PROTOCOL, (0, READ), (1, ANSWER))
    assert fields(update) == {"fins_command": ("MEMORY_AREA_READ",), "fins_result": ("0x0000",)}
    assert finding(update).state == "RESPONSE"
    assert [half.role for half in update.exchanges] == [Role.REQUEST, Role.RESPONSE]


def test_over_tcp_any_cutting_gives_the_same() -> None:
    """Frames carry messages or set the connection up."""
    updates = []
    for size in (1, 5, 1000):
        inspector = PROTOCOL.start(Context("tcp", 1, 2))
        stream = CONNECT + FRAME
        for at in range(0, len(stream), size):
            assert inspector.feed(CLIENT, stream[at : at + size], 0) is Status.MORE
        updates.append(inspector.update())
    assert updates[0] == updates[1] == updates[2] is not None
    assert fields(updates[0])["fins_command"] == ("MEMORY_AREA_READ",)


def test_claims() -> None:
    """UDP on its port, TCP by the four letters."""
    assert asked(PROTOCOL, READ, on(9600)) is Claim.YES and asked(PROTOCOL, READ) is Claim.NO
    assert asked(PROTOCOL, READ[:10] + b"\x7f\x7f", on(9600)) is Claim.WEAK
    tcp = Context("tcp", 1, 2)
    assert PROTOCOL.claims(tcp, b"FI", b"") is Claim.MORE and PROTOCOL.claims(tcp, CONNECT, b"") is Claim.YES
    assert PROTOCOL.claims(tcp, b"FIXX", b"") is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, READ, ANSWER, port=9600)
