"""AFP: DSI requests and replies."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Context
from netmon.protocols.afp import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def dsi(flags: int, command: int, number: int, body: bytes = b"", code: int = 0) -> bytes:
    return struct.pack("!BBHIII", flags, command, number, code, len(body), 0) + body


OPEN = dsi(0, 4, 1, b"\1\4\0\0\4\0")
TALK: list[Flight] = [
    (0, OPEN),
    (1, dsi(1, 4, 1, b"\0\4\0\0\4\0")),
    (0, dsi(0, 2, 2, b"\x12\6AFP3.1" + b"secret")),
    (1, dsi(1, 2, 2, code=0xFFFFEC6F)),
    (0, dsi(0, 2, 3, b"\x18\0")),
    (1, dsi(1, 2, 3)),
]


def test_conversation() -> None:
    """Recognised however it is cut; errors are negative numbers."""
    assert check(PROTOCOL, TALK) == {
        "dsi_command": ("OPEN_SESSION", "COMMAND"),
        "afp_command": ("LOGIN", "OPEN_VOL"),
        "afp_error": (-5009,),
    }
    assert "secret" not in repr(run(PROTOCOL, TALK))


def test_claims() -> None:
    """A request and its reply, or the port."""
    assert PROTOCOL.claims(Context("tcp", 1, 548), OPEN, b"") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, OPEN, b"") is Claim.MORE
    status = dsi(0, 3, 1)
    assert PROTOCOL.claims(ANYWHERE, status, dsi(1, 3, 1, b"x" * 40)) is Claim.YES
    for client, server in ((OPEN, dsi(1, 4, 2)), (dsi(0, 3, 1, b"x"), b""), (b"\0\7", b""), (OPEN[:12] + b"\0\0\0\1", b"")):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
