"""T.38 in UDPTL, and its announcement by SIP."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.t38 import PROTOCOL

from ._udp_cases import ELSEWHERE, asked, fields, survives, told

FLAG, DATA = b"\x06", b"\xc0\1\x80\0\0\xff"
ANNOUNCED = Context("udp", 50001, 50002, hint="T38")


def packet(number: int, *messages: bytes) -> bytes:
    first, *others = (bytes([len(message)]) + message for message in messages)
    return number.to_bytes(2, "big") + first + b"\0" + bytes([len(others)]) + b"".join(others)


def test_signals() -> None:
    """Indicators and carriers by name; parity instead of repetition."""
    update = told(PROTOCOL, (0, packet(1, FLAG)), (0, packet(2, DATA, FLAG, FLAG)), (1, b"\0\1\1\4\x80\1\1\1\0\0"))
    assert fields(update) == {"t38_signal": ("V21_PREAMBLE", "V21", "CED")}


def test_claims() -> None:
    """Where it is announced; elsewhere repetition is weak evidence."""
    full = packet(3, DATA, FLAG, FLAG)
    assert asked(PROTOCOL, packet(1, FLAG), ANNOUNCED) is Claim.YES and asked(PROTOCOL, packet(1, FLAG)) is Claim.NO
    assert asked(PROTOCOL, full) is Claim.WEAK
    for data in (
        full + b"x",
        full[:-1],
        packet(3, b"\x80", FLAG, FLAG),
        packet(3, b"\xc0", FLAG, FLAG),
        packet(3, b"", FLAG, FLAG),
    ):
        assert asked(PROTOCOL, data, ANNOUNCED) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    assert ELSEWHERE.hint == ""
    survives(PROTOCOL, packet(3, DATA, FLAG, FLAG), b"\0\1\1\4\x80\1\1\1\0\0")
