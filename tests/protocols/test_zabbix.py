"""Zabbix: packet headers."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.zabbix import PROTOCOL

from ._streams import ANYWHERE, Flight, check

TALK: list[Flight] = [(0, b"ZBXD\1\x0a" + bytes(7) + b"proc.num[]"), (1, b"ZBXD\1\3" + bytes(7) + b"263")]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        b"ZBXD\2",
        b"ZBX ",
        b"Z\0",
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO


def test_bare_question() -> None:
    """An old agent is asked in text on its port."""
    assert PROTOCOL.claims(Context("tcp", 50000, 10050), b"agent.ping\n", b"ZBXD\1") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"agent.ping\n", b"ZBXD\1") is Claim.NO
