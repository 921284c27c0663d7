"""The PROXY protocol, and what it stands before."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Status
from netmon.protocols.proxy import PROTOCOL, SIGNATURE

from ._streams import ANYWHERE, Flight, split
from ._talk import Wire, fields
from ._talk import run as through_engine

LINE = b"PROXY TCP4 192.0.2.1 192.0.2.2 5000 80\r\n"
HTTP: list[Flight] = [
    (0, b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"),
    (1, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
]
BINARY = SIGNATURE + b"\x21\x21\0\x24" + bytes(15) + b"\1" + bytes(15) + b"\2" + struct.pack("!HH", 5000, 80)
LOCAL = SIGNATURE + b"\x20\0\0\0"


def test_what_follows_is_recognised() -> None:
    """The inner protocol is told, with the true ends beside it, however the stream is cut."""
    for head, source in ((LINE, "192.0.2.1:5000"), (BINARY, "[::1]:5000"), (LOCAL, ""), (b"PROXY UNKNOWN\r\n", "")):
        for size in (1, 7, 1000):
            talk = split([(0, head + HTTP[0][1]), HTTP[1]], size)
            found = through_engine(Wire().frames(talk))
            assert found is not None and (found.label, found.outer) == ("HTTP", ("PROXY",))
            assert fields(found).get("proxy_source", ("",)) == (source,) and "http_host" in fields(found)


def test_a_server_may_speak_first() -> None:
    """Its words wait for the header."""
    inspector = PROTOCOL.start(ANYWHERE)
    assert inspector.feed(1, b"220 x", 0) is Status.MORE
    assert inspector.feed(0, LINE, 0) is Status.SWITCH
    assert inspector.switch().server_rest == b"220 x"


def test_claims() -> None:
    """The whole line counts."""
    assert PROTOCOL.claims(ANYWHERE, LINE[:20], b"") is Claim.MORE
    for client in (b"PROXY nonsense\r\n", b"PRI * HTTP", SIGNATURE + b"\x31\x11", SIGNATURE + b"\x21\x99", b"\r\n\r\n\r\n"):
        assert PROTOCOL.claims(ANYWHERE, client, b"") is Claim.NO
