"""GLBP."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.glbp import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told

HELLO = b"\1\0\0\x0a\0\0" + bytes(6) + b"\1\x1c" + bytes(26) + b"\3\x0a\1\6secret"


def test_hello() -> None:
    """Group and values; a password in the clear is a risk and not told."""
    update = told(PROTOCOL, (0, HELLO))
    assert fields(update) == {"glbp_tlv": ("HELLO", "AUTHENTICATION"), "glbp_group": (10,)}
    assert finding(update).risks == ("clear-text-credentials",) and "secret" not in repr(update)


def test_claims() -> None:
    """On the port only; values fill the datagram."""
    assert asked(PROTOCOL, HELLO, on(3222)) is Claim.YES and asked(PROTOCOL, HELLO) is Claim.NO
    for data in (HELLO[:-1], HELLO + b"\x09\2", b"\2" + HELLO[1:], HELLO[:12] + b"\1\1"):
        assert asked(PROTOCOL, data, on(3222)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, HELLO, port=3222)
