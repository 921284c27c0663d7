"""sFlow versions 2, 4 (RFC 3176) and 5 (sflow.org): agents that export packet samples and counters.

Claimed: version, agent address and, in version 5, samples whose lengths fit, on port 6343; elsewhere version 5 with samples
that fill the datagram. Read: version, agent, sample kinds; the sampled packets are about others.
"""

from __future__ import annotations

from socket import AF_INET, AF_INET6, inet_ntop
from typing import NamedTuple

from netmon.errors import NeedMore, ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 6343
SAMPLES = {1: "flow", 2: "counters", 3: "flow", 4: "counters", 5: "discarded"}
MAX_SAMPLES = 64
VERSION = FieldSpec("sflow_version", "Version")
AGENT = FieldSpec("sflow_agent", "Agent", multiple=True)
KIND = FieldSpec("sflow_sample", "Samples", multiple=True)


class Datagram(NamedTuple):
    """One export datagram."""

    version: int
    agent: str
    kinds: tuple[str, ...]
    whole: bool


def datagram(data: bytes) -> Datagram:
    """Header, and in version 5 the samples."""
    cursor = Cursor(data)
    version, family = cursor.u32(), cursor.u32()
    if version not in (2, 4, 5) or family not in (1, 2):
        raise ParseError("unknown version or address")
    agent = inet_ntop(AF_INET if family == 1 else AF_INET6, cursor.take(4 if family == 1 else 16))
    cursor.skip(12 if version == 5 else 8)
    count = cursor.u32()
    kinds: dict[str, None] = {}
    whole = version == 5 and 0 < count <= MAX_SAMPLES
    try:
        for _ in range(min(count, MAX_SAMPLES) if whole else 0):
            kind, length = cursor.u32(), cursor.u32()
            cursor.skip(length)
            kinds[SAMPLES.get(kind, "other")] = None
    except NeedMore:
        whole = False
    return Datagram(version, agent, tuple(kinds), whole and cursor.at_end)


def recognise(context: Context, data: bytes) -> Claim:
    """By what fills the datagram; the header is enough on the usual port."""
    try:
        found = datagram(data)
    except ParseError:
        return NO
    return YES if found.whole or on_port(context, PORT) else NO


class _SFlow(DatagramInspector):
    """One agent."""

    __slots__ = ()

    label = "sFlow"

    def take(self, data: bytes) -> Status:
        found, report = datagram(data), self.report
        report.set(VERSION, found.version)
        report.add(AGENT, found.agent)
        for kind in found.kinds:
            report.add(KIND, kind)
        report.state, report.summary = "EXPORT", f"agent {found.agent}"
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(
    _SFlow, recognise, frozenset((PORT,)), frozenset((0,)), look=Look(8, 3, frozenset((2, 4, 5)))
)
