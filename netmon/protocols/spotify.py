"""Spotify: the discovery of other players by broadcast, and the start of a connection to an access point.

There is no public document; the layout is the one the field agrees on. Claimed: the word every announcement begins with, or
over TCP the version and length that a hello begins with and its first field. Told: nothing: what follows is encrypted.
"""

from __future__ import annotations

from ._contract import MAYBE, NO, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedDatagrams, NamedShell
from ._shell import StreamProtocol
from ._udp import DatagramProtocol

PORTS = frozenset((57621,))
ANNOUNCEMENT = b"SpotUdp0"
VERSION = b"\x00\x04"
HELLO = b"\x52\x0e\x50"
"""The field of the build, and in it the product."""
SMALLEST, LARGEST = 64, 2048


class _Stream(NamedShell):
    """One access point."""

    __slots__ = ()

    label = "Spotify"


class _Datagrams(NamedDatagrams):
    """One player."""

    __slots__ = ()

    label = "Spotify"


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the word."""
    return YES if data.startswith(ANNOUNCEMENT) else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  the answer has no mark
    """Version, length, field."""
    size = int.from_bytes(client[2:6], "big")
    if not VERSION.startswith(client[:2]) or (len(client) >= 6 and not SMALLEST <= size <= LARGEST):
        return NO
    if not HELLO.startswith(client[6:9]):
        return NO
    return YES if len(client) >= 9 else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream, judge, PORTS, frozenset((0,)), DatagramProtocol(_Datagrams, recognise, PORTS, frozenset(b"S"))
)
