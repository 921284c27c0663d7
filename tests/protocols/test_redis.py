"""Redis: arrays, inline commands, errors."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.redis import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of


def command(*words: bytes) -> bytes:
    """An array of bulk strings."""
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)


CONVERSATION: list[Flight] = [
    (0, command(b"AUTH", b"hunter2")),
    (1, b"+OK\r\n"),
    (0, command(b"set", b"private-key", b"*1\r\n$4\r\nEVIL\r\n") + command(b"GET", b"private-key")),
    (1, b"+OK\r\n$14\r\n*1\r\n$4\r\nEVIL\r\n\r\n"),
    (0, command(b"JSON.GET", b"x")),
    (1, b"-WRONGTYPE private\r\n"),
]


def test_conversation() -> None:
    """Commands and kinds of errors; no keys, no values."""
    assert check(PROTOCOL, CONVERSATION) == {
        "redis_command": ("AUTH", "SET", "GET", "JSON.GET"),
        "redis_error": ("WRONGTYPE",),
    }
    finding, _, updates = run(PROTOCOL, CONVERSATION)
    assert finding.risks == ("clear-text-credentials",)
    for secret in ("hunter2", "private", "EVIL"):
        assert secret not in text_of(updates)


def test_claims() -> None:
    """An inline command needs an answer; HTTP's GET is not Redis'."""
    assert PROTOCOL.claims(ANYWHERE, b"PING\r\n", b"+PONG\r\n") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"PING\r\n", b"") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, b"GET / HTTP/1.1\r\n", b"") is Claim.NO
    assert PROTOCOL.claims(Context("tcp", 1, 6379), b"", b"+PONG\r\n") is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, b"USER alice\r\n", b"+OK hello\r\n") is Claim.NO
