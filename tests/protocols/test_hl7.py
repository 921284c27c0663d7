"""HL7 over MLLP."""

from __future__ import annotations

from netmon.model.finding import Role
from netmon.protocols._contract import Claim
from netmon.protocols.hl7 import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

MESSAGE = b"\x0bMSH|^~\\&|LAB|CLINIC|HIS|HOSPITAL|20200101||ORU^R01|42|P|2.5\rPID|1||99||Doe^Jane\r\x1c\r"
ACK = b"\x0bMSH|^~\\&|HIS|HOSPITAL|LAB|CLINIC|20200101||ACK|7|P|2.5\rMSA|AA|42\r\x1c\r"
TALK: list[Flight] = [(0, MESSAGE), (1, ACK)]


def test_conversation() -> None:
    """Recognised however it is cut; people are not told, an acknowledgement is paired with its message."""
    assert check(PROTOCOL, TALK) == {
        "hl7_application": ("LAB", "HIS"),
        "hl7_type": ("ORU^R01", "ACK"),
        "hl7_version": ("2.5",),
    }
    _, _, updates = run(PROTOCOL, TALK)
    halves = [half for update in updates for half in update.exchanges]
    assert [(half.role, half.key) for half in halves] == [(Role.REQUEST, b"42"), (Role.RESPONSE, b"42")]
    assert "Jane" not in repr(updates)


def test_claims() -> None:
    """Delimiters are no letters."""
    for head in (b"\x0bMSHabcdefgh", b"\x0bPID|", b"\x0b\x0b", b"\x0bMSH|^~|&|||||"):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
