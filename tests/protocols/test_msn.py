"""MSN Messenger: the version command."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.msn import PROTOCOL

from ._streams import ANYWHERE, Flight, check

TALK: list[Flight] = [(0, b"VER 1 MSNP18 CVR0\r\n"), (1, b"VER 1 MSNP18\r\n")]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        b"VERSION",
        b"VER x",
        b"VER 1 HTTP",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
