"""SOCKS 4, 4a and 5: handshakes, logins, and what is handed on."""

from __future__ import annotations

import pytest

from netmon.protocols._contract import Claim, Context, Status
from netmon.protocols.socks import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of

USUAL = Context("tcp", 50000, 1080)
HANDSHAKE: list[Flight] = [
    (0, b"\x05\x02\x00\x02"),
    (1, b"\x05\x02"),
    (0, b"\x01\x03bob\x06secret"),
    (1, b"\x01\x00"),
    (0, b"\x05\x01\x00\x03\x0bexample.org\x01\xbb"),
    (1, b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"),
]


def test_connect_with_login() -> None:
    """The destination is told, the login is not; then the stream is handed on."""
    assert check(PROTOCOL, HANDSHAKE) == {"socks_version": (5,), "socks_host": ("example.org",), "socks_port": (443,)}
    finding, status, updates = run(PROTOCOL, HANDSHAKE)
    assert (finding.state, finding.risks, finding.hostname) == ("CONNECTED", ("clear-text-credentials",), "example.org")
    assert status is Status.SWITCH
    assert "secret" not in text_of(updates) and "bob" not in text_of(updates)


def test_rest_of_both_sides() -> None:
    """What a hasty client sent already, and what came with the answer, belongs to the inner protocol."""
    inspector = PROTOCOL.start(ANYWHERE)
    for side, data in [*HANDSHAKE[:4], (0, HANDSHAKE[4][1] + b"hello"), (1, HANDSHAKE[5][1] + b"220")]:
        status = inspector.feed(side, data, 0)
    assert status is Status.SWITCH
    switch = inspector.switch()
    assert (switch.client_rest, switch.server_rest, switch.hint) == (b"hello", b"220", "")


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (b"\x04\x01\x00\x50\xc0\x00\x02\x01me\0", {"socks_address": ("192.0.2.1",), "socks_port": (80,)}),
        (b"\x04\x01\x00\x50\x00\x00\x00\x01\0example.org\0", {"socks_host": ("example.org",), "socks_port": (80,)}),
    ],
)
def test_version_4(request_: bytes, fields: dict[str, tuple[str | int, ...]]) -> None:
    """By address, and by name as 4a has it."""
    flights: list[Flight] = [(0, request_), (1, b"\x00\x5a" + bytes(6))]
    assert check(PROTOCOL, flights) == {"socks_version": (4,), **fields}
    assert run(PROTOCOL, flights)[1] is Status.SWITCH


def test_refused() -> None:
    """No method, a wrong login, no connection: it ends there."""
    for flights in (
        [HANDSHAKE[0], (1, b"\x05\xff")],
        [*HANDSHAKE[:3], (1, b"\x01\x01")],
        [*HANDSHAKE[:5], (1, b"\x05\x05\0\x01" + bytes(6))],
    ):
        finding, status, _ = run(PROTOCOL, flights)
        assert (finding.state, status) == ("REFUSED", Status.DONE)


def test_claims() -> None:
    """A greeting alone is weak, and only where SOCKS usually is; the answer must choose what was offered."""
    assert PROTOCOL.claims(ANYWHERE, b"\x05\x01\x00", b"") is Claim.MORE
    assert PROTOCOL.claims(USUAL, b"\x05\x01\x00", b"") is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, b"\x05\x01\x00", b"\x05\x00") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"\x05\x01\x00", b"\x05\x02") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"\x05\x64\x00", b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"", b"\x05\x00") is Claim.MORE
