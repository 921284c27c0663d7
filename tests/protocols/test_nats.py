"""NATS: INFO, operations, payloads that are passed over."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.nats import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

TALK: list[Flight] = [
    (1, b'INFO {"server_id":"X","version":"2.10.1","go":"go1"}\r\n'),
    (0, b'CONNECT {"user":"u","pass":"secret"}\r\nPING\r\n'),
    (1, b"PONG\r\n"),
    (0, b"SUB secret 1\r\nPUB secret.x 16\r\nUNSUB secret\r\n12\r\nPING\r\n"),
]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {"nats_version": ("2.10.1",), "nats_operation": ("CONNECT", "PING", "SUB", "PUB")}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        b"GET / HTTP/1.1\r\n",
        b"EHLO x\r\n",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO


def test_secrets() -> None:
    """A password is a risk and is not told, nor are subjects."""
    finding, _, updates = run(PROTOCOL, TALK)
    assert finding.risks == ("clear-text-credentials",)
    assert "secret" not in repr(updates)


def test_claims() -> None:
    """INFO alone is not enough."""
    assert PROTOCOL.claims(ANYWHERE, b"", b"INFO hello\r\n") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"", b'INFO {"x":1}\r\n') is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"", b'INFO {"serv') is Claim.MORE
