"""TP-Link's smart home protocol."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.tplink import KEY, PROTOCOL, uncover

from ._streams import ANYWHERE, Flight, check, run
from ._udp_cases import asked, fields, on, survives, told


def cover(text: bytes) -> bytes:
    key, covered = KEY, bytearray()
    for octet in text:
        key ^= octet
        covered.append(key)
    return bytes(covered)


def framed(text: bytes) -> bytes:
    return len(text).to_bytes(4, "big") + cover(text)


ASK = b'{"system":{"get_sysinfo":{}}}'
ANSWER = b'{"system":{"get_sysinfo":{"alias":"secret","mac":"00:11"}}}'
TALK: list[Flight] = [(0, framed(ASK)), (1, framed(ANSWER))]


def test_conversation() -> None:
    """Recognised however it is cut; calls, no values."""
    assert uncover(cover(ASK)) == ASK
    assert check(PROTOCOL, TALK) == {"tplink_call": ("system.get_sysinfo",)}
    assert "secret" not in repr(run(PROTOCOL, TALK))
    for text in (b"not json at all", b'{"anything":1}'):
        assert PROTOCOL.claims(ANYWHERE, framed(text), b"") is Claim.NO


def test_datagrams() -> None:
    """A section and the end of the object."""
    assert fields(told(PROTOCOL, (0, cover(ASK)))) == {"tplink_call": ("system.get_sysinfo",)}
    assert asked(PROTOCOL, cover(ANSWER)) is Claim.YES and asked(PROTOCOL, cover(b"{}"), on(9999)) is Claim.WEAK
    for data in (cover(b"{}"), cover(ASK + b"x"), cover(b'{"other":1}'), ASK):
        assert asked(PROTOCOL, data) is Claim.NO
    survives(PROTOCOL, cover(ASK), port=9999)
