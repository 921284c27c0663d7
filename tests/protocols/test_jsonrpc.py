"""JSON-RPC over TCP."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.jsonrpc import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

TALK: list[Flight] = [
    (0, b'{"jsonrpc": "2.0", "method": "getinfo", "params": ["secret"], "id": 1}\n'),
    (1, b'{"jsonrpc": "2.0", "result": {"x": "secret"}, "id": 1}\n'),
]
HEADED = b'Content-Length: 63\r\nContent-Type: x\r\n\r\n{"jsonrpc":"2.0","method":"initialize","id":1}'


def test_conversation() -> None:
    """Recognised however it is cut; methods, no parameters."""
    assert check(PROTOCOL, TALK) == {"jsonrpc_method": ("getinfo",)}
    assert "secret" not in repr(run(PROTOCOL, TALK))
    assert PROTOCOL.claims(ANYWHERE, HEADED, b"") is Claim.YES


def test_others() -> None:
    """The version must be there."""
    for head in (b'{"method":"x","id":1}' + b" " * 1500, b"CONNECT x", b"Content-Length: 3\r\n\r\nabc"):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b'{"jsonrpc":"2.0"', b"") is Claim.MORE
