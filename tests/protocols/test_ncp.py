"""NCP over TCP and UDP."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.ncp import PROTOCOL

from ._streams import ANYWHERE, Flight, check
from ._udp_cases import ELSEWHERE, asked, fields, on, survives, told


def request(kind: int, sequence: int, body: bytes = bytes(5)) -> bytes:
    message = struct.pack("!HBB", kind, sequence, 1) + body
    return b"DmdT" + struct.pack("!III", 16 + len(message), 1, 0) + message


def reply(sequence: int, completion: int = 0) -> bytes:
    message = struct.pack("!HBBBBBB", 0x3333, sequence, 1, 1, 0, completion, 0)
    return b"tNcP" + struct.pack("!I", 8 + len(message)) + message


TALK: list[Flight] = [(0, request(0x1111, 0)), (1, reply(0)), (0, request(0x2222, 1)), (1, reply(1, 0x89))]


def test_conversation() -> None:
    """Recognised however it is cut."""
    assert check(PROTOCOL, TALK) == {"ncp_type": ("CREATE_CONNECTION", "REPLY", "REQUEST"), "ncp_completion": (0x89,)}


def test_datagrams() -> None:
    """The same without signature, on the port."""
    ask = request(0x2222, 1)[16:]
    assert asked(PROTOCOL, ask, on(524)) is Claim.WEAK and asked(PROTOCOL, ask) is Claim.NO
    assert fields(told(PROTOCOL, (0, ask), (1, reply(1)[8:]), context=ELSEWHERE)) == {"ncp_type": ("REQUEST", "REPLY")}
    survives(PROTOCOL, ask, reply(1)[8:], port=524)


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (b"DmdX", b"tNcP" + bytes(6), b"DmdT" + bytes(14)):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
