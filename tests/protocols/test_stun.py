"""STUN and TURN over UDP and TCP."""

from __future__ import annotations

import struct

import pytest

from netmon.model.finding import Role, Update
from netmon.protocols._contract import CLIENT, SERVER, Claim, Context, Status
from netmon.protocols._stun_message import method_and_class
from netmon.protocols.stun import PROTOCOL

from ._udp_cases import ELSEWHERE, asked, fields, finding, on, survives, told

COOKIE = b"\x21\x12\xa4\x42"
TRANSACTION = b"transaction!"


def attribute(number: int, value: bytes) -> bytes:
    return struct.pack("!HH", number, len(value)) + value + bytes(-len(value) % 4)


def message(kind: int, *attributes: bytes, cookie: bytes = COOKIE) -> bytes:
    body = b"".join(attributes)
    return struct.pack("!HH", kind, len(body)) + cookie + TRANSACTION + body


def scrambled(address: bytes) -> bytes:
    return b"\0\1\xff\xff" + bytes(left ^ right for left, right in zip(address, COOKIE, strict=True))


REQUEST = message(0x0001, attribute(6, b"alice:bob\0\0\0"), attribute(0x8022, b"agent 1.0"))
SUCCESS = message(0x0101, attribute(0x20, scrambled(bytes([198, 51, 100, 7]))), attribute(0x802C, b"\0\1\0\1\xc0\0\2\1"))
V6 = message(
    0x0101,
    attribute(0x20, b"\0\2\0\0" + bytes(left ^ right for left, right in zip(b"\x20\x01\x0d\xb8" + bytes(11) + b"\1",
                                                                              COOKIE + TRANSACTION, strict=True))),
)  # fmt: skip
FAILURE = message(0x0113, attribute(9, b"\0\0\4\1Unauthorized"))
CLASSIC = message(0x0001, attribute(3, bytes(4)), attribute(1, b"\0\1\0\1\xc0\0\2\2"), cookie=b"abcd")


def test_binding() -> None:
    """Types, addresses unscrambled, software, user, response time, summary."""
    update = told(PROTOCOL, (0, REQUEST), (1, SUCCESS))
    assert fields(update) == {
        "stun_type": ("0x0001", "0x0101"),
        "stun_username": ("alice:bob",),
        "stun_software": ("agent 1.0",),
        "stun_mapped_ip": ("198.51.100.7", "192.0.2.1"),
        "stun_reflexive_ip": ("198.51.100.7",),
    }
    assert (finding(update).state, finding(update).summary) == ("BINDING_SUCCESS", "binding 198.51.100.7")
    assert [(half.role, half.what) for half in update.exchanges] == [(Role.REQUEST, "stun"), (Role.RESPONSE, "stun")]


def test_ipv6_and_errors() -> None:
    """The transaction id unscrambles the rest of a long address; an error has its code."""
    assert fields(told(PROTOCOL, (1, V6)))["stun_mapped_ip"] == ("2001:db8::1",)
    update = told(PROTOCOL, (1, FAILURE))
    assert (fields(update)["stun_error"], finding(update).state) == ((401,), "ALLOCATE_ERROR")


@pytest.mark.parametrize(
    ("kind", "expected"), [(0x0001, (1, 0)), (0x0101, (1, 2)), (0x0111, (1, 3)), (0x0016, (6, 1)), (0x0113, (3, 3))]
)
def test_method_and_class_are_interleaved(kind: int, expected: tuple[int, int]) -> None:
    """RFC 8489 section 5."""
    assert method_and_class(kind) == expected


def test_dtls_is_handed_over_and_media_show() -> None:
    """RFC 7983: by the first octet."""
    inspector = PROTOCOL.start(ELSEWHERE)
    inspector.feed(CLIENT, REQUEST, 0)
    assert inspector.feed(CLIENT, b"\x80\x60" + bytes(20), 1) is Status.MORE
    update = inspector.update()
    assert update is not None and finding(update).state == "MEDIA"
    message = b"\x03\0\0\x0a" + bytes(5) + b"\0\0\x0a" + b"\xfe\xfd\x07" + bytes(7)
    hello = b"\x16\xfe\xff" + bytes(8) + len(message).to_bytes(2, "big") + message
    assert inspector.feed(SERVER, hello.replace(b"\x03\0\0\x0a", b"\xff\0\0\x0a"), 2) is Status.MORE, "no DTLS"
    assert inspector.feed(SERVER, hello, 2) is Status.SWITCH
    switch = inspector.switch()
    assert (switch.client_rest, switch.server_rest, switch.hint) == (b"", hello, "DTLS")


def test_claims() -> None:
    """The cookie is enough; without it the attributes must fit; a bare classic request is weak."""
    assert {asked(PROTOCOL, data) for data in (REQUEST, SUCCESS, CLASSIC)} == {Claim.YES}
    bare = message(0x0001, cookie=b"abcd")
    assert asked(PROTOCOL, bare) is Claim.WEAK and asked(PROTOCOL, bare, on(3478)) is Claim.YES
    for data in (REQUEST[:-1], b"\x40" + REQUEST[1:], bytes(20), CLASSIC + bytes(4)):
        assert asked(PROTOCOL, data) is Claim.NO


def over_tcp(pieces: list[bytes]) -> Update:
    inspector = PROTOCOL.start(Context("tcp", 50001, 3478))
    for piece in pieces:
        assert inspector.feed(CLIENT, piece, 0) is Status.MORE
    update = inspector.update()
    assert update is not None
    return update


def test_over_tcp_any_cutting_gives_the_same() -> None:
    """Messages and channel data one after the other."""
    stream = REQUEST + b"\x40\x00\x00\x05hello\0\0\0" + message(0x0003, attribute(0x19, b"\x11\0\0\0"))
    whole = over_tcp([stream])
    assert fields(whole)["stun_type"] == ("0x0001", "0x0003")
    for size in (1, 3, 19, 50):
        assert over_tcp([stream[at : at + size] for at in range(0, len(stream), size)]) == whole


def test_claims_over_tcp() -> None:
    """Once the cookie is there."""
    context = Context("tcp", 1, 2)
    assert PROTOCOL.claims(context, REQUEST[:12], b"") is Claim.MORE
    assert PROTOCOL.claims(context, REQUEST, b"") is Claim.YES
    assert PROTOCOL.claims(context, CLASSIC, b"") is PROTOCOL.claims(context, b"GET / HTTP/1.1", b"") is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, REQUEST, SUCCESS, CLASSIC, port=3478)


def test_ice_over_tcp() -> None:
    """A length in front of everything (RFC 6544), any cutting; other traffic in the same framing is passed over."""
    context = Context("tcp", 1, 2)
    stream = b"".join(len(data).to_bytes(2, "big") + data for data in (REQUEST, b"\x80media here, not STUN", SUCCESS))
    assert PROTOCOL.claims(context, stream, b"") is Claim.YES
    assert PROTOCOL.claims(context, stream[:8], b"") is Claim.MORE
    assert PROTOCOL.claims(context, b"\0\x05" + REQUEST, b"") is Claim.NO
    whole = over_tcp([stream])
    assert fields(whole)["stun_type"] == ("0x0001", "0x0101")
    for size in (1, 3, 19, 50):
        assert over_tcp([stream[at : at + size] for at in range(0, len(stream), size)]) == whole
