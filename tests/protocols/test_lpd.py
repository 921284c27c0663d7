"""LPD: commands on its port."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.lpd import PROTOCOL

from ._streams import ANYWHERE, Flight, check

USUAL = Context("tcp", 50000, 515)
TALK: list[Flight] = [(0, b"\x02queue\n"), (1, b"\0"), (0, b"\x0230 cfA001host\n")]


def test_conversation() -> None:
    """A job, answered."""
    assert check(PROTOCOL, TALK, USUAL) == {}


def test_claims() -> None:
    """The port has to speak for it, and the command has to be one."""
    assert PROTOCOL.claims(ANYWHERE, b"\x02queue\n", b"\0") is Claim.NO
    assert PROTOCOL.claims(USUAL, b"\x02queue\n", b"") is Claim.WEAK
    assert PROTOCOL.claims(USUAL, b"\x02\n", b"") is Claim.NO
    assert PROTOCOL.claims(USUAL, b"\x02queue\n", b"\xff") is Claim.NO
