"""Elasticsearch's transport protocol between nodes (its REST interface is HTTP).

Claimed: the mark "ES", a size, and a status and version as nodes write them. Told: nothing more: requests name indices
and may carry documents.
"""

from __future__ import annotations

from ._contract import MAYBE, NO, WEAK, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedShell, jointly, magic
from ._shell import StreamProtocol

PORTS = frozenset((9300,))
MARK = b"ES"
HEADER = 19
PING = b"\xff\xff\xff\xff"


class _Elasticsearch(NamedShell):
    """One connection."""

    __slots__ = ()

    label = "Elasticsearch"


def message(head: bytes) -> Claim:
    """Mark, size, request id, status, version."""
    if magic(head, MARK) is not YES:
        return magic(head, MARK)
    size = head[2:6]
    if size == PING:
        return WEAK
    if (size and size[0]) or (len(size) == 4 and int.from_bytes(size, "big") < 13):
        return NO
    if len(head) < HEADER:
        return MAYBE
    return YES if head[14] < 0x40 and not head[15] and head[16] else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Nodes speak alike."""
    return jointly(client, server, message)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Elasticsearch, judge, PORTS, frozenset(b"E"))
