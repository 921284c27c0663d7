"""tinc's identification."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.tinc import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

TALK: list[Flight] = [(0, b"0 alpha 17\n1 94 64 0 0 ABCDEF\n"), (1, b"0 beta 17.7\n1 94 64 0 0 ABCDEF\n")]


def test_conversation() -> None:
    """Recognised however it is cut; versions, no names."""
    assert check(PROTOCOL, TALK) == {"tinc_version": ("17", "17.7")}
    assert "alpha" not in repr(run(PROTOCOL, TALK))


def test_claims() -> None:
    """One line is weak."""
    assert PROTOCOL.claims(ANYWHERE, b"0 alpha 17\n", b"") is Claim.WEAK
    for head in (b"0 alpha 16\n", b"1 ", b"0  17\n", b"0 a b 17\n"):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
