"""NSQ clients."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.nsq import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def body(value: bytes) -> bytes:
    return struct.pack("!I", len(value)) + value


TALK: list[Flight] = [
    (0, b"  V2IDENTIFY\n" + body(b'{"client_id":"x"}')),
    (1, struct.pack("!II", 6, 0) + b"OK"),
    (0, b"SUB orders work\nRDY 1\n"),
    (0, b"PUB mails\n" + body(b"secret\nSUB hidden x\n") + b"NOP\n"),
]


def test_conversation() -> None:
    """Recognised however it is cut; bodies are passed over."""
    assert check(PROTOCOL, TALK) == {
        "nsq_command": ("IDENTIFY", "SUB", "RDY", "PUB", "NOP"),
        "nsq_topic": ("orders", "mails"),
    }
    assert "secret" not in repr(run(PROTOCOL, TALK))


def test_a_log_on_is_a_risk() -> None:
    """The secret of AUTH is a body, and is not told."""
    finding, _, _ = run(PROTOCOL, [*TALK, (0, b"AUTH\n" + body(b"hidden"))])
    assert finding.risks == ("clear-text-credentials",)
    assert "hidden" not in repr(finding)


def test_others() -> None:
    """What only looks alike is refused."""
    for client, server in ((b"  V2GET /", b""), (b"  V1", b""), (TALK[0][1], b"HTTP/1.1 400")):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
