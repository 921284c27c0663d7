"""DICOM associations."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.dicom import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def pdu(kind: int, body: bytes) -> bytes:
    return struct.pack("!BBI", kind, 0, len(body)) + body


def association(kind: int, called: bytes = b"STORE", calling: bytes = b"CT1") -> bytes:
    return pdu(kind, b"\0\1\0\0" + called.ljust(16) + calling.ljust(16) + bytes(32) + b"\x10\0\0\5names")


TALK: list[Flight] = [
    (0, association(1)),
    (1, association(2)),
    (0, pdu(4, b"secret" * 9)),
    (0, pdu(5, bytes(4))),
    (1, pdu(6, bytes(4))),
]


def test_conversation() -> None:
    """Recognised however it is cut; titles, no data."""
    assert check(PROTOCOL, TALK) == {
        "dicom_pdu": ("A_ASSOCIATE_RQ", "A_ASSOCIATE_AC", "P_DATA_TF", "A_RELEASE_RQ", "A_RELEASE_RP"),
        "dicom_called": ("STORE",),
        "dicom_calling": ("CT1",),
    }
    assert "secret" not in repr(run(PROTOCOL, TALK))


def test_claims() -> None:
    """Titles in letters, reserved octets; a rejection is an answer."""
    assert PROTOCOL.claims(ANYWHERE, association(1), pdu(3, b"\0\1\1\1")) is Claim.YES
    for head in (association(1, b"\xff"), association(1)[:1] + b"\1", pdu(1, bytes(68)), pdu(4, bytes(60))):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
