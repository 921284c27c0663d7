"""DTLS: records and fragments built here from the hello of a real TLS client, RFC 6347 section 4."""

from __future__ import annotations

import random
import ssl
import struct
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import ParseError
from netmon.protocols._contract import Claim, Context, Status
from netmon.protocols.dtls import PROTOCOL

from ._streams import values
from ._tls_peers import NOW_NS, Flight, handshake, played

CONTEXT = Context("udp", 50000, 44444)
inspect = partial(played, PROTOCOL, CONTEXT)


def record(kind: int, content: bytes, epoch: int = 0, version: int = 0xFEFD) -> bytes:
    """One record."""
    return struct.pack(">BHH6xH", kind, version, epoch, len(content)) + content


def fragments(kind: int, body: bytes, number: int, size: int) -> list[bytes]:
    """A handshake message in records of ``size`` bytes of body."""
    pieces = []
    for at in range(0, len(body), size):
        piece = body[at : at + size]
        header = bytes((kind,)) + len(body).to_bytes(3, "big") + struct.pack(">H", number)
        pieces.append(record(22, header + at.to_bytes(3, "big") + len(piece).to_bytes(3, "big") + piece))
    return pieces


def client_hello() -> bytes:
    """A ClientHello body with DTLS's cookie field, from OpenSSL's TLS 1.2 one."""
    body = handshake(ssl.TLSVersion.TLSv1_2)[0][1][9:]
    after_session = 35 + body[34]
    return b"\xfe\xfd" + body[2:after_session] + b"\x04abcd" + body[after_session:]


SERVER_HELLO = b"\xfe\xfd" + bytes(32) + b"\x00\xc0\x2b\x00"


def conversation(size: int = 4000) -> list[Flight]:
    """HelloVerifyRequest, hellos, and both ends' encrypted records."""
    return [
        *((0, piece) for piece in fragments(1, client_hello(), 0, size)),
        (1, fragments(3, b"\xfe\xff\x04abcd", 0, 100)[0]),
        *((0, piece) for piece in fragments(1, client_hello(), 1, size)),
        (1, fragments(2, SERVER_HELLO, 1, 4000)[0]),
        (0, record(20, b"\x01") + record(22, bytes(48), 1)),
        (1, record(20, b"\x01") + record(22, bytes(48), 1)),
    ]


def test_handshake() -> None:
    """Name, version, cipher, fingerprint; done when both ends have switched to keys."""
    finding, status = inspect(conversation())
    fields = values(finding)
    assert status is Status.DONE
    assert (finding.label, finding.state, finding.hostname) == ("DTLS", "ESTABLISHED", "www.example.org")
    assert fields["tls_version"] == ("DTLS 1.2",)
    assert fields["tls_cipher"] == ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",)
    assert str(fields["ja4"][0]).startswith("dd2d")


def test_fragments_in_any_order() -> None:
    """Fragments of 40 bytes, shuffled, give the same finding."""
    expected = values(inspect(conversation())[0])
    for seed in range(5):
        pieces = fragments(1, client_hello(), 0, 40)
        random.Random(seed).shuffle(pieces)
        flights = [(0, piece) for piece in pieces] + conversation()[1:]
        assert values(inspect(flights)[0]) == expected


def test_claims() -> None:
    """Exact runs of records are claimed, also from the middle; a cut one weakly; others not."""
    hello = fragments(1, client_hello(), 0, 4000)[0]
    assert PROTOCOL.claims(CONTEXT, hello, b"") is Claim.YES
    assert PROTOCOL.claims(CONTEXT, b"", record(23, bytes(80), 1)) is Claim.YES
    assert PROTOCOL.claims(CONTEXT, hello[:-1], b"") is Claim.WEAK
    assert PROTOCOL.claims(CONTEXT, hello + b"\x01", b"") is Claim.WEAK
    assert PROTOCOL.claims(CONTEXT, b"\x16\x03\x01" + bytes(60), b"") is Claim.NO
    assert PROTOCOL.claims(CONTEXT, record(22, bytes(12) + bytes(5)).replace(b"\xfe\xfd", b"\xfe\xf0"), b"") is Claim.NO


def test_stun_between_two_flights_is_read_beside() -> None:
    """RFC 7983: both share the ports; the handshake goes on."""
    flights = conversation()
    flights.insert(1, (0, b"\x00\x01\x00\x00\x21\x12\xa4\x42" + bytes(12)))
    assert values(inspect(flights)[0]) == values(inspect(conversation())[0]) | {"stun_type": ("0x0001",)}


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 1), st.binary(min_size=1, max_size=120)), max_size=6))
def test_random_datagrams_raise_only_parse_errors(datagrams: list[Flight]) -> None:
    """Whatever comes."""
    inspector = PROTOCOL.start(CONTEXT)
    try:
        for side, data in datagrams:
            PROTOCOL.claims(CONTEXT, data, b"")
            inspector.feed(side, data, NOW_NS)
    except ParseError:
        return
    inspector.update()


SMALL = conversation(60)


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 2**32), st.integers(1, 8))
def test_mutated_conversations_raise_only_parse_errors(seed: int, changes: int) -> None:
    """Flipped bytes anywhere in a conversation of small fragments."""
    source = random.Random(seed)
    inspector = PROTOCOL.start(CONTEXT)
    try:
        for side, data in SMALL:
            damaged = bytearray(data)
            for _ in range(changes):
                damaged[source.randrange(len(damaged))] = source.randrange(256)
            inspector.feed(side, bytes(damaged[: source.randrange(1, len(damaged) + 1)]), NOW_NS)
    except ParseError:
        return
    inspector.update()
