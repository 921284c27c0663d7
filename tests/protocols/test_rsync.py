"""rsync's greeting."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Status
from netmon.protocols.rsync import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

TALK: list[Flight] = [(1, b"@RSYNCD: 31.0 sha512 md5\n"), (0, b"@RSYNCD: 31.0\n"), (0, b"module\n")]


def test_version() -> None:
    """The protocol's version, and no more is wanted."""
    assert check(PROTOCOL, TALK) == {"rsync_version": ("31.0",)}
    assert run(PROTOCOL, TALK)[1] is Status.DONE


def test_claims() -> None:
    """The greeting's first word."""
    assert PROTOCOL.claims(ANYWHERE, b"", b"@RSYN") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, b"@ERROR: x", b"") is Claim.NO
