"""Citrix ICA and the session reliability (CGP) around it.

There is no public document; the layout is the one the field agrees on. Claimed: the mark the server of ICA repeats, or the
client's of CGP. Told: nothing, as sessions are somebody's.
"""

from __future__ import annotations

from ._contract import MAYBE, NO, ApplicationProtocol, Claim, Context
from ._judge import NamedShell, one_of
from ._shell import StreamProtocol

PORTS = frozenset((1494, 2598))
ICA, CGP = b"\x7f\x7fICA\0", b"\x1aCGP/01"


class _Citrix(NamedShell):
    """One session."""

    __slots__ = ()

    label = "Citrix"


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """The server of ICA speaks first, the client of CGP does."""
    if client[:1] == CGP[:1]:
        return one_of(client, CGP)
    if not server:
        return MAYBE if not client or client[:1] == ICA[:1] else NO
    return one_of(server, ICA, CGP)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Citrix, judge, PORTS, frozenset((0x7F, 0x1A)))
