"""MySQL: greeting, login, commands, SSL."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Context, Status
from netmon.protocols.mysql import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of, values


def packet(sequence: int, body: bytes) -> bytes:
    """Length, sequence number, body."""
    return len(body).to_bytes(3, "little") + bytes((sequence,)) + body


GREETING = packet(
    0, b"\x0a8.0.36\0" + bytes(4) + b"saltsalt\0\xff\xff\x21\x02\0\xff\xc7\x15" + bytes(10) + b"saltsaltsalt\0"
)
CAPABILITIES = 0x0200 | 0x8000 | 0x0008
LOGIN = packet(1, struct.pack("<IIB23x", CAPABILITIES, 1 << 24, 33) + b"alice\0\x07hunter2shop\0native\0")
CONVERSATION: list[Flight] = [
    (1, GREETING),
    (0, LOGIN),
    (1, packet(2, b"\0\0\0\2\0\0\0")),
    (0, packet(0, b"\x03/* x */ select private from orders")),
    (1, packet(1, b"\x01") + packet(2, b"\x03defprivate") + packet(3, b"\xfe\0\0\2\0")),
    (0, packet(0, b"\x02other")),
    (1, packet(1, b"\xff\x15\x04#28000private")),
]


def test_conversation() -> None:
    """Version, user, databases, verbs, errors; no statement, no row, no digest."""
    assert check(PROTOCOL, CONVERSATION) == {
        "mysql_version": ("8.0.36",),
        "mysql_user": ("alice",),
        "mysql_db": ("shop", "other"),
        "mysql_verb": ("SELECT",),
        "mysql_error": (1045,),
    }
    finding, _, updates = run(PROTOCOL, CONVERSATION)
    assert (finding.state, finding.summary) == ("READY", "alice@shop")
    assert "hunter2" not in text_of(updates)
    assert "private" not in text_of(updates)


def test_ssl_hands_the_stream_on() -> None:
    """After the client's SSL request."""
    inspector = PROTOCOL.start(ANYWHERE)
    inspector.feed(1, GREETING, 0)
    request = packet(1, struct.pack("<IIB23x", CAPABILITIES | 0x0800, 1 << 24, 33))
    assert inspector.feed(0, request + b"\x16\x03\x01", 0) is Status.SWITCH
    assert (inspector.switch().hint, inspector.switch().client_rest) == ("TLS", b"\x16\x03\x01")


def test_refusal() -> None:
    """An error packet instead of a greeting."""
    refusal = packet(0, b"\xff\x6a\x04Host '192.0.2.1' is not allowed")
    assert PROTOCOL.claims(ANYWHERE, b"", refusal) is Claim.YES
    assert run(PROTOCOL, [(1, refusal)])[0].state == "REFUSED"


def test_joined_at_the_login() -> None:
    """Mid-stream, the login packet is sure by its zeros; a cut one still tells the user."""
    context = Context("tcp", 50000, 3306, midstream=True)
    assert PROTOCOL.claims(context, LOGIN, b"") is Claim.YES
    assert PROTOCOL.claims(context, LOGIN.replace(bytes(23), b"x" * 23), b"") is Claim.NO
    assert text_of(run(PROTOCOL, [(0, LOGIN)], context)[2]).count("alice") > 0
    body = LOGIN[4:-20]
    cut = run(PROTOCOL, [(1, GREETING), (0, packet(1, body))])[0]
    assert values(cut)["mysql_user"] == ("alice",)


def test_another_user_on_the_same_connection() -> None:
    """COM_CHANGE_USER: name and database, no digest."""
    change = packet(0, b"\x11bob\0\x07hunter2crm\0")
    finding, _, updates = run(PROTOCOL, [(1, GREETING), (0, LOGIN), (1, packet(2, b"\0\0\0\2\0\0\0")), (0, change)])
    assert values(finding)["mysql_user"] == ("alice", "bob")
    assert values(finding)["mysql_db"] == ("shop", "crm")
    assert "hunter2" not in text_of(updates)
