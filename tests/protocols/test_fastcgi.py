"""FastCGI records."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.fastcgi import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def record(kind: int, body: bytes = b"", padding: int = 0) -> bytes:
    return struct.pack("!BBHHBB", 1, kind, 1, len(body), padding, 0) + body + bytes(padding)


def pair(name: bytes, value: bytes) -> bytes:
    size = bytes([len(value)]) if len(value) < 128 else struct.pack("!I", 0x80000000 | len(value))
    return bytes([len(name)]) + size + name + value


PARAMETERS = (
    pair(b"QUERY_STRING", b"token=secret" * 20) + pair(b"REQUEST_METHOD", b"GET") + pair(b"SCRIPT_NAME", b"/a.php")
    + pair(b"HTTP_HOST", b"example.org")
)  # fmt: skip
TALK: list[Flight] = [
    (0, record(1, b"\0\1\0\0\0\0\0\0") + record(4, PARAMETERS, 3) + record(4) + record(5)),
    (1, record(6, b"Content-type: text/html\r\n\r\n") + record(3, bytes(8))),
]


def test_conversation() -> None:
    """Recognised however it is cut; method, host, script, no query string."""
    assert check(PROTOCOL, TALK) == {
        "fastcgi_role": ("RESPONDER",),
        "fastcgi_method": ("GET",),
        "fastcgi_script": ("/a.php",),
        "fastcgi_host": ("example.org",),
    }
    _, _, updates = run(PROTOCOL, TALK)
    assert "secret" not in repr(updates) and sum(len(update.exchanges) for update in updates) == 2


def test_claims() -> None:
    """A whole beginning and what must follow."""
    begin = record(1, b"\0\1\0\0\0\0\0\0")
    assert PROTOCOL.claims(ANYWHERE, begin, b"") is Claim.MORE
    for client, server in (
        (record(1, b"\0\7\0\0\0\0\0\0") + b"\1\4", b""),
        (begin + b"\2\4", b""),
        (b"\1\3", b""),
        (begin, b"\1\x63"),
    ):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
