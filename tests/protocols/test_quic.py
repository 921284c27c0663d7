"""QUIC: conversations made by aioquic, the vectors of RFC 9001 appendix A, and hostile datagrams."""

from __future__ import annotations

import random
from functools import partial

import pytest
from aioquic.buffer import Buffer
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.quic.packet import QuicProtocolVersion, encode_quic_retry, encode_quic_version_negotiation, pull_quic_header
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import ParseError
from netmon.protocols._contract import Claim, Context, Status
from netmon.protocols._cursor import Cursor
from netmon.protocols._quic_packet import read_frames, read_packet
from netmon.protocols._quic_protection import initial_keys, unprotect
from netmon.protocols.quic import PROTOCOL

from ._streams import values
from ._tls_peers import NOW_NS, Flight, certificate, played

CONTEXT = Context("udp", 50000, 44444)
inspect = partial(played, PROTOCOL, CONTEXT)
V1, V2 = QuicProtocolVersion.VERSION_1, QuicProtocolVersion.VERSION_2


def conversation(version: int = V1, *, name: str = "www.example.org", alpn: tuple[str, ...] = ("h3",)) -> list[Flight]:
    """Every datagram of a handshake between two aioquic ends."""
    client_configuration = QuicConfiguration(
        is_client=True, server_name=name, alpn_protocols=list(alpn), verify_mode=0, original_version=version,
        supported_versions=[version], idle_timeout=42.0,
    )  # fmt: skip
    server_configuration = QuicConfiguration(is_client=False, alpn_protocols=["h3"], supported_versions=[version])
    server_configuration.load_cert_chain(*certificate())
    client = QuicConnection(configuration=client_configuration)
    client.connect(("192.0.2.1", 443), now=0.0)
    flights: list[Flight] = []
    server: QuicConnection | None = None
    for turn in range(8):
        moment = turn / 10
        for data, _ in client.datagrams_to_send(now=moment):
            flights.append((0, data))
            if server is None:
                header = pull_quic_header(Buffer(data=data), host_cid_length=8)
                server = QuicConnection(
                    configuration=server_configuration, original_destination_connection_id=header.destination_cid
                )
            server.receive_datagram(data, ("192.0.2.2", 50000), now=moment)
        assert server is not None
        for data, _ in server.datagrams_to_send(now=moment):
            flights.append((1, data))
            client.receive_datagram(data, ("192.0.2.1", 443), now=moment)
    return flights


@pytest.mark.parametrize(("version", "number"), [(V1, "0x00000001"), (V2, "0x6b3343cf")])
def test_whole_conversation(version: int, number: str) -> None:
    """Both hellos, the connection ids, the lifetime the client asks for, and the end of the handshake."""
    flights = conversation(version)
    finding, status = inspect(flights)
    fields = values(finding)
    assert status is Status.DONE
    assert (finding.label, finding.state, finding.summary) == ("QUIC", "CONNECTED", "www.example.org h3")
    assert (finding.hostname, finding.hostname_source) == ("www.example.org", "sni")
    assert finding.idle_timeout == 42.0
    assert fields["quic_idle_timeout"] == (42_000,)
    assert fields["tls_carries"] == ("HTTP3",)
    assert fields["quic_version"] == (number,)
    assert fields["tls_version"] == ("TLS 1.3",)
    assert str(fields["tls_cipher"][0]).startswith("TLS_")
    assert fields["tls_alpn_offer"] == ("h3",)
    assert str(fields["ja4"][0]).startswith("q13d")
    packet = read_packet(Cursor(flights[0][1]))
    assert fields["quic_original_cid"] == (packet.destination.hex(),)
    assert fields["quic_client_cid"] == (packet.source.hex(),)
    assert PROTOCOL.claims(CONTEXT, flights[0][1], b"") is Claim.YES


def test_round_trip_and_handshake_times() -> None:
    """One exchange per round trip, one per handshake."""
    inspector = PROTOCOL.start(CONTEXT)
    for moment, (side, data) in enumerate(conversation()):
        if inspector.feed(side, data, moment) is Status.DONE:
            break
    update = inspector.update()
    assert update is not None
    halves = [(half.what, half.role.value) for half in update.exchanges]
    assert halves == [
        ("quic-handshake", "request"), ("tls-handshake", "request"),
        ("quic-handshake", "response"), ("tls-handshake", "response"),
    ]  # fmt: skip


def test_hello_over_several_packets_in_any_order() -> None:
    """A ClientHello too long for one datagram, its datagrams shuffled."""
    alpn = tuple(f"protocol-{number}-{'x' * 200}" for number in range(12))
    client = QuicConnection(
        configuration=QuicConfiguration(is_client=True, server_name="www.example.org", alpn_protocols=list(alpn))
    )
    client.connect(("192.0.2.1", 443), now=0.0)
    datagrams = [data for data, _ in client.datagrams_to_send(now=0.0)]
    assert len(datagrams) > 1
    expected = values(inspect([(0, data) for data in datagrams])[0])
    for seed in range(6):
        random.Random(seed).shuffle(datagrams)
        assert values(inspect([(0, data) for data in datagrams])[0]) == expected
    assert expected["sni"] == ("www.example.org",)
    assert len(expected["tls_alpn_offer"]) == 12


def test_retry() -> None:
    """After a Retry the keys follow from the connection id it brings."""
    client = QuicConnection(configuration=QuicConfiguration(is_client=True, server_name="www.example.org"))
    client.connect(("192.0.2.1", 443), now=0.0)
    first = client.datagrams_to_send(now=0.0)[0][0]
    packet = read_packet(Cursor(first))
    retry = encode_quic_retry(V1, bytes(range(8)), packet.source, packet.destination, b"token", 0)
    client.receive_datagram(retry, ("192.0.2.1", 443), now=0.1)
    second = client.datagrams_to_send(now=0.1)[0][0]
    finding, _ = inspect([(1, retry), (0, second)])
    assert finding.hostname == "www.example.org"
    assert values(finding)["quic_retry"] == ("yes",)
    inspector = PROTOCOL.start(CONTEXT)
    for side, data in ((0, first), (1, retry)):
        inspector.feed(side, data, NOW_NS)
    update = inspector.update()
    assert update is not None
    assert update.finding is not None
    assert update.finding.state == "RETRY"


def test_version_negotiation() -> None:
    """Claimed when it names a version somebody speaks; a list of noise is not."""
    answer = encode_quic_version_negotiation(bytes(8), bytes(range(8)), [0x1A2A3A4A, V1])
    assert PROTOCOL.claims(CONTEXT, b"", answer) is Claim.YES
    finding, _ = inspect([(1, answer)])
    assert finding.state == "VERSION_NEG"
    assert values(finding)["quic_server_versions"] == ("0x1a2a3a4a", "0x00000001")
    noise = encode_quic_version_negotiation(bytes(8), bytes(range(8)), [0x12345678])
    assert PROTOCOL.claims(CONTEXT, b"", noise) is Claim.NO


def test_close_during_the_handshake() -> None:
    """A close in an Initial: APPLICATION_ERROR, which stands for any application's code there (RFC 9000 10.2.3)."""
    client = QuicConnection(configuration=QuicConfiguration(is_client=True, server_name="www.example.org"))
    client.connect(("192.0.2.1", 443), now=0.0)
    flights = [(0, data) for data, _ in client.datagrams_to_send(now=0.0)]
    client.close(error_code=0x100 + 40, reason_phrase="no")
    flights += [(0, data) for data, _ in client.datagrams_to_send(now=0.1)]
    finding, _ = inspect(flights)
    assert finding.state == "DRAINING"
    assert values(finding)["quic_close_code"] == ("0xc",)
    assert finding.idle_timeout == 15.0


def test_initial_keys_of_rfc_9001_appendix_a() -> None:
    """A.1's keys open A.3's server Initial, byte for byte."""
    packet = bytes.fromhex(
        "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb3"
        "8cc5a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84"
        "022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee"
    )
    keys = initial_keys(V1, bytes.fromhex("8394c8f03e515708"), True)
    assert keys is not None
    read = read_packet(Cursor(packet))
    payload = unprotect(keys, read.data, read.number_at)
    assert payload is not None
    assert payload.hex() == (
        "02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a045a1200"
        "130100002e00330024001d00209d3c940d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00"
        "020304"
    )
    frames = read_frames(payload)
    assert [(offset, len(data)) for offset, data in frames.crypto] == [(0, 90)]


GOOGLE_TAGS = {b"SNI\0": b"www.example.org", b"UAID": b"Test/1.0"}


def google_hello() -> bytes:
    """A CHLO with a name and a user agent."""
    index, body = b"", b""
    for tag, value in GOOGLE_TAGS.items():
        body += value
        index += tag + len(body).to_bytes(4, "little")
    return b"CHLO" + len(GOOGLE_TAGS).to_bytes(2, "little") + bytes(2) + index + body


@pytest.mark.parametrize(
    ("header", "version"),
    [(b"\x09" + bytes(range(8)) + b"Q043" + b"\x01", "Q043"), (b"\xc3Q046\x50" + bytes(range(8)) + bytes(4), "Q046")],
)
def test_google_quic(header: bytes, version: str) -> None:
    """Version, name and user agent from the clear CHLO of Google's own QUIC."""
    datagram = header + bytes(12) + b"\xa0\x01" + google_hello() + bytes(900)
    assert PROTOCOL.claims(CONTEXT, datagram, b"") is Claim.YES
    finding, _ = inspect([(0, datagram)])
    fields = values(finding)
    assert fields["gquic_version"] == (version,)
    assert fields["gquic_sni"] == fields["sni"] == ("www.example.org",)
    assert fields["gquic_ua"] == ("Test/1.0",)


def test_cut_or_damaged_initial_is_a_weak_claim() -> None:
    """A datagram that does not open is no proof; a short header says nothing at all."""
    first = read_packet(Cursor(conversation()[0][1])).data
    assert PROTOCOL.claims(CONTEXT, first, b"") is Claim.YES
    assert PROTOCOL.claims(CONTEXT, first[:-1] + bytes((first[-1] ^ 1,)), b"") is Claim.WEAK
    assert PROTOCOL.claims(CONTEXT, first[:200], b"") is Claim.WEAK
    assert PROTOCOL.claims(Context("udp", 50000, 443), b"\x41" + bytes(40), b"") is Claim.MORE
    assert PROTOCOL.claims(Context("udp", 50000, 443), b"\x11" + bytes(40), b"") is Claim.NO
    assert PROTOCOL.claims(Context("udp", 50000, 444), b"\x41" + bytes(40), b"") is Claim.NO
    with pytest.raises(ParseError):
        PROTOCOL.start(CONTEXT).feed(0, b"\x41" + bytes(40), NOW_NS)


def test_truncation_at_every_length() -> None:
    """Never anything but ParseError, and a claim only while it looks like QUIC."""
    first = read_packet(Cursor(conversation()[0][1])).data
    for length in range(1, len(first)):
        part = first[:length]
        assert PROTOCOL.claims(CONTEXT, part, b"") in (Claim.NO, Claim.WEAK)
        inspector = PROTOCOL.start(CONTEXT)
        try:
            inspector.feed(0, part, NOW_NS)
        except ParseError:
            continue
        inspector.update()


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 1), st.binary(min_size=1, max_size=120)), max_size=6))
def test_random_datagrams_raise_only_parse_errors(datagrams: list[Flight]) -> None:
    """Whatever comes; and random bytes are not QUIC."""
    inspector = PROTOCOL.start(CONTEXT)
    try:
        for side, data in datagrams:
            assert PROTOCOL.claims(CONTEXT, data, b"") is not Claim.YES or b"Q0" in data or b"T0" in data
            inspector.feed(side, data, NOW_NS)
    except ParseError:
        return
    inspector.update()


CONVERSATION = conversation()


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 2**32), st.integers(1, 8))
def test_mutated_conversations_raise_only_parse_errors(seed: int, changes: int) -> None:
    """Flipped bytes in the headers of a real conversation, and frames of noise inside valid protection."""
    source = random.Random(seed)
    inspector = PROTOCOL.start(CONTEXT)
    try:
        for side, data in CONVERSATION:
            damaged = bytearray(data)
            for _ in range(changes):
                damaged[source.randrange(min(60, len(damaged)))] = source.randrange(256)
            inspector.feed(side, bytes(damaged), NOW_NS)
    except ParseError:
        return
    inspector.update()
