"""LISP."""

from __future__ import annotations

import pytest

from netmon.protocols._contract import Claim
from netmon.protocols.lisp import PROTOCOL

from ._udp_cases import asked, finding, on, survives, told

IP = bytes.fromhex("450000180001000040110000c0000201c0000202") + b"data"


@pytest.mark.parametrize(
    ("port", "data", "state"),
    [
        (4342, b"\x30\0\0\1" + bytes(20), "MAP_REGISTER"),
        (4342, b"\x10\0\0\1" + bytes(8) + b"\0\1" + bytes(10), "MAP_REQUEST"),
        (4342, b"\x80\0\0\0" + IP, "ENCAPSULATED_CONTROL"),
        (4341, bytes(8) + IP, "DATA"),
    ],
)
def test_messages(port: int, data: bytes, state: str) -> None:
    """Control by type, data by the packet inside; both only where they usually are."""
    assert finding(told(PROTOCOL, (0, data), context=on(port))).state == state
    assert asked(PROTOCOL, data, on(port)) is (Claim.WEAK if state == "MAP_REGISTER" else Claim.YES)
    assert asked(PROTOCOL, data) is Claim.NO


def test_others_are_not_claimed() -> None:
    """Unknown types or address families, no packet inside."""
    for port, data in (
        (4342, b"\x10\0\0\1" + bytes(8) + b"\7\1" + bytes(10)),
        (4342, b"\xb0" + bytes(20)),
        (4342, b"\x80" + bytes(30)),
        (4341, bytes(40)),
        (4342, b"\x10"),
    ):
        assert asked(PROTOCOL, data, on(port)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, b"\x80\0\0\0" + IP, port=4342)
