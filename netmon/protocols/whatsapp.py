"""WhatsApp's chat connection: a Noise handshake in frames, or before 2016 a binary form of XMPP.

There is no public document; the layout is the one the field agrees on. Claimed: the client's header (perhaps behind its
routing information) and the length and field of the hello that follows. Told: nothing, as everything is encrypted.
"""

from __future__ import annotations

from ._contract import MAYBE, NO, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedShell, one_of
from ._shell import StreamProtocol

ROUTING, HEADER = b"ED\0\1", b"WA"
LARGEST_VERSION = 12
HELLO, ANSWER, LIST = 0x12, 0x1A, 0xF8
"""Fields 2 and 3 of the first message (protocol buffers): the client's hello and the server's; what a binary stanza begins
with."""


class _WhatsApp(NamedShell):
    """One connection."""

    __slots__ = ()

    label = "WhatsApp"


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Mark, two version octets, three of length, field. The server answers with three of length and field 3."""
    if len(server) >= 4 and (server[0] or server[3] not in (ANSWER, LIST)):
        return NO
    claim = one_of(client, ROUTING, HEADER) if client else MAYBE
    if claim is not YES:
        return claim
    at = 0
    if client.startswith(ROUTING):
        if len(client) < 7:
            return MAYBE
        at = 7 + int.from_bytes(client[4:7], "big")
        if at > 512:
            return NO
    head = client[at : at + 8]
    if not HEADER.startswith(head[:2]):
        return NO
    if len(head) < 8:
        return MAYBE
    known = 1 <= head[2] <= LARGEST_VERSION and head[3] <= LARGEST_VERSION and not head[4] and head[7] in (HELLO, LIST)
    return YES if known else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_WhatsApp, judge, frozenset(), frozenset(b"EW"))
