"""PostgreSQL: start-up, SSL, queries, errors."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Context, Status
from netmon.protocols.postgresql import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of, values


def typed(kind: bytes, body: bytes) -> bytes:
    """Type, length, body."""
    return kind + struct.pack(">I", 4 + len(body)) + body


def request(code: int, body: bytes = b"") -> bytes:
    """A request without a type."""
    return struct.pack(">II", 8 + len(body), code) + body


START = request(0x30000, b"user\0alice\0database\0shop\0application_name\0psql\0\0")
CONVERSATION: list[Flight] = [
    (0, request(80877103)),
    (1, b"N"),
    (0, START),
    (1, typed(b"R", struct.pack(">I", 3))),
    (0, typed(b"p", b"hunter2\0")),
    (1, typed(b"R", bytes(4)) + typed(b"S", b"server_version\x0016.2\0") + typed(b"Z", b"I")),
    (0, typed(b"Q", b"  select private from orders\0")),
    (0, typed(b"P", b"s1\0insert into orders values ('private')\0\0\0") + typed(b"S", b"")),
    (1, typed(b"E", b"SERROR\0C42P01\0Mprivate\0\0")),
    (1, typed(b"D", b"private" * 2000) + typed(b"Z", b"I")),
]


def test_conversation() -> None:
    """Who, where, which verbs and errors; no statement, no row, no password."""
    assert check(PROTOCOL, CONVERSATION) == {
        "pg_user": ("alice",),
        "pg_db": ("shop",),
        "pg_app": ("psql",),
        "pg_server_version": ("16.2",),
        "pg_verb": ("SELECT", "INSERT"),
        "pg_error": ("42P01",),
    }
    finding, _, updates = run(PROTOCOL, CONVERSATION)
    assert (finding.state, finding.risks, finding.summary) == ("READY", ("clear-text-credentials",), "alice@shop")
    assert "hunter2" not in text_of(updates)
    assert "private" not in text_of(updates)


def test_ssl_hands_the_stream_on() -> None:
    """When the server agrees."""
    inspector = PROTOCOL.start(ANYWHERE)
    inspector.feed(0, request(80877103), 0)
    assert inspector.feed(1, b"S\x16\x03", 0) is Status.SWITCH
    assert (inspector.switch().hint, inspector.switch().server_rest) == ("TLS", b"\x16\x03")


def test_middle_of_a_connection() -> None:
    """Typed messages, also when the start-up was seen after all."""
    context = Context("tcp", 50000, 5432, midstream=True)
    assert PROTOCOL.claims(context, CONVERSATION[6][1], b"") is Claim.WEAK
    assert values(run(PROTOCOL, CONVERSATION[6:], context)[0])["pg_verb"] == ("SELECT", "INSERT")
    assert values(run(PROTOCOL, [(0, START)], context)[0])["pg_user"] == ("alice",)
