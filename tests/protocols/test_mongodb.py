"""MongoDB: old and new messages, compressed ones, and what is never told."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.mongodb import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of


def bson(key: bytes, value: bytes) -> bytes:
    """A document with one string."""
    element = b"\x02" + key + b"\0" + struct.pack("<I", len(value) + 1) + value + b"\0"
    return struct.pack("<I", len(element) + 5) + element + b"\0"


def message(operation: int, body: bytes, answers: int = 0) -> bytes:
    return struct.pack("<IIII", len(body) + 16, 7, answers, operation) + body


QUERY = message(2004, bytes(4) + b"admin.$cmd\0" + bytes(8) + bson(b"isMaster", b"secret"))
REPLY = message(1, struct.pack("<IQII", 8, 0, 0, 1) + bson(b"ok", b"secret"), 7)
MSG = message(2013, bytes(5) + bson(b"insert", b"secret"))
TALK: list[Flight] = [(0, QUERY), (1, REPLY), (0, MSG), (1, message(2013, bytes(5) + bson(b"ok", b"secret"), 8))]


def test_conversation() -> None:
    """Database and commands, nothing of the documents."""
    assert check(PROTOCOL, TALK) == {"mongodb_db": ("admin",), "mongodb_command": ("isMaster", "insert")}
    assert "secret" not in text_of(run(PROTOCOL, TALK)[2])


def test_claims() -> None:
    """Each operation by its own body."""
    compressed = message(2012, struct.pack("<IIB", 2013, 100, 1) + bytes(40))
    for head in (QUERY, MSG, compressed):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"", REPLY) is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, REPLY, b"") is PROTOCOL.claims(ANYWHERE, b"", QUERY) is Claim.NO  # the wrong way round
    for head in (
        message(2004, bytes(4) + b"no namespace\0" + bytes(40)),
        message(2013, b"\xff" * 20),
        message(1, b"\xff" * 30),
        message(77, bytes(30)),
        message(2012, bytes(30)),
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
