"""TLS: handshakes made by OpenSSL through Python's ``ssl``, cut in every way, and hostile bytes."""

from __future__ import annotations

import random
import ssl
import struct
from functools import partial
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import ParseError
from netmon.model.finding import Confidence
from netmon.protocols._contract import Claim, Context, Status
from netmon.protocols.tls import PROTOCOL

from ._streams import values
from ._talk import Wire, every_cutting, fields, run
from ._tls_peers import NOW_NS, Flight, handshake, played, resumed

CONTEXT = Context("tcp", 50000, 44444)
inspect = partial(played, PROTOCOL, CONTEXT)
MIDSTREAM = Context("tcp", 50000, 44444, midstream=True)


def bytes_of(flights: list[Flight], side: int) -> bytes:
    """All of one direction."""
    return b"".join(data for sender, data in flights if sender == side)


def test_tls13_handshake() -> None:
    """TLS 1.3: version, cipher, names and fingerprints; the certificate is out of reach."""
    finding, status = inspect(handshake(ssl.TLSVersion.TLSv1_3))
    fields = values(finding)
    assert status is Status.DONE
    assert (finding.label, finding.state, finding.confidence) == ("TLS", "ESTABLISHED", Confidence.CONTENT)
    assert (finding.hostname, finding.hostname_source, finding.idle_timeout) == ("www.example.org", "sni", 600)
    assert fields["tls_version"] == ("TLS 1.3",)
    assert fields["tls_cipher"] == ("TLS_AES_256_GCM_SHA384",)
    assert fields["tls_cipher_code"] == ("0x1302",)
    assert fields["tls_alpn_offer"] == ("h2", "http/1.1")
    assert str(fields["ja4"][0]).startswith("t13d")
    assert str(fields["ja4"][0])[8:11] == "h2_"
    assert "tls_alpn" not in fields
    assert "tls_cert_subject" not in fields
    assert finding.risks == ()


def test_tls12_handshake_shows_the_certificate() -> None:
    """TLS 1.2: chosen ALPN and the leaf certificate, self-signed, judged by the packet's time."""
    finding, status = inspect(handshake(ssl.TLSVersion.TLSv1_2))
    fields = values(finding)
    assert status is Status.DONE
    assert fields["tls_version"] == ("TLS 1.2",)
    assert fields["tls_alpn"] == ("h2",)
    assert finding.summary == "www.example.org h2"
    assert fields["tls_cert_subject"] == fields["tls_cert_issuer"] == ("CN=www.example.org",)
    assert fields["tls_cert_san"] == ("www.example.org", "alt.example")
    assert fields["tls_cert_not_after"] == ("2024-07-01T00:00:00Z",)
    assert finding.risks == ("self-signed-certificate",)


def test_expired_certificate_is_a_risk() -> None:
    """A certificate that ended before the packet's time."""
    finding, _ = inspect(handshake(ssl.TLSVersion.TLSv1_2, days=-3))
    assert "expired-certificate" in finding.risks


def test_hello_retry_request() -> None:
    """The server asks for another group: both hellos count, the handshake ends as usual."""
    flights = handshake(ssl.TLSVersion.TLSv1_3, groups="secp521r1")
    inspector = PROTOCOL.start(CONTEXT)
    states = []
    for side, data in flights:
        inspector.feed(side, data, NOW_NS)
        update = inspector.update()
        if update is not None and update.finding is not None:
            states.append(update.finding.state)
            fields = values(update.finding)
    assert states[:4] == ["CLIENT_HELLO", "HELLO_RETRY", "CLIENT_HELLO", "SERVER_HELLO"]
    assert states[-1] == "ESTABLISHED"
    assert fields["tls_group"] == ("secp521r1",)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_every_cutting_gives_the_same_finding(version: ssl.TLSVersion) -> None:
    """Whole, byte by byte, and in random pieces."""
    flights = handshake(version)
    expected, _ = inspect(flights)
    single = [(side, data[at : at + 1]) for side, data in flights for at in range(len(data))]
    assert inspect(single)[0] == expected
    source = random.Random(7)
    for _ in range(10):
        pieces = []
        for side, data in flights:
            while data:
                size = source.randint(1, 200)
                pieces.append((side, data[:size]))
                data = data[size:]
        assert inspect(pieces)[0] == expected


def test_hello_spread_over_records() -> None:
    """A ClientHello cut into records of 50 bytes (post-quantum key shares make such things)."""
    flights = handshake(ssl.TLSVersion.TLSv1_3)
    expected, _ = inspect(flights)
    record = flights[0][1]
    body = record[5:]
    cut = b"".join(
        struct.pack(">BHH", 22, 0x0301, len(body[at : at + 50])) + body[at : at + 50] for at in range(0, len(body), 50)
    )
    assert inspect([(0, cut), *flights[1:]])[0] == expected


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_claims_at_every_length(version: ssl.TLSVersion) -> None:
    """Never NO for a beginning of a hello, YES from its first eleven bytes, from either end."""
    flights = handshake(version)
    for side in (0, 1):
        data = bytes_of(flights, side)[:64]
        for length in range(1, len(data) + 1):
            part = data[:length]
            claim = PROTOCOL.claims(CONTEXT, part, b"") if side == 0 else PROTOCOL.claims(CONTEXT, b"", part)
            assert claim is (Claim.YES if length >= 11 else Claim.MORE), length


@pytest.mark.parametrize(
    "data",
    [b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"SSH-2.0-OpenSSH_9.6\r\n", b"\x16\x02\x01\x00\x05\x01\x00\x00\x01\x03\x03",
     b"\x00" * 64, b"\x16\x03\x01\xff\xff\x01\x00\x00\x01\x03\x03", b"\x80\x2e\x07\x00\x02\x00\x15\x00\x00\x00\x10"],
)  # fmt: skip
def test_other_protocols_are_not_claimed(data: bytes) -> None:
    """Plain text on 443 is not TLS, nor is anything whose numbers are wrong."""
    assert PROTOCOL.claims(Context("tcp", 50000, 443), data, b"") is Claim.NO


def test_mid_stream_records_are_a_weak_claim() -> None:
    """Application data only: weak, found inside a record too when joined mid-stream, and labelled as a guess."""
    record = b"\x17\x03\x03\x00\x40" + bytes(64)
    assert PROTOCOL.claims(MIDSTREAM, record * 2, b"") is Claim.WEAK
    assert PROTOCOL.claims(MIDSTREAM, bytes(30) + record * 2, b"") is Claim.WEAK
    assert PROTOCOL.claims(CONTEXT, bytes(30) + record * 2, b"") is Claim.NO
    finding, status = played(PROTOCOL, MIDSTREAM, [(0, bytes(30) + record * 9), (1, record * 9)])
    assert status is Status.DONE
    assert (finding.state, finding.confidence) == ("ESTABLISHED", Confidence.HEURISTIC)


def test_roles_follow_the_hellos() -> None:
    """When the server was taken for the initiator, the result is the same."""
    flights = handshake(ssl.TLSVersion.TLSv1_3)
    assert inspect([(1 - side, data) for side, data in flights])[0] == inspect(flights)[0]


def test_gap_inside_application_data_and_before_the_hello() -> None:
    """Missing bytes cost a record, or the search for the next header, not the conversation."""
    flights = handshake(ssl.TLSVersion.TLSv1_2)
    inspector = PROTOCOL.start(CONTEXT)
    inspector.feed(0, flights[0][1], NOW_NS)
    server = flights[1][1]
    inspector.gap(1, 700)  # ServerHello and the certificate's beginning
    inspector.feed(1, server[700:], NOW_NS)
    for side, data in flights[2:]:
        status = inspector.feed(side, data, NOW_NS)
    update = inspector.update()
    assert status is Status.DONE
    assert update is not None
    assert update.finding is not None
    assert update.finding.hostname == "www.example.org"
    assert update.finding.state == "ESTABLISHED"


def test_plain_answer_to_a_hello_ends_the_inspection() -> None:
    """A server that does not speak TLS; what the client said is kept."""
    hello = handshake(ssl.TLSVersion.TLSv1_3)[0]
    finding, status = inspect([hello, (1, b"HTTP/1.1 400 Bad Request\r\n\r\n")])
    assert status is Status.DONE
    assert finding.hostname == "www.example.org"


def test_fatal_alert() -> None:
    """An alert in the clear ends it and says why."""
    hello = handshake(ssl.TLSVersion.TLSv1_3)[0]
    finding, status = inspect([hello, (1, b"\x15\x03\x03\x00\x02\x02\x28")])
    assert status is Status.DONE
    assert finding.state == "ALERT"
    assert values(finding)["tls_alert"] == ("handshake_failure",)


def test_ssl2_hello_and_obsolete_answer() -> None:
    """An SSL 2.0 style ClientHello answered with SSL 3.0 and RC4: obsolete and weak."""
    ciphers = bytes.fromhex("000004 00000a 010080")
    hello = b"\x01\x03\x00" + struct.pack(">HHH", len(ciphers), 0, 16) + ciphers + bytes(16)
    hello = struct.pack(">H", 0x8000 | len(hello)) + hello
    body = b"\x03\x00" + bytes(32) + b"\x00\x00\x04\x00"
    answer = b"\x02" + len(body).to_bytes(3, "big") + body
    answer = b"\x16\x03\x00" + struct.pack(">H", len(answer)) + answer
    assert PROTOCOL.claims(CONTEXT, hello, b"") is Claim.YES
    finding, _ = inspect([(0, hello[:3]), (0, hello[3:]), (1, answer)])
    fields = values(finding)
    assert fields["tls_version"] == ("SSL 3.0",)
    assert fields["tls_cipher"] == ("TLS_RSA_WITH_RC4_128_MD5",)
    assert set(finding.risks) == {"obsolete-tls", "weak-cipher"}


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_resumption_is_told(version: ssl.TLSVersion) -> None:
    """By the session id that comes back, or the pre-shared key that is accepted; a first conversation is none."""
    assert values(inspect(resumed(version))[0])["tls_resumed"] == ("yes",)
    assert "tls_resumed" not in values(inspect(handshake(version))[0])


def extended(hello: bytes, *extensions: tuple[int, bytes]) -> bytes:
    """The record of a ClientHello with more extensions at its end, in as many records as it takes."""
    body = hello[9:]
    at = 34 + 1 + body[34]
    at += 2 + int.from_bytes(body[at : at + 2], "big")
    at += 1 + body[at]
    block = body[at + 2 :] + b"".join(struct.pack(">HH", kind, len(data)) + data for kind, data in extensions)
    body = body[:at] + len(block).to_bytes(2, "big") + block
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + len(message).to_bytes(2, "big") + message


ECH = bytes.fromhex("0000010001a10020") + bytes(32) + b"\x00\x90" + bytes(144)
"""Outer ClientHello: HKDF-SHA256, AES-128-GCM, a configuration, an encapsulated key, and what is encrypted."""
POST_QUANTUM = b"\x11\xec\x04\xc0" + bytes(1216)
"""A key share of X25519MLKEM768."""


def test_encrypted_hello_is_told() -> None:
    """An offer is all that is seen: browsers send the same extension with noise to everybody (RFC 9849 section 6.2)."""
    flights = handshake(ssl.TLSVersion.TLSv1_3)
    told = values(inspect([(0, extended(flights[0][1], (0xFE0D, ECH))), *flights[1:]])[0])
    assert told["tls_ech"] == ("offered",)
    assert told["sni"] == ("www.example.org",)
    assert "tls_ech" not in values(inspect(flights)[0])


def test_post_quantum_hello_in_any_order_of_segments() -> None:
    """A hello that no segment holds, through reassembly: cut, shuffled, repeated, joined by the answer."""
    flights = handshake(ssl.TLSVersion.TLSv1_3)
    share = len(POST_QUANTUM).to_bytes(2, "big") + POST_QUANTUM
    hello = extended(flights[0][1], (51, share), (0xFE0D, ECH), (21, bytes(900)))
    assert len(hello) > 2 * 1400
    answer = b"\x03\x03" + bytes(32) + b"\0\x13\x01\0\0\x0c" + b"\0\x2b\0\2\3\4" + b"\0\x33\0\2\x11\xec"
    reply = b"\x16\x03\x03" + struct.pack(">H", len(answer) + 4) + b"\x02" + len(answer).to_bytes(3, "big") + answer
    for talk in every_cutting([(0, hello), (1, reply)]).values():
        told = fields(talk)
        assert told["sni"] == ("www.example.org",)
        assert told["tls_group"] == ("X25519MLKEM768",)
        assert told["tls_ech"] == ("offered",)
        assert str(told["ja4"][0]).startswith("t13d")
    whole = fields(run(Wire().frames([(0, hello), (1, reply)])))
    segments = Wire().frames([(0, hello)], 1400)
    for order in permutations(segments):
        assert fields(run(order))["ja4"] == whole["ja4"]


def test_exchange_spans_the_handshake() -> None:
    """``tls-handshake`` runs from the ClientHello to the client's first encrypted record."""
    inspector = PROTOCOL.start(CONTEXT)
    for moment, (side, data) in enumerate(handshake(ssl.TLSVersion.TLSv1_3)):
        if inspector.feed(side, data, 1000 + moment) is Status.DONE:
            break
    update = inspector.update()
    assert update is not None
    assert [(half.what, half.role.value, half.timestamp_ns) for half in update.exchanges] == [
        ("tls-handshake", "request", 1000), ("tls-handshake", "response", 1002),
    ]  # fmt: skip


MESSAGES = st.lists(st.tuples(st.integers(0, 1), st.binary(max_size=200)), max_size=8)


@settings(deadline=None, max_examples=150)
@given(MESSAGES, st.booleans())
def test_random_bytes_raise_only_parse_errors(pieces: list[Flight], midstream: bool) -> None:
    """Whatever comes."""
    context = MIDSTREAM if midstream else CONTEXT
    inspector = PROTOCOL.start(context)
    PROTOCOL.claims(context, pieces[0][1] if pieces else b"", b"")
    try:
        for side, data in pieces:
            if data:
                inspector.feed(side, data, NOW_NS)
    except ParseError:
        return
    inspector.update()


SAMPLES = [handshake(ssl.TLSVersion.TLSv1_2), handshake(ssl.TLSVersion.TLSv1_3)]


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(SAMPLES), st.integers(0, 2**32), st.integers(1, 12))
def test_mutated_handshakes_raise_only_parse_errors(flights: list[Flight], seed: int, changes: int) -> None:
    """Flipped bytes, cut and repeated pieces of a real handshake, with gaps between."""
    source = random.Random(seed)
    inspector = PROTOCOL.start(CONTEXT)
    try:
        for side, data in flights:
            damaged = bytearray(data)
            for _ in range(changes):
                damaged[source.randrange(len(damaged))] = source.randrange(256)
            cut = source.randrange(len(damaged))
            inspector.feed(side, bytes(damaged[:cut]) or b"\x16", NOW_NS)
            inspector.gap(side, source.randrange(1, 400))
            inspector.feed(side, bytes(damaged[cut:]), NOW_NS)
    except ParseError:
        return
    inspector.update()
