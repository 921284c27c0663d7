"""Cassandra: start-up, queries, and what makes a frame CQL."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Context
from netmon.protocols.cassandra import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of


def frame(version: int, stream: int, operation: int, body: bytes = b"") -> bytes:
    return struct.pack(">BBHBI", version, 0, stream, operation, len(body)) + body


HOME = Context("tcp", 50000, 9042)
VOID = b"\0\0\0\1"
QUERY = b"SELECT * FROM t WHERE secret='x'"
TALK: list[Flight] = [
    (0, frame(4, 0, 5)),
    (1, frame(0x84, 0, 6, b"\0\1\0\x0bCQL_VERSION\0\1\0\x053.4.2")),
    (0, frame(4, 1, 1, b"\0\1\0\x0bCQL_VERSION\0\x053.4.2")),
    (1, frame(0x84, 1, 2)),
    (0, frame(4, 2, 7, struct.pack(">I", len(QUERY)) + QUERY + b"\0\1\0")),
    (1, frame(0x84, 2, 8, VOID)),
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
    assert PROTOCOL.claims(HOME, query, b"") is Claim.WEAK and PROTOCOL.claims(ANYWHERE, query, b"") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, query, TALK[5][1]) is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, query, frame(0x84, 9, 8, VOID)) is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, query, frame(0x84, 2, 7, bytes(4))) is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"\x04\x01\x00\x50\xc0\x00\x02\x01\0\0", b"") is Claim.NO


def test_bodies_begin_as_their_kind_does() -> None:
    """Numbers that count something are no more than there is, kinds are known, what is empty is empty."""
    for operation, body, claim in (
        (7, b"\0\0\0\x09SELECT", Claim.NO), (7, b"\0\0", Claim.NO), (5, b"x", Claim.NO), (1, b"\0\x63", Claim.NO),
        (13, b"\0\0\1", Claim.WEAK), (15, b"\xff\xff\xff\xff", Claim.WEAK), (10, b"\0\2ab", Claim.WEAK),
    ):  # fmt: skip
        assert PROTOCOL.claims(HOME, frame(4, 1, operation, body), b"") is claim, body
    for operation, body, claim in (
        (8, bytes(4), Claim.NO),
        (0, b"\0\0\x22\0", Claim.WEAK),
        (0, b"\x01" + bytes(3), Claim.NO),
    ):
        assert PROTOCOL.claims(HOME, b"", frame(0x84, 1, operation, body)) is claim, body
