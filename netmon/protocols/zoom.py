"""Zoom's media over UDP: the opening of a conversation with a server.

There is no public document; the layout is the one the field agrees on. Claimed: an opening and its answer, which repeats the
opening's number and identifiers. Told: nothing, as meetings are encrypted.
"""

from __future__ import annotations

from ._contract import MAYBE, MORE, NO, SERVER, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import NamedDatagrams
from ._udp import DatagramProtocol

PORTS = frozenset((8801,))
OPENING, ANSWER = b"\1\0\2", b"\2\0\1"
REPEATED = slice(3, 20)
LEAST = 32


class _Zoom(NamedDatagrams):
    """One participant."""

    __slots__ = ()

    label = "Zoom"

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:
        """The answer completes it."""
        return super().feed(side, data, timestamp_ns) if side == SERVER else MORE


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  both directions decide
    """One direction says little."""
    return MAYBE if len(data) >= LEAST and data[:3] in (OPENING, ANSWER) else NO


class _Protocol(DatagramProtocol):
    """An opening and its answer are sure."""

    __slots__ = ()

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        claim = super().claims(context, client, server)
        if claim is MAYBE and client and server:
            return YES if client[:3] == OPENING and server[:3] == ANSWER and client[REPEATED] == server[REPEATED] else NO
        return claim


PROTOCOL: ApplicationProtocol = _Protocol(_Zoom, recognise, PORTS, frozenset((1, 2)))
