"""timed."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.timed import PROTOCOL

from ._udp_cases import asked, fields, on, survives, told

LOOP = b"\x19\1\x3c\x8a\x0a\0\0\0\0\0\0\0" + b"host.example\0" + bytes(200)


def test_messages() -> None:
    """Kinds and machines, on the port only."""
    assert fields(told(PROTOCOL, (0, LOOP))) == {"timed_message": ("LOOP",), "timed_machine": ("host.example",)}
    assert asked(PROTOCOL, LOOP, on(525)) is Claim.YES and asked(PROTOCOL, LOOP) is Claim.NO
    for data in (LOOP[:15], b"\x63" + LOOP[1:], LOOP[:1] + b"\2" + LOOP[2:], LOOP[:12] + b"\xff" * 20, LOOP[:12] + b"h" * 9):
        assert asked(PROTOCOL, data, on(525)) is Claim.NO
    survives(PROTOCOL, LOOP, port=525)
