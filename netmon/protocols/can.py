"""CAN frames over UDP, as gateways of controller area networks (ISO 11898) send them.

There is no public document; the layout is the one the field agrees on. Claimed: the name of the standard every datagram
begins with. Told: nothing, as frames are the machines'.
"""

from __future__ import annotations

from ._contract import NO, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedDatagrams
from ._udp import DatagramProtocol

MARK = b"ISO11898"


class _Can(NamedDatagrams):
    """One gateway."""

    __slots__ = ()

    label = "CAN"


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the name, with something behind it."""
    return YES if data.startswith(MARK) and len(data) > len(MARK) else NO


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Can, recognise, frozenset(), frozenset(MARK[:1]))
