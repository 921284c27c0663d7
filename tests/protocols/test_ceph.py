"""Ceph: banners."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.ceph import PROTOCOL

from ._streams import ANYWHERE, Flight, check

TALK: list[Flight] = [(1, b"ceph v027" + bytes(20)), (0, b"ceph v027")]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        b"ceph w",
        b"cephalopod",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
