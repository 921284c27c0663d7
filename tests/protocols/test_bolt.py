"""Bolt's handshake."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.bolt import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

OPENING = bytes.fromhex("6060b017 00030305 00020404 00000104 00000003")
TALK: list[Flight] = [(0, OPENING), (1, b"\0\0\3\5")]


def test_conversation() -> None:
    """Recognised however it is cut; a refusal is four zeros."""
    assert check(PROTOCOL, TALK) == {"bolt_version": ("5.3",)}
    finding, _, _ = run(PROTOCOL, [(0, OPENING), (1, bytes(4))])
    assert finding.state == "REFUSED"


def chunk(*parts: bytes) -> bytes:
    """One message in as many chunks."""
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts) + b"\0\0"


def test_a_password_is_a_risk() -> None:
    """In HELLO, or after it in LOGON, in one chunk or several; a log-on without one, and statements, are none."""
    basic = b"\x86scheme\x85basic\x8bcredentials\x83abc"
    logon = chunk(b"\xb1\x6a\xa2" + basic[:20], basic[20:])
    statement = chunk(b"\xb3\x10\x8bcredentials\xa0\xa0")
    for said, given in (
        (chunk(b"\xb1\x01\xa2" + basic), True),
        (chunk(b"\xb1\x01\xa0") + b"\0\0" + logon, True),
        (chunk(b"\xb1\x01\xa0") + statement + logon, False),
        (b"\xff\xff" + logon, False),
    ):
        talk: list[Flight] = [*TALK, (0, said), (1, chunk(b"\xb1\x70\xa0")), (0, bytes(9000))]
        assert check(PROTOCOL, talk) == {"bolt_version": ("5.3",)}
        finding, _, _ = run(PROTOCOL, talk)
        assert finding.risks == (("clear-text-credentials",) if given else ())


def test_others() -> None:
    """What only looks alike is refused."""
    for client, server in ((OPENING[:4] + b"\1", b""), (b"\x60\x61", b""), (OPENING, b"HTTP")):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
