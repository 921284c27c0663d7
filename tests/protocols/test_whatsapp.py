"""WhatsApp's opening."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.whatsapp import PROTOCOL

from ._streams import ANYWHERE, Flight, check

HELLO = b"WA\6\3\0\0\x24\x12\x22\x0a\x20" + bytes(32)
TALK: list[Flight] = [(0, b"ED\0\1\0\0\4abcd" + HELLO), (1, b"\0\1\x5e\x1a" + bytes(100))]


def test_conversation() -> None:
    """Recognised however it is cut, and nothing is told; routing information may be absent."""
    assert check(PROTOCOL, TALK) == {}
    assert PROTOCOL.claims(ANYWHERE, HELLO, b"") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"WA\1\5\0\0\x1a\xf8\5\1", b"\0\0\5\xf8\3\1") is Claim.YES


def test_others() -> None:
    """Versions, length, field, answer."""
    for client, server in ((b"WA\x99\3\0\0\x24\x12", b""),
                           (b"WA\6\3\0\0\x24\x77", b""), (b"WARC/1.0", b""), (HELLO, b"HTTP"),
                           (b"ED\0\1\1\0\0", b"")):  # fmt: skip
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
