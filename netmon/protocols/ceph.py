"""Ceph's messenger protocol, versions 1 and 2 (docs.ceph.com, "msgr2 protocol").

Claimed: the banner of either side. Told: nothing more.
"""

from __future__ import annotations

from ._contract import ApplicationProtocol, Claim, Context
from ._judge import NamedShell, jointly, one_of
from ._shell import StreamProtocol

PORTS = frozenset((6789, 3300))


class _Ceph(NamedShell):
    """One connection."""

    __slots__ = ()

    label = "Ceph"


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Both sides show a banner."""
    return jointly(client, server, lambda head: one_of(head, b"ceph v0", b"ceph v2\n"))


PROTOCOL: ApplicationProtocol = StreamProtocol(_Ceph, judge, PORTS, frozenset(b"c"))
