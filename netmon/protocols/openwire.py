"""OpenWire, ActiveMQ's own protocol (activemq.apache.org/openwire-version-2-specification).

Claimed: WIREFORMAT_INFO, with which both sides begin. Told: nothing more.
"""

from __future__ import annotations

from ._contract import NO, ApplicationProtocol, Claim, Context
from ._judge import NamedShell, jointly, magic
from ._shell import StreamProtocol

PORTS: frozenset[int] = frozenset()
"""61616, which is any client's port too."""
WORD = b"\x01ActiveMQ\x00"
"""Type and mark, behind the size."""


class _Openwire(NamedShell):
    """One connection."""

    __slots__ = ()

    label = "OpenWire"


def info(head: bytes) -> Claim:
    """Size, type, mark, version."""
    if len(head) >= 4 and not 20 <= int.from_bytes(head[:4], "big") <= 65_536:
        return NO
    return magic(head[4:], WORD)


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Both sides begin alike."""
    return jointly(client, server, info)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Openwire, judge, PORTS, frozenset((0,)))
