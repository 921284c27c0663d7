"""Bitcoin's peer protocol (en.bitcoin.it, "Protocol documentation").

Claimed: the magic of one of its networks and a command in printable letters, padded with zeros. Told: nothing more.
"""

from __future__ import annotations

import re

from ._contract import MAYBE, NO, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedShell, jointly, one_of
from ._shell import StreamProtocol

PORTS = frozenset((8333, 18333))
MAGICS = tuple(bytes.fromhex(word) for word in ("f9beb4d9", "0b110907", "fabfb5da", "0a03cf40", "1c163f28"))
"""Main, three of the test networks, and signet where it stands alone."""
_COMMAND = re.compile(rb"[a-z0-9]{2,12}\0*")


class _Bitcoin(NamedShell):
    """One connection."""

    __slots__ = ()

    label = "Bitcoin"


def message(head: bytes) -> Claim:
    """A message header."""
    claim = one_of(head, *MAGICS)
    if claim is not YES or len(head) < 16:
        return NO if claim is NO else MAYBE
    return YES if _COMMAND.fullmatch(head[4:16]) else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Peers speak alike."""
    return jointly(client, server, message)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Bitcoin, judge, PORTS, frozenset(magic[0] for magic in MAGICS))
