"""Syncthing's local discovery (docs.syncthing.net, "Local Discovery Protocol v4").

Claimed: the magic and behind it the field of an identifier with its 32 octets. Told: nothing, as identifiers are somebody's.
Synchronisation itself is TLS.
"""

from __future__ import annotations

from ._contract import NO, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedDatagrams
from ._udp import DatagramProtocol

PORTS = frozenset((21027,))
MAGIC = bytes.fromhex("2ea7d90b")
IDENTIFIER = b"\x0a\x20"
"""Field 1 of the announcement (protocol buffers): 32 octets."""


class _Syncthing(NamedDatagrams):
    """One device."""

    __slots__ = ()

    label = "Syncthing"


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Magic and identifier."""
    return YES if data.startswith(MAGIC + IDENTIFIER) and len(data) >= 38 else NO


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Syncthing, recognise, PORTS, frozenset(MAGIC[:1]))
