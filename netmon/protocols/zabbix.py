"""Zabbix agents, proxies and servers (zabbix.com/documentation, "Header").

Claimed: the mark and flags of a header. Told: nothing more: items and values are somebody's.
"""

from __future__ import annotations

from ._contract import MAYBE, NO, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedShell, jointly, magic
from ._shell import StreamProtocol

PORTS = frozenset((10050, 10051))
MARK = b"ZBXD"
LAST_FLAGS = 7
HEADER = 13


class _Zabbix(NamedShell):
    """One connection."""

    __slots__ = ()

    label = "Zabbix"


def packet(head: bytes) -> Claim:
    """Mark, flags, length."""
    if magic(head, MARK) is not YES:
        return magic(head, MARK)
    if len(head) < 5:
        return MAYBE
    return YES if head[4] & 1 and head[4] <= LAST_FLAGS else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Headers in both directions; an old agent is asked in bare text."""
    if client[:1] != MARK[:1] and server[:1] == MARK[:1]:
        return packet(server) if client.isascii() and (not client or context.server_port in PORTS) else NO
    return jointly(client, server, packet)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Zabbix, judge, PORTS, frozenset(b"Z"))
