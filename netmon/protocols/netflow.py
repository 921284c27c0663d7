"""NetFlow versions 1, 5, 7 and 9 (RFC 3954) and IPFIX (RFC 7011): exporters of flow records.

Claimed, on any port: fixed-size records that fill the datagram (1, 5, 7), flow sets that do (9), a message length that is
the datagram's with sets that fill it (IPFIX). Read: version, observation domain, counts; the records themselves are about
others.
"""

from __future__ import annotations

from typing import NamedTuple

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORTS = frozenset((2055, 2056, 4739, 9995, 9996))
VERSION = FieldSpec("netflow_version", "Version", multiple=True)
DOMAIN = FieldSpec("netflow_domain", "Observation domain", multiple=True)
SETS = FieldSpec("netflow_sets", "Sets", multiple=True)
_FIXED = {1: (16, 52), 5: (24, 48), 7: (24, 52)}
_TEMPLATES = {0: "template", 1: "options", 2: "template", 3: "options"}
MAX_SETS = 64


class Export(NamedTuple):
    """One export packet."""

    version: int
    domain: int | None
    sets: tuple[str, ...]
    whole: bool
    """Lengths and counts fill the datagram."""


def export(data: bytes) -> Export:
    """Header and the kinds of sets."""
    cursor = Cursor(data)
    version, count = cursor.u16(), cursor.u16()
    if version in _FIXED:
        header, size = _FIXED[version]
        if not 1 <= count <= 30 or len(data) < header:
            raise ParseError("record count")
        return Export(version, None, ("data",), len(data) == header + count * size)
    if version == 9:
        cursor.skip(12)
        domain, end = cursor.u32(), len(data)
    elif version == 10:
        cursor.skip(8)
        domain, end = cursor.u32(), count
    else:
        raise ParseError("unknown version")
    if end > len(data):
        return Export(version, domain, (), False)
    kinds: dict[str, None] = {}
    sets = Cursor(data, cursor.position, end)
    for _ in range(MAX_SETS):
        if sets.left < 4:
            break
        number, length = sets.u16(), sets.u16()
        if length < 4 or length - 4 > sets.left or 4 <= number < 256:
            return Export(version, domain, tuple(kinds), False)
        kinds[_TEMPLATES.get(number, "data")] = None
        sets.skip(length - 4)
    return Export(version, domain, tuple(kinds), bool(kinds) and sets.left < 4 and end == len(data))


def recognise(context: Context, data: bytes) -> Claim:
    """By what fills the datagram; the header is weak evidence on a usual port."""
    try:
        found = export(data)
    except ParseError:
        return NO
    return YES if found.whole else WEAK if on_port(context, *PORTS) else NO


class _NetFlow(DatagramInspector):
    """One exporter."""

    __slots__ = ()

    label = "NetFlow"

    def take(self, data: bytes) -> Status:
        found, report = export(data), self.report
        report.add(VERSION, found.version)
        if found.domain is not None:
            report.add(DOMAIN, found.domain)
        for kind in found.sets:
            report.add(SETS, kind)
        report.state = "EXPORT"
        report.summary = "IPFIX" if found.version == 10 else f"v{found.version}"
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(
    _NetFlow, recognise, PORTS, frozenset((0,)), look=Look(4, 1, frozenset((*_FIXED, 9, 10)))
)
