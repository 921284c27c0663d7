"""ZMTP greetings."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.zmtp import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def greeting(mechanism: bytes) -> bytes:
    return b"\xff" + bytes(7) + b"\1\x7f\3\1" + mechanism.ljust(20, b"\0") + bytes(32)


TALK: list[Flight] = [(0, greeting(b"NULL")), (1, greeting(b"NULL") + b"\4\x26\5READY")]
OLD = b"\xff" + bytes(7) + b"\1\x7f\1\5\0\0"


def test_conversation() -> None:
    """Recognised however it is cut."""
    assert check(PROTOCOL, TALK) == {"zmtp_version": ("3.1",), "zmtp_mechanism": ("NULL",)}


def test_old_and_plain() -> None:
    """Version 2 tells the socket; passwords go in the clear with PLAIN."""
    assert check(PROTOCOL, [(0, OLD), (1, OLD)]) == {"zmtp_version": ("2.0",), "zmtp_socket": ("DEALER",)}
    finding, _, _ = run(PROTOCOL, [(0, greeting(b"PLAIN"))])
    assert finding.risks == ("clear-text-credentials",)


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (greeting(b"XXXX"), b"\xff" + bytes(9), b"\xff" + bytes(8) + b"\x7f\7\1" + bytes(9), b"\xfe"):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
