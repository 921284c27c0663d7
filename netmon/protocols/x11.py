"""X11: the connection setup of the X Window System protocol, section 8.

Claimed: a client's setup in either byte order. Told: nothing more: what follows is a screen, and a cookie.
"""

from __future__ import annotations

from ._contract import MAYBE, NO, ApplicationProtocol, Claim, Context
from ._judge import NamedShell, one_of
from ._shell import StreamProtocol

PORTS = frozenset((6000, 6001, 6002, 6003, 6010))
SETUPS = (b"l\x00\x0b\x00\x00\x00", b"B\x00\x00\x0b\x00\x00")
"""Byte order, unused, major version 11, minor version 0."""


class _X11(NamedShell):
    """One connection."""

    __slots__ = ()

    label = "X11"


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """The server answers with failure, success or a wish for more."""
    if server and server[0] > 2:
        return NO
    return one_of(client, *SETUPS) if client else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_X11, judge, PORTS, frozenset(b"lB"))
