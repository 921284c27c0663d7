"""Gnutella's handshake."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Status
from netmon.protocols.gnutella import PROTOCOL

from ._streams import ANYWHERE, Flight, check, split
from ._udp_cases import asked, fields, survives, told

TALK: list[Flight] = [
    (0, b"GNUTELLA CONNECT/0.6\r\nUser-Agent: gtk-gnutella/1.1\r\n\r\n"),
    (1, b"GNUTELLA/0.6 503 Busy\r\nUser-Agent: Shareaza\r\n\r\n"),
]


def test_handshake() -> None:
    """Both programs."""
    assert check(PROTOCOL, TALK) == {"gnutella_agent": ("gtk-gnutella/1.1", "Shareaza")}


def test_claims() -> None:
    """Its first words."""
    assert PROTOCOL.claims(ANYWHERE, b"GNUT", b"") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, b"GNUTELLA HELLO", b"") is Claim.NO


def test_both_agree_on_tls() -> None:
    """What follows the client's second group of headers is handed on."""
    ask = b"GNUTELLA CONNECT/0.6\r\nUpgrade: TLS/1.0\r\n\r\n"
    agree = b"GNUTELLA/0.6 200 OK\r\nUpgrade: TLS/1.0\r\nConnection: Upgrade\r\n\r\n"
    go = b"GNUTELLA/0.6 200 OK\r\nConnection: Upgrade\r\n\r\n"
    for size in (1, 7, 1000):
        inspector = PROTOCOL.start(ANYWHERE)
        for side, data in split([(0, ask), (1, agree), (0, go)], size):
            status = inspector.feed(side, data, 0)
        assert status is Status.SWITCH
        assert inspector.switch().hint == "TLS"
    plain = PROTOCOL.start(ANYWHERE)
    for side, data in ((0, ask), (1, b"GNUTELLA/0.6 200 OK\r\n\r\n"), (0, b"GNUTELLA/0.6 200 OK\r\n\r\n")):
        assert plain.feed(side, data, 0) is Status.MORE


def message(kind: int, body: bytes = b"", life: int = 1, hops: int = 0) -> bytes:
    return bytes(range(16)) + bytes([kind, life, hops]) + len(body).to_bytes(4, "little") + body


def test_datagrams() -> None:
    """Kinds by name; the length must fill the datagram."""
    second = b"GND\x10\x01\x02\x01\x01LNI"
    update = told(
        PROTOCOL,
        (0, message(0, b"\xc3\x83SCP")),
        (1, message(1, bytes(14))),
        (0, message(0x44, bytes(40))),
        (0, second[:3] + b"\0" + second[4:]),
    )
    assert fields(update) == {"gnutella_message": ("PING", "PONG", "DHT", "GNUTELLA_2")}
    assert asked(PROTOCOL, message(0x80, bytes(9))) is Claim.YES
    for data in (
        message(0) + b"x",
        message(0x77),
        message(0, life=30),
        message(1, bytes(3)),
        message(0, b"x" * 9),
        message(0x44, life=9),
        second[:6],
        bytes(22),
    ):
        assert asked(PROTOCOL, data) is Claim.NO
    survives(PROTOCOL, message(1, bytes(14)), unclaimed=False)
