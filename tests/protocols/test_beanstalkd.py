"""beanstalkd."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.beanstalkd import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

TALK: list[Flight] = [
    (0, b"use mails\r\n"),
    (1, b"USING mails\r\n"),
    (0, b"put 1 0 60 6\r\nsecret\r\n"),
    (1, b"INSERTED 1\r\n"),
    (0, b"reserve\r\n"),
    (1, b"RESERVED 1 6\r\nsecret\r\n"),
]


def test_conversation() -> None:
    """Recognised however it is cut; jobs are passed over."""
    told = check(PROTOCOL, TALK)
    assert told == {"beanstalkd_command": ("use", "put", "reserve"), "beanstalkd_tube": ("mails",)}
    _, _, updates = run(PROTOCOL, TALK)
    assert "secret" not in repr(updates) and sum(len(update.exchanges) for update in updates) == 6


def test_claims() -> None:
    """A whole line of each."""
    assert PROTOCOL.claims(ANYWHERE, b"stats\r\n", b"") is Claim.MORE
    assert PROTOCOL.claims(Context("tcp", 1, 11300), b"stats\r\n", b"") is Claim.WEAK
    for client, server in (
        (b"stats\r\n", b"STAT pid 1\r\n"),
        (b"put this\r\n", b""),
        (b"quit\r\n", b"+OK bye\r\n"),
        (b"x" * 300, b""),
    ):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
