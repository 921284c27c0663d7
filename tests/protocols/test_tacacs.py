"""TACACS+: headers, sessions, bodies that are passed over."""

from __future__ import annotations

import struct

from netmon.model.finding import Role
from netmon.protocols._contract import Claim, Context
from netmon.protocols.tacacs import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def packet(number: int, body: bytes, kind: int = 1, flags: int = 0, session: int = 0x1234ABCD) -> bytes:
    return struct.pack("!BBBBII", 0xC0, kind, number, flags, session, len(body)) + body


TALK: list[Flight] = [
    (0, packet(1, b"\1\0\1\1\4\4\4\0userpts0host")),
    (1, packet(2, b"\5\1\0\x0a\0\0Password: ")),
    (0, packet(3, b"\0\6\0\0\0secret")),
    (1, packet(4, b"\1\0\0\0\0\0")),
]


def test_conversation() -> None:
    """Recognised however it is cut; what is asked is told, and how long it took."""
    assert check(PROTOCOL, TALK) == {"tacacs_type": ("AUTHENTICATION",)}
    _, _, updates = run(PROTOCOL, TALK)
    assert [half.role for update in updates for half in update.exchanges] == [Role.REQUEST, Role.RESPONSE] * 2
    assert "secret" not in repr(updates)


def test_clear_bodies_are_a_risk() -> None:
    """The flag that says so."""
    finding, _, _ = run(PROTOCOL, [(0, packet(1, bytes(8), 3, 1))])
    assert (finding.risks, finding.state) == (("clear-text-credentials",), "ACCOUNTING")


def test_claims() -> None:
    """One direction is enough on the port; elsewhere both, of one session."""
    one = packet(1, bytes(8))
    assert PROTOCOL.claims(Context("tcp", 1, 49), one, b"") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, one, b"") is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, one, packet(2, bytes(8), session=1)) is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"\xc2", b"") is Claim.NO
