"""Rlogin's opening."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.rlogin import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

TALK: list[Flight] = [(0, b"\0luser\0ruser\0xterm/38400\0"), (1, b"\0Password: "), (0, b"secret\r")]


def test_conversation() -> None:
    """Recognised however it is cut; the terminal, no names."""
    assert check(PROTOCOL, TALK) == {"rlogin_terminal": ("xterm",), "rlogin_speed": (38400,)}
    finding, _, updates = run(PROTOCOL, TALK)
    assert finding.risks == ("clear-text-credentials",) and "user" not in repr(updates)


def test_claims() -> None:
    """The strings must be there."""
    for client, server in ((b"\0\0\0", b""), (b"\0a\0b\0xterm\0", b""), (TALK[0][1], b"x"), (b"\0a\0\xff", b"")):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
