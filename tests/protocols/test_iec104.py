"""IEC 60870-5-104: frames of all three kinds."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.iec104 import PROTOCOL

from ._streams import ANYWHERE, Flight, check

START, CONFIRM = b"\x68\x04\x07\0\0\0", b"\x68\x04\x0b\0\0\0"
INTERROGATION = b"\x68\x0e\0\0\0\0\x64\x01\x06\0\x01\0\0\0\0\x14"
MEASURED = b"\x68\x0e\0\0\x02\0\x0d\x01\x03\0\x01\0\x10\x27\0\x01"


def test_conversation() -> None:
    """Type identifications of I frames."""
    talk: list[Flight] = [(0, START), (1, CONFIRM), (0, INTERROGATION), (1, MEASURED), (0, b"\x68\x04\x01\0\x02\0")]
    assert check(PROTOCOL, talk) == {"iec104_type": (100, 13)}


def test_claims() -> None:
    """A U frame leaves no freedom; I frames have to come from both sides, or on the port."""
    assert PROTOCOL.claims(Context("tcp", 50000, 2404), INTERROGATION, b"") is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, INTERROGATION, b"") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, INTERROGATION, MEASURED) is Claim.YES
    for head in (
        b"\x68\x04\x0f\0\0\0",
        b"\x68\x04\x07\0\1\0",
        b"\x68\x03\x07\0\0\0",
        b"hello, world",
        INTERROGATION[:6] + b"\xff" * 10,
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
