"""OpenVPN over UDP and TCP, with the TLS inside its control channel."""

from __future__ import annotations

import ssl
import struct

import pytest

from netmon.model.finding import Role, Update
from netmon.protocols._contract import CLIENT, SERVER, Claim, Context, Status
from netmon.protocols.openvpn import PROTOCOL

from ._tls_peers import handshake
from ._udp_cases import ELSEWHERE, asked, fields, finding, on, survives, told

SESSION = b"sessionA"
RESET = b"\x38" + SESSION + bytes(5)
ANSWER = b"\x40" + b"sessionB" + b"\1" + bytes(4) + SESSION + bytes(4)
TLS_AUTH = b"\x38" + SESSION + b"h" * 20 + b"\0\0\0\1" + b"time" + bytes(5)
TLS_CRYPT = b"\x38" + SESSION + b"\0\0\0\1" + b"time" + b"e" * 37
DATA = b"\x30" + bytes(range(60))


def control(number: int, piece: bytes, hmac: bytes = b"") -> bytes:
    return b"\x20" + SESSION + hmac + b"\0" + struct.pack("!I", number) + piece


def tls_pieces() -> list[tuple[int, bytes]]:
    """A real handshake's bytes, cut into control packets of at most 100 octets."""
    numbers, pieces = [0, 0], []
    for side, data in handshake(ssl.TLSVersion.TLSv1_2):
        for at in range(0, len(data), 100):
            numbers[side] += 1
            pieces.append((side, control(numbers[side], data[at : at + 100])))
    return pieces


def test_a_handshake_tells_what_tls_tells() -> None:
    """Operations, protection, the time to the answer, and the server name inside."""
    update = told(PROTOCOL, (0, RESET), (1, ANSWER), *tls_pieces(), (0, DATA))
    found = fields(update)
    assert found["openvpn_opcode"] == (7, 8, 4, 6) and found["openvpn_protection"] == ("tls",)
    assert "ja4" in found and "tls_version" in found
    assert (finding(update).label, finding(update).state) == ("OpenVPN", "ESTABLISHED")
    assert [half.role for half in update.exchanges] == [Role.REQUEST, Role.RESPONSE]


def test_the_order_of_control_packets_is_restored() -> None:
    """Two neighbours exchanged make no difference."""
    pieces = tls_pieces()
    swapped = [pieces[1], pieces[0], *pieces[2:]]
    straight, crooked = (told(PROTOCOL, (0, RESET), *order) for order in (pieces, swapped))
    assert fields(straight)["ja4"] == fields(crooked)["ja4"]


@pytest.mark.parametrize(("data", "how"), [(RESET, "tls"), (TLS_AUTH, "tls-auth"), (TLS_CRYPT, "tls-crypt")])
def test_protection_of_the_control_channel(data: bytes, how: str) -> None:
    """By the shape of the first packet, which is claimed on any port."""
    assert fields(told(PROTOCOL, (0, data)))["openvpn_protection"] == (how,)
    assert asked(PROTOCOL, data) is Claim.YES


def test_claims() -> None:
    """The server's answer comes along; data need the port and stay weak."""
    assert PROTOCOL.claims(ELSEWHERE, RESET, ANSWER) is Claim.YES
    assert (
        PROTOCOL.claims(ELSEWHERE, RESET, b"\xff" * 30) is asked(PROTOCOL, DATA) is asked(PROTOCOL, RESET + b"x") is Claim.NO
    )
    assert asked(PROTOCOL, DATA, on(1194)) is Claim.WEAK


def over_tcp(pieces: list[tuple[int, bytes]]) -> Update:
    inspector = PROTOCOL.start(Context("tcp", 50001, 50002))
    for side, data in pieces:
        assert inspector.feed(side, data, 0) is Status.MORE
    update = inspector.update()
    assert update is not None
    return update


def test_over_tcp_any_cutting_gives_the_same() -> None:
    """Each packet behind its length."""
    packets = [(CLIENT, RESET), (SERVER, ANSWER), *tls_pieces()]
    framed = [(side, struct.pack("!H", len(data)) + data) for side, data in packets]
    whole = over_tcp(framed)
    assert "ja4" in fields(whole)
    for size in (1, 13):
        assert over_tcp([(side, data[at : at + size]) for side, data in framed for at in range(0, len(data), size)]) == whole


def test_claims_over_tcp() -> None:
    """A length and a first packet of that length."""
    context = Context("tcp", 1, 2)
    framed = struct.pack("!H", len(RESET)) + RESET
    for length in range(1, len(framed)):
        assert PROTOCOL.claims(context, framed[:length], b"") is Claim.MORE
    assert PROTOCOL.claims(context, framed, b"") is Claim.YES
    assert (
        PROTOCOL.claims(context, b"\0\x0e\x10" + bytes(13), b"") is PROTOCOL.claims(context, b"GET / HTTP", b"") is Claim.NO
    )


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, RESET, TLS_AUTH, ANSWER, control(1, b"noise"), port=1194)
