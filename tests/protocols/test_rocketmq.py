"""RocketMQ's commands."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.rocketmq import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def command(header: bytes, body: bytes = b"") -> bytes:
    return struct.pack("!II", 4 + len(header) + len(body), len(header)) + header + body


ASK = command(b'{"code":105,"extFields":{"topic":"hidden"},"flag":0,"language":"JAVA","opaque":3,"version":399}')
ANSWER = command(b'{"code":0,"flag":1,"language":"JAVA","opaque":3,"version":399}', b"secret")
TALK: list[Flight] = [(0, ASK), (1, ANSWER), (0, command(b'{"code":9999,"flag":0,"language":"GO","opaque":4}'))]


def test_conversation() -> None:
    """Recognised however it is cut."""
    assert check(PROTOCOL, TALK) == {
        "rocketmq_command": ("GET_ROUTEINFO_BY_TOPIC", "9999"),
        "rocketmq_language": ("JAVA", "GO"),
    }
    _, _, updates = run(PROTOCOL, TALK)
    assert "hidden" not in repr(updates) and "secret" not in repr(updates)


def test_others() -> None:
    """Lengths that agree, and the members."""
    for head in (
        command(b'{"a":1,"padding":"xxxxxxxxx"}'),
        ASK[:4] + b"\0\0\xff\xff" + ASK[8:],
        ASK[:4] + b"\7" + ASK[5:],
        b"\1",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
