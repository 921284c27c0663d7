"""Cassandra: start-up, queries, and what makes a frame CQL."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.cassandra import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of


def frame(version: int, stream: int, operation: int, body: bytes = b"") -> bytes:
    return struct.pack(">BBHBI", version, 0, stream, operation, len(body)) + body


QUERY = b"SELECT * FROM t WHERE secret='x'"
TALK: list[Flight] = [
    (0, frame(4, 0, 5)),
    (1, frame(0x84, 0, 6, b"\0\1\0\x0bCQL_VERSION\0\1\0\x053.4.2")),
    (0, frame(4, 1, 1, b"\0\1\0\x0bCQL_VERSION\0\x053.4.2")),
    (1, frame(0x84, 1, 2)),
    (0, frame(4, 2, 7, struct.pack(">I", len(QUERY)) + QUERY + b"\0\1\0")),
    (1, frame(0x84, 2, 8, bytes(4))),
]


def test_conversation() -> None:
    """Versions, operations and verbs; the query is not told."""
    assert check(PROTOCOL, TALK) == {
        "cql_version": ("3.4.2",),
        "cassandra_operation": ("OPTIONS", "STARTUP", "QUERY"),
        "cql_verb": ("SELECT",),
    }
    assert "secret" not in text_of(run(PROTOCOL, TALK)[2])


def test_claims() -> None:
    """Stream numbers of both directions must agree where nothing else speaks for CQL."""
    query = TALK[4][1]
    assert PROTOCOL.claims(ANYWHERE, query, b"") is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, query, TALK[5][1]) is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, query, frame(0x84, 9, 8, bytes(4))) is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, query, frame(0x84, 2, 7, bytes(4))) is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"\x04\x01\x00\x50\xc0\x00\x02\x01\0\0", b"") is Claim.NO
