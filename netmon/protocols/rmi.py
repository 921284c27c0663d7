"""Java RMI (Java Object Serialization's "RMI Wire Protocol").

Claimed: the header a client begins with. Told: nothing more: what follows are serialised objects.
"""

from __future__ import annotations

from ._contract import MAYBE, NO, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedShell, one_of
from ._shell import StreamProtocol

PORTS = frozenset((1099,))
_HEADERS = (b"JRMI\x00\x01", b"JRMI\x00\x02")
_PROTOCOLS = b"KLM"
"""Stream, single operation, multiplexed."""
ACKNOWLEDGED, REFUSED = 0x4E, 0x4F


class _Rmi(NamedShell):
    """One connection."""

    __slots__ = ()

    label = "RMI"


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Header, version, kind; the server acknowledges."""
    claim = one_of(client, *_HEADERS)
    if claim is not YES:
        return claim
    if len(client) < 7:
        return MAYBE
    return YES if client[6] in _PROTOCOLS else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Rmi, judge, PORTS, frozenset(b"J"))
