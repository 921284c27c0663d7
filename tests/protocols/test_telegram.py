"""MTProto's transports."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.telegram import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

QUESTION = bytes(8) + b"\1\2\3\4\5\6\7\x62" + struct.pack("<I", 20) + bytes.fromhex("f18e7ebe") + bytes(16)
ABRIDGED = b"\xef" + bytes([len(QUESTION) // 4]) + QUESTION
INTERMEDIATE = b"\xee\xee\xee\xee" + struct.pack("<I", len(QUESTION)) + QUESTION
FULL = struct.pack("<II", len(QUESTION) + 12, 0) + QUESTION + b"crc!"
TALK: list[Flight] = [(0, ABRIDGED), (1, bytes(85))]


def test_conversation() -> None:
    """Recognised however it is cut, by each transport."""
    assert check(PROTOCOL, TALK) == {"telegram_transport": ("ABRIDGED",)}
    for head, name in ((INTERMEDIATE, "INTERMEDIATE"), (FULL, "FULL")):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.YES
        finding, _, _ = run(PROTOCOL, [(0, head)])
        assert finding.fields[0].values == (name,)


def test_others() -> None:
    """A key that exists, another question, no mark."""
    for head in (ABRIDGED[:2] + b"\1" + ABRIDGED[3:], ABRIDGED[:22] + b"\0\0\0\0", b"\x28\0\0\0\1\0\0\0", b"\xee\xef"):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
