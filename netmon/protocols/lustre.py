"""LNet over TCP, the network of the Lustre file system (lnet/include/uapi/linux/lnet/socklnd.h).

Claimed: the connection request to an acceptor, or a socket hello, by their magic and version in either byte order. Told:
nothing more.
"""

from __future__ import annotations

from ._contract import MAYBE, NO, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedShell, jointly
from ._shell import StreamProtocol

ACCEPTOR, HELLO = 0xACCE7100, 0x45726963
"""The request's magic, and the hello's that follows it in both directions."""
_WORDS = {magic.to_bytes(4, order): order for magic in (ACCEPTOR, HELLO) for order in ("little", "big")}
LARGEST_VERSION = 4


class _Lustre(NamedShell):
    """One connection."""

    __slots__ = ()

    label = "Lustre"


def opening(head: bytes) -> Claim:
    """Magic, version."""
    if len(head) < 8:
        return MAYBE if any(word.startswith(head[:4]) for word in _WORDS) else NO
    version = head[4:8] if _WORDS.get(head[:4]) == "big" else head[7:3:-1]
    known = head[:4] in _WORDS and 0 < int.from_bytes(version, "big") <= LARGEST_VERSION
    return YES if known else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Either end."""
    return jointly(client, server, opening)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Lustre, judge, frozenset(), frozenset(word[0] for word in _WORDS))
