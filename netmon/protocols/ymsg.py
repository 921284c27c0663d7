"""Yahoo Messenger's protocol.

Claimed: its mark, a version below 256, and a length that a message can have. Told: nothing more: out of service since
2018.
"""

from __future__ import annotations

from ._contract import MAYBE, NO, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedShell, jointly, magic
from ._shell import StreamProtocol

PORTS = frozenset((5050,))
MARK = b"YMSG"
HEADER = 20


class _Ymsg(NamedShell):
    """One connection."""

    __slots__ = ()

    label = "YMSG"


def packet(head: bytes) -> Claim:
    """Mark, version, vendor, length, service."""
    if magic(head, MARK) is not YES:
        return magic(head, MARK)
    if len(head) < HEADER:
        return MAYBE
    version = (head[4], head[5])
    return YES if 0 in version and version != (0, 0) else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Both directions begin alike."""
    return jointly(client, server, packet)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Ymsg, judge, PORTS, frozenset(b"Y"))
