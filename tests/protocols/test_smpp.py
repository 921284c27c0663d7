"""SMPP: binds, responses, status."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Context
from netmon.protocols.smpp import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def pdu(command: int, number: int, body: bytes = b"", status: int = 0) -> bytes:
    return struct.pack("!IIII", 16 + len(body), command, status, number) + body


BIND = pdu(9, 1, b"system\0hidden\0type\0\x34\0\0\0")
TALK: list[Flight] = [
    (0, BIND),
    (1, pdu(0x80000009, 1, b"smsc\0")),
    (0, pdu(4, 2, bytes(30)) + pdu(0x15, 3)),
    (1, pdu(0x80000004, 2, status=8) + pdu(0x80000015, 3)),
]


def test_conversation() -> None:
    """Recognised however it is cut: commands, status, system, version."""
    assert check(PROTOCOL, TALK) == {
        "smpp_command": ("BIND_TRANSCEIVER", "BIND_TRANSCEIVER_RESP", "SUBMIT_SM", "ENQUIRE_LINK", "SUBMIT_SM_RESP",
                         "ENQUIRE_LINK_RESP"),
        "smpp_system_id": ("system",),
        "smpp_version": ("3.4",),
        "smpp_status": ("0x00000008",),
    }  # fmt: skip
    finding, _, updates = run(PROTOCOL, TALK)
    assert finding.risks == ("clear-text-credentials",) and "hidden" not in repr(updates)


def test_claims() -> None:
    """Midstream: both directions or the port; strings must fit, requests have no status."""
    alive = pdu(0x15, 3)
    assert PROTOCOL.claims(ANYWHERE, alive, b"") is Claim.MORE
    assert PROTOCOL.claims(Context("tcp", 1, 2775), alive, b"") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, alive, pdu(0x80000015, 3)) is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, alive, alive) is Claim.NO
    for head in (pdu(0x15, 3, status=1), pdu(0x55, 3), pdu(0x15, 0), pdu(9, 1, b"system-with-a-long-name\0\0\0\x34\0\0\0"),
                 pdu(9, 1, b"a\0b\0c\0\x99\0\0\0"), pdu(0x8000000B, 1)):  # fmt: skip
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
