"""HTTP/2 in clear: preface, header blocks with continuation and padding, what is never told, and losses."""

from __future__ import annotations

from netmon.model.finding import Role
from netmon.protocols._contract import CLIENT, SERVER, Claim, Status
from netmon.protocols.http2 import LARGE, PREFACE, PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of, values


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """RFC 9113 section 4.1."""
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload


def literal(name: bytes, value: bytes, index: bool = True) -> bytes:
    """A header field with incremental indexing, or without."""
    return (b"\x40" if index else b"\x00") + bytes((len(name),)) + name + bytes((len(value),)) + value


REQUEST = (
    b"\x83\x86"
    + b"\x41\x10grpc.example.org"
    + b"\x44\x18/pkg.Service/Call?tok=se"
    + b"\x7a\x08grpc-c/1"
    + b"\x5f\x10application/grpc"
    + literal(b"authorization", b"Bearer secret")
)
RESPONSE = b"\x88" + b"\x5f\x10application/grpc" + b"\x76\x05nginx"
TRAILERS = literal(b"grpc-status", b"5") + literal(b"set-cookie", b"secret")
TALK: list[Flight] = [
    (CLIENT, PREFACE + frame(4, 0, 0, bytes(6)) + frame(1, 0, 1, REQUEST[:30])),
    (SERVER, frame(4, 0, 0)),
    (CLIENT, frame(9, 4, 1, REQUEST[30:]) + frame(0, 1, 1, b"body secret")),
    (SERVER, frame(4, 1, 0) + frame(1, 0x2C, 1, b"\x04" + bytes(5) + RESPONSE + b"\xff" * 4)),
    (SERVER, frame(0, 0, 1, b"answer secret") + frame(1, 5, 1, TRAILERS)),
    (CLIENT, frame(1, 4, 3, b"\x82\x86\x84\xc2")),  # :authority stands fifth in the dynamic table
    (SERVER, frame(1, 4, 3, b"\x8d")),
]
FIELDS = {
    "http_version": ("2",),
    "http_method": ("POST", "GET"),
    "http_host": ("grpc.example.org",),
    "http_path": ("/pkg.Service/Call", "/"),
    "user_agent": ("grpc-c/1",),
    "http_content_type": ("application/grpc",),
    "http_status": (200, 404),
    "http_server": ("nginx",),
    "grpc_status": (5,),
}


def test_conversation() -> None:
    """Two exchanges, one of them gRPC: the second request refers to fields of the first."""
    assert check(PROTOCOL, TALK) == FIELDS
    finding, status, updates = run(PROTOCOL, TALK)
    assert (finding.hostname, finding.risks, status) == ("grpc.example.org", ("clear-text-credentials",), Status.ALWAYS)
    assert "secret" not in text_of(updates) and "tok=" not in text_of(updates)
    roles = [exchange.role for update in updates for exchange in update.exchanges]
    assert roles == [Role.REQUEST, Role.RESPONSE] * 2


def test_gap_in_a_body_and_elsewhere() -> None:
    """Lost octets of a body do no harm; after a lost header block nothing is made up."""
    inspector = PROTOCOL.start(ANYWHERE)
    inspector.feed(CLIENT, PREFACE + frame(0, 0, 1, bytes(100))[:20], 1)
    inspector.gap(CLIENT, 89)
    inspector.feed(CLIENT, frame(1, 4, 3, b"\x82\x84\x41\x01a"), 1)
    inspector.feed(CLIENT, frame(1, 4, 5, b"\x83" + bytes(20))[:12], 1)
    inspector.gap(CLIENT, 18)
    inspector.feed(CLIENT, frame(1, 4, 7, b"\x82\xbe\x85"), 1)
    update = inspector.update()
    assert update is not None and update.finding is not None
    assert values(update.finding) == {
        "http_version": ("2",), "http_method": ("GET",), "http_host": ("a",), "http_path": ("/", "/index.html"),
    }  # fmt: skip


def test_web_socket() -> None:
    """An extended CONNECT (RFC 8441) says what it is for."""
    block = literal(b":method", b"CONNECT") + literal(b":protocol", b"websocket") + b"\x86\x41\x07a.local\x44\x05/chat"
    told = check(PROTOCOL, [(CLIENT, PREFACE + frame(1, 4, 1, block)), (SERVER, frame(4, 0, 0) + frame(1, 4, 1, b"\x88"))])
    assert (told["http_method"], told["http_protocol"], told["http_path"]) == (("CONNECT",), ("websocket",), ("/chat",))


def test_large_bodies_end_it() -> None:
    """A download is not followed."""
    size = 1 << 20
    flights = [
        (CLIENT, PREFACE),
        (SERVER, frame(4, 0, 0)),
        (SERVER, frame(0, 0, 1, bytes(size))),
        (SERVER, frame(0, 0, 1, b"x")),
    ]
    assert size == LARGE
    assert run(PROTOCOL, flights)[1] is Status.DONE


def test_claims() -> None:
    """The preface only; a server's first SETTINGS wait for it."""
    assert PROTOCOL.claims(ANYWHERE, PREFACE[:10], b"") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, b"POST / HTTP/1.1\r\n", b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"", frame(4, 0, 0, bytes(6))) is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, b"", b"HTTP/1.1 200 OK\r\n") is Claim.NO
