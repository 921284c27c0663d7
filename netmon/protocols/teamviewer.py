"""TeamViewer's own transport.

There is no public document; the layout is the one the field agrees on. Claimed: a command of version 1 or 2 in both
directions, or on the usual port; over UDP the mark at its place. Told: nothing, as everything is encrypted.
"""

from __future__ import annotations

from ._contract import MAYBE, NO, WEAK, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedDatagrams, NamedShell, jointly
from ._shell import StreamProtocol
from ._udp import DatagramProtocol, on_port

PORT = 5938
PORTS = frozenset((PORT,))
FIRST, SECOND = b"\x17\x24", b"\x11\x30"
COMMANDS = range(10, 140)
MARK_AT = 11
LARGEST = 0x8000


class _Stream(NamedShell):
    """Over TCP."""

    __slots__ = ()

    label = "TeamViewer"


class _Datagrams(NamedDatagrams):
    """Over UDP."""

    __slots__ = ()

    label = "TeamViewer"


def command(head: bytes) -> Claim:
    """Mark, command, and in version 1 the length, least significant octet first."""
    if not any(word.startswith(head[:2]) for word in (FIRST, SECOND)) or (len(head) > 2 and head[2] not in COMMANDS):
        return NO
    if len(head) < 5:
        return MAYBE
    if head.startswith(FIRST) and int.from_bytes(head[3:5], "little") > LARGEST:
        return NO
    return WEAK


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Both ends speak alike."""
    claim = jointly(client, server, command)
    return YES if claim is WEAK and context.server_port in PORTS else claim


def recognise(context: Context, data: bytes) -> Claim:
    """A zero octet first, the mark behind the numbers."""
    marked = data[MARK_AT : MARK_AT + 2] == FIRST and data[:1] == b"\0" and len(data) > MARK_AT + 5
    return (YES if on_port(context, PORT) else WEAK) if marked else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream, judge, PORTS, frozenset((FIRST[0], SECOND[0])), DatagramProtocol(_Datagrams, recognise, PORTS, frozenset((0,)))
)
