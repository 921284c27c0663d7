"""RethinkDB's opening."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.rethinkdb import PROTOCOL

from ._streams import ANYWHERE, Flight, check

NEW, OLD = bytes.fromhex("c3bdc234"), bytes.fromhex("202d0c40")
TALK: list[Flight] = [(0, NEW + b'{"protocol_version":0,"authentication":"n,,n=user"}\0'), (1, b'{"success":true}\0')]


def test_conversation() -> None:
    """Recognised however it is cut."""
    assert check(PROTOCOL, TALK) == {"rethinkdb_version": ("1.0",)}


def test_claims() -> None:
    """Old versions need the answer or the port."""
    assert PROTOCOL.claims(ANYWHERE, OLD, b"") is Claim.MORE
    assert PROTOCOL.claims(Context("tcp", 1, 28015), OLD, b"") is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, OLD, b"SUCCESS\0") is Claim.YES
    for client, server in ((NEW + b"xx", b""), (OLD, b"HTTP"), (b"\xc3\0", b"")):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
