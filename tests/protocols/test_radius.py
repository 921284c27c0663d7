"""RADIUS."""

from __future__ import annotations

import struct

from netmon.model.finding import Exchange, Role
from netmon.protocols._contract import Claim
from netmon.protocols.radius import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told


def packet(code: int, *attributes: tuple[int, bytes]) -> bytes:
    body = b"".join(bytes([number, len(value) + 2]) + value for number, value in attributes)
    return struct.pack("!BBH", code, 9, 20 + len(body)) + bytes(16) + body


REQUEST = packet(
    1, (1, b"alice"), (2, b"encryptedpasswrd"), (4, bytes([192, 0, 2, 5])), (31, b"02-00-00-00-00-01"), (32, b"nas1")
)
ACCEPT = packet(2, (8, bytes([192, 0, 2, 99])), (25, b"class"))


def test_request_and_accept() -> None:
    """Who, through which server, with which result; not the password."""
    update = told(PROTOCOL, (0, REQUEST), (1, ACCEPT))
    assert fields(update) == {
        "radius_code": (1, 2),
        "radius_user": ("alice",),
        "radius_nas_ip": ("192.0.2.5",),
        "radius_calling_station": ("02-00-00-00-00-01",),
        "radius_nas": ("nas1",),
        "radius_framed_ip": ("192.0.2.99",),
    }
    assert (finding(update).state, finding(update).summary) == ("ACCESS_ACCEPT", "ACCESS_ACCEPT alice")
    assert update.exchanges == (Exchange(9, Role.REQUEST, 0, "radius"), Exchange(9, Role.RESPONSE, 1, "radius"))
    assert "passwrd" not in str(update)


def test_claims() -> None:
    """Exact attributes anywhere, the header on its ports."""
    assert asked(PROTOCOL, REQUEST) is Claim.YES
    assert asked(PROTOCOL, REQUEST + b"x") is asked(PROTOCOL, REQUEST[:-1]) is asked(PROTOCOL, packet(2)) is Claim.NO
    assert asked(PROTOCOL, packet(5), on(1813)) is Claim.YES
    assert asked(PROTOCOL, REQUEST[:-1], on(1812)) is Claim.WEAK
    assert asked(PROTOCOL, packet(99, (1, b"a")), on(1812)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise; an attribute of length 0 ends the walk."""
    survives(PROTOCOL, REQUEST, REQUEST[:20] + b"\1\0" + REQUEST[22:], port=1812)
