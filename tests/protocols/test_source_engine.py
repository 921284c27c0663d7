"""Source engine queries."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.source_engine import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told

ONES = b"\xff\xff\xff\xff"
QUERY = ONES + b"TSource Engine Query\0"
INFO = ONES + b"I\x11My Server\0de_dust\0cstrike\0Counter\0" + bytes(10)
CHALLENGE = ONES + b"A\1\2\3\4"


def test_query_and_answer() -> None:
    """Kinds, server, map, game."""
    update = told(PROTOCOL, (0, QUERY), (1, CHALLENGE), (1, INFO))
    assert fields(update) == {
        "source_message": ("INFO_QUERY", "CHALLENGE", "INFO"),
        "source_server": ("My Server",),
        "source_map": ("de_dust",),
        "source_game": ("Counter",),
    }
    assert finding(update).summary == "Counter My Server"


def test_claims() -> None:
    """The text is sure, the rest by the port."""
    assert asked(PROTOCOL, QUERY) is asked(PROTOCOL, CHALLENGE, on(27015)) is Claim.YES
    assert asked(PROTOCOL, CHALLENGE) is asked(PROTOCOL, INFO) is Claim.WEAK
    assert asked(PROTOCOL, CHALLENGE + b"x", on(27015)) is asked(PROTOCOL, ONES + b"\0\0", on(27015)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, QUERY, INFO, port=27015)
