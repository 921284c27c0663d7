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


HELLO = (
    b"%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$5\r\n7.2.4\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:9\r\n"
    b"$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n"
)
INFO = b"# Server\r\nredis_version:6.0.16\r\nredis_git_sha1:00000000\r\n" + b"x" * 300 + b"\r\n"


def test_user_database_and_version() -> None:
    """Of HELLO: user and the version in the answer; SELECT's number; never the password."""
    talk: list[Flight] = [
        (0, command(b"HELLO", b"3", b"AUTH", b"alice", b"hunter2", b"SETNAME", b"app")),
        (1, HELLO),
        (0, command(b"SELECT", b"2") + command(b"GET", b"version")),
        (1, b"+OK\r\n$5\r\n9.9.9\r\n"),
    ]
    assert check(PROTOCOL, talk) == {
        "redis_command": ("HELLO", "SELECT", "GET"),
        "redis_user": ("alice",),
        "redis_version": ("7.2.4",),
        "redis_db": (2,),
    }
    assert "hunter2" not in text_of(run(PROTOCOL, talk)[2])


def test_version_out_of_info_and_the_user_of_auth() -> None:
    """AUTH with two words begins with the user, with one it has none; what else an answer holds is not looked at."""
    talk: list[Flight] = [
        (0, command(b"AUTH", b"bob", b"hunter2") + command(b"auth", b"hunter3") + command(b"INFO")),
        (1, b"+OK\r\n-WRONGPASS no\r\n$%d\r\n" % len(INFO) + INFO + b"\r\n"),
        (0, b"SELECT 15\r\nGET a\r\n"),
        (1, b"+OK\r\n$24\r\n\nredis_version:1.0\r\nxxxx\r\n"),
    ]
    told = check(PROTOCOL, talk)
    assert (told["redis_user"], told["redis_version"], told["redis_db"]) == (("bob",), ("6.0.16",), (15,))
    assert "hunter" not in text_of(run(PROTOCOL, talk)[2])


def test_claims() -> None:
    """An inline command needs an answer; HTTP's GET is not Redis'."""
    assert PROTOCOL.claims(ANYWHERE, b"PING\r\n", b"+PONG\r\n") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"PING\r\n", b"") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, b"GET / HTTP/1.1\r\n", b"") is Claim.NO
    assert PROTOCOL.claims(Context("tcp", 1, 6379), b"", b"+PONG\r\n") is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, b"USER alice\r\n", b"+OK hello\r\n") is Claim.NO
