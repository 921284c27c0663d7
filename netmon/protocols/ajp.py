"""Apache JServ Protocol 1.3 (tomcat.apache.org/connectors-doc/ajp/ajpv13a.html).

Claimed: a packet of a web server with a known code, or of a container. Told: nothing: what is forwarded is somebody's
request with its cookies.
"""

from __future__ import annotations

from ._contract import MAYBE, NO, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedShell, jointly, magic
from ._shell import StreamProtocol

PORTS = frozenset((8009,))
REQUESTS = frozenset((2, 7, 8, 10))
"""Forward request, shutdown, ping, cping."""
ANSWERS = frozenset((3, 4, 5, 6, 9))
LAST_METHOD = 27


class _Ajp(NamedShell):
    """One connection."""

    __slots__ = ()

    label = "AJP"


def packet(head: bytes, word: bytes, codes: frozenset[int]) -> Claim:
    """Mark, size, code."""
    if magic(head, word) is not YES:
        return magic(head, word)
    if len(head) < 5:
        return MAYBE
    size = int.from_bytes(head[2:4], "big")
    if not size or size > 8188 or head[4] not in codes:
        return NO
    if head[4] != 2:
        return YES if size == 1 or head[4] < 7 else NO
    return MAYBE if len(head) < 6 else YES if head[5] <= LAST_METHOD and size > 10 else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """The marks differ by direction."""
    return jointly(
        client, server, lambda head: packet(head, b"\x12\x34", REQUESTS), lambda head: packet(head, b"AB", ANSWERS)
    )


PROTOCOL: ApplicationProtocol = StreamProtocol(_Ajp, judge, PORTS, frozenset((0x12, 0x41)))
