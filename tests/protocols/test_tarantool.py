"""Tarantool's greeting."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.tarantool import PROTOCOL

from ._streams import ANYWHERE, Flight, check

GREETING = b"Tarantool 2.10.4 (Binary) 7170b4af-c72f".ljust(63) + b"\n" + b"c2FsdA==".ljust(63) + b"\n"
TALK: list[Flight] = [(1, GREETING), (0, b"\xce\0\0\0\x1b")]


def test_conversation() -> None:
    """Recognised however it is cut."""
    assert check(PROTOCOL, TALK) == {"tarantool_version": ("2.10.4",), "tarantool_kind": ("Binary",)}


def test_others() -> None:
    """What only looks alike is refused."""
    for server in (b"Tarantula", b"Tarantool x".ljust(64)):
        assert PROTOCOL.claims(ANYWHERE, b"", server) is Claim.NO
