"""iSCSI: logins, commands."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Context
from netmon.protocols.iscsi import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def pdu(opcode: int, tag: int, data: bytes = b"") -> bytes:
    head = bytes([opcode, 0x87, 0, 0, 0]) + len(data).to_bytes(3, "big") + bytes(8) + struct.pack("!I", tag)
    return head.ljust(48, b"\0") + data + bytes(-len(data) % 4)


LOGIN = pdu(
    0x43, 1, b"InitiatorName=iqn.a\0SessionType=Normal\0TargetName=iqn.b\0AuthMethod=CHAP\0CHAP_N=user\0CHAP_R=0x99\0"
)
ANSWER = pdu(0x23, 1, b"TargetPortalGroupTag=1\0")
TALK: list[Flight] = [(0, LOGIN), (1, ANSWER), (0, pdu(0x01, 2)), (1, pdu(0x25, 2, bytes(10)) + pdu(0x21, 2))]


def test_conversation() -> None:
    """Recognised however it is cut; names, but no CHAP values."""
    assert check(PROTOCOL, TALK) == {
        "iscsi_pdu": ("LOGIN", "LOGIN_RESPONSE", "SCSI_COMMAND", "DATA_IN", "SCSI_RESPONSE"),
        "iscsi_initiator": ("iqn.a",),
        "iscsi_target": ("iqn.b",),
        "iscsi_session": ("Normal",),
    }
    assert "0x99" not in repr(run(PROTOCOL, TALK))


def test_claims() -> None:
    """A login has text keys; other PDUs need the port and both directions."""
    assert PROTOCOL.claims(ANYWHERE, pdu(0x43, 1, b"Something=1\0"), b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, pdu(0x01, 1), b"") is Claim.NO
    at_home = Context("tcp", 1, 3260)
    assert PROTOCOL.claims(at_home, pdu(0x01, 1), b"") is Claim.WEAK
    assert PROTOCOL.claims(at_home, pdu(0x01, 1), pdu(0x21, 1)) is Claim.YES
    assert PROTOCOL.claims(at_home, pdu(0x43, 1, b"InitiatorName=x"), pdu(0x23, 1)) is Claim.YES
    assert PROTOCOL.claims(at_home, pdu(0x0F, 1), b"") is Claim.NO
