"""RTSP: requests, answers, bodies, interleaved data, announced RTP."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.rtsp import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of

TALK: list[Flight] = [
    (0, b"DESCRIBE rtsp://me:secret@Cam.example:8554/a?token=secret RTSP/1.0\r\nCSeq: 1\r\n\r\n"),
    (1, b"RTSP/1.0 200 OK\r\nServer: cam/1\r\nContent-Length: 30\r\n\r\n" + b"PLAY rtsp://x RTSP/1.0\r\n\r\n\r\n\r\n"),
    (0, b"SETUP rtsp://cam.example:8554/a/1 RTSP/1.0\r\nTransport: RTP/AVP;unicast;client_port=5000-5001\r\n\r\n"),
    (1, b"RTSP/1.0 200 OK\r\nTransport: RTP/AVP;unicast;client_port=5000-5001;server_port=6000-6001\r\n\r\n"),
    (1, b"$\x00\x00\x08\x01\x02\n\x04\x05\x06\x07\x08RTSP/1.0 404 Not Found\r\n\r\n"),
]


def test_conversation() -> None:
    """Methods, URLs without secrets, statuses also behind interleaved data."""
    assert check(PROTOCOL, TALK) == {
        "rtsp_method": ("DESCRIBE", "SETUP"),
        "rtsp_url": ("rtsp://Cam.example:8554/a", "rtsp://cam.example:8554/a/1"),
        "rtsp_status": (200, 404),
        "rtsp_server": ("cam/1",),
    }
    finding, _, updates = run(PROTOCOL, TALK)
    assert (finding.hostname, finding.risks) == ("cam.example", ("clear-text-credentials",))
    assert "secret" not in text_of(updates)
    children = [(child.port, child.label) for update in updates for child in update.children]
    assert children == [(5000, "RTP"), (5001, "RTCP")]


def test_claims() -> None:
    """The version decides: HTTP and SIP have the same shape."""
    assert PROTOCOL.claims(ANYWHERE, b"OPTIONS * HTTP/1.1\r\n", b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"OPTIONS rtsp://a RTSP/1.0\r\n", b"") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"OPTIONS ", b"") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, b"", b"RTSP/1.0 200 OK\r\n") is Claim.YES
