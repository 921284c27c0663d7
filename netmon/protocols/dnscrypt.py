"""DNSCrypt version 2 (dnscrypt.info/protocol), over UDP and TCP.

Claimed: the mark every answer begins with, to a question whose size is one that padding gives. Told: nothing, as everything
is encrypted. The certificates asked for before are plain DNS.
"""

from __future__ import annotations

from ._contract import DONE, MAYBE, MORE, NO, SERVER, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import NamedDatagrams, NamedShell, magic
from ._shell import StreamProtocol
from ._udp import DatagramProtocol

RESOLVER_MAGIC = b"r6fnvWj8"
NONCE, TAG, BLOCK = 24, 16, 64
QUERY = 8 + 32 + 12 + TAG
"""The client's magic and key, its half of the nonce, and the tag of the box."""
LEAST = 256


class _Stream(NamedShell):
    """Over TCP."""

    __slots__ = ()

    label = "DNSCrypt"

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002
        """The answer completes it."""
        return DONE if side == SERVER else MORE


class _Datagrams(NamedDatagrams):
    """Over UDP."""

    __slots__ = ()

    label = "DNSCrypt"


def padded(size: int) -> bool:
    """A question may be so long: what is encrypted fills blocks by the specification, the whole by the usual programs."""
    return size >= QUERY + LEAST - BLOCK and (not (size - QUERY) % BLOCK or not size % BLOCK)


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """The answer tells."""
    if data[0] == RESOLVER_MAGIC[0] and data.startswith(RESOLVER_MAGIC):
        return YES if len(data) > len(RESOLVER_MAGIC) + NONCE + TAG else NO
    return MAYBE if padded(len(data)) else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Behind two octets of length."""
    if len(client) >= 2 and not padded(client[0] << 8 | client[1]):
        return NO
    claim = magic(server[2:], RESOLVER_MAGIC) if len(server) > 2 else MAYBE
    if claim is YES and (server[0] << 8 | server[1]) <= len(RESOLVER_MAGIC) + NONCE + TAG:
        return NO
    return claim


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream,
    judge,
    frozenset(),
    frozenset(range(8)),
    DatagramProtocol(_Datagrams, recognise, frozenset(), frozenset(range(256))),
)
