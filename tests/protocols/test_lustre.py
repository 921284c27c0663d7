"""LNet over TCP."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.lustre import PROTOCOL

from ._streams import ANYWHERE, Flight, check

TALK: list[Flight] = [
    (0, bytes.fromhex("0071ceac01000000") + bytes(8)),
    (0, bytes.fromhex("6369724503000000") + bytes(48)),
    (1, bytes.fromhex("6369724503000000") + bytes(48)),
]


def test_conversation() -> None:
    """Recognised however it is cut; the other byte order too."""
    assert check(PROTOCOL, TALK) == {}
    assert PROTOCOL.claims(ANYWHERE, bytes.fromhex("acce710000000001"), b"") is Claim.YES


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (bytes.fromhex("0071ceac00000001"), bytes.fromhex("0071cead"), bytes.fromhex("6369724509000000")):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
