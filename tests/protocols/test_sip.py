"""SIP over UDP and TCP."""

from __future__ import annotations

import random

import pytest

from netmon.errors import ParseError
from netmon.model.finding import ChildFlow, Role
from netmon.protocols._contract import CLIENT, SERVER, Claim, Context, Status
from netmon.protocols.sip import PROTOCOL, party

from ._udp_cases import ELSEWHERE, asked, fields, finding, survives, told

BODY = (
    b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nc=IN IP4 192.0.2.1\r\nm=audio 49170 RTP/AVP 0 8\r\n"
    b"m=video 0 RTP/AVP 31\r\nm=video 51372 RTP/SAVPF 96\r\nc=IN IP4 192.0.2.9\r\n"
)
HEADERS = (
    b'Via: SIP/2.0/UDP 192.0.2.1\r\nFrom: "A" <sip:alice@example.org>;tag=1\r\nTo: sip:bob@example.net;x=y\r\n'
    b"Call-ID: 1234@192.0.2.1\r\nCSeq: 1 INVITE\r\n"
)
INVITE = (
    b"INVITE sip:bob@example.net SIP/2.0\r\n" + HEADERS + b"User-Agent: phone 1\r\nAuthorization: Digest secret\r\n"
    b"Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
)
RINGING = b"SIP/2.0 180 Ringing\r\n" + HEADERS + b"Server: pbx 2\r\nContent-Length: 0\r\n\r\n"
OK = b"SIP/2.0 200 OK\r\n" + HEADERS + b"l: 0\r\n\r\n"
CHILDREN = (
    ChildFlow("udp", bytes([192, 0, 2, 1]), 49170, "RTP"),
    ChildFlow("udp", bytes([192, 0, 2, 1]), 49171, "RTCP"),
    ChildFlow("udp", bytes([192, 0, 2, 9]), 51372, "RTP"),
    ChildFlow("udp", bytes([192, 0, 2, 9]), 51373, "RTCP"),
)
TCP = Context("tcp", 50001, 50002)


def test_a_header_that_comes_twice() -> None:
    """Of two To headers both are told; the summary has the first, which a proxy reads."""
    update = told(PROTOCOL, (0, INVITE.replace(b"To: ", b"To: <sip:other@example.net>\r\nt: x <sip:z@a>\r\nTo: ")))
    assert fields(update)["sip_to"] == ("sip:other@example.net", "sip:bob@example.net", "sip:z@a")
    assert finding(update).summary == "INVITE sip:other@example.net"


def test_a_call() -> None:
    """Parties, methods, statuses, software, media, times; not the authorization."""
    update = told(PROTOCOL, (0, INVITE), (1, RINGING), (1, OK))
    assert fields(update) == {
        "sip_method": ("INVITE",),
        "sip_from": ("sip:alice@example.org",),
        "sip_to": ("sip:bob@example.net",),
        "sip_call_id": ("1234@192.0.2.1",),
        "sip_ua": ("phone 1",),
        "sip_media": ("audio", "video"),
        "sip_status": (180, 200),
        "sip_server": ("pbx 2",),
    }
    assert (finding(update).state, finding(update).summary) == ("ESTABLISHED", "INVITE 200 OK")
    assert [half.role for half in update.exchanges] == [Role.REQUEST, Role.RESPONSE, Role.RESPONSE]
    assert update.children == CHILDREN
    assert "secret" not in str(update)


@pytest.mark.parametrize(
    ("value", "uri"),
    [
        ("<sip:a@b>;tag=1", "sip:a@b"),
        ("sip:a@b;tag=1", "sip:a@b"),
        ('"x" <sip:a@b;user=phone>', "sip:a@b;user=phone"),
        ("", ""),
    ],
)
def test_parties(value: str, uri: str) -> None:
    """Between the brackets, else up to the parameters."""
    assert party(value) == uri


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_over_tcp_any_cutting_gives_the_same(size: int) -> None:
    """Messages follow each other by Content-Length; keep-alives between them."""
    stream = INVITE + b"\r\n\r\n" + OK
    inspector = PROTOCOL.start(TCP)
    for at in range(0, len(stream), size):
        inspector.feed(CLIENT, stream[at : at + size], 0)
    update = inspector.update()
    assert update is not None
    assert fields(update)["sip_status"] == (200,) and update.children == CHILDREN
    sizes = random.Random(size)
    again = PROTOCOL.start(TCP)
    rest = stream
    while rest:
        count = sizes.randint(1, 300)
        again.feed(CLIENT, rest[:count], 0)
        rest = rest[count:]
    assert again.update() == update


def test_claims() -> None:
    """By the start line, whole in a datagram, as far as it has come in a stream."""
    assert {asked(PROTOCOL, data) for data in (INVITE, OK)} == {Claim.YES}
    assert (
        asked(PROTOCOL, b"GET sip:x HTTP/1.1\r\n padded out")
        is asked(PROTOCOL, b"OPTIONS * RTSP/1.0\r\n padded")
        is Claim.NO
    )
    assert PROTOCOL.claims(ELSEWHERE, b"hello\0\0\0\0", OK) is Claim.YES
    assert PROTOCOL.claims(TCP, INVITE[:5], b"") is PROTOCOL.claims(TCP, b"SIP/2.", b"") is Claim.MORE
    assert PROTOCOL.claims(TCP, b"HELO x", b"") is PROTOCOL.claims(TCP, INVITE, b"HTTP/1.1 200 OK\r\n") is Claim.NO


def test_a_gap_loses_a_direction_of_a_stream() -> None:
    """Both lost: done; what was said stays."""
    inspector = PROTOCOL.start(TCP)
    inspector.feed(CLIENT, INVITE, 0)
    assert inspector.gap(CLIENT, 10) is Status.MORE
    assert inspector.feed(CLIENT, b"noise", 0) is Status.MORE
    assert inspector.gap(SERVER, 10) is Status.DONE
    assert inspector.update() is not None


def test_a_stream_of_something_else_fails() -> None:
    """No start line."""
    with pytest.raises(ParseError):
        PROTOCOL.start(TCP).feed(CLIENT, b"NOT SIP AT ALL\r\n\r\n", 0)


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, INVITE, RINGING, port=5060)
