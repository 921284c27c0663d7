"""collectd's network plug-in: metrics over UDP.

Claimed, on any port: typed parts whose lengths fill the datagram, the first naming a host or beginning an encrypted or
signed section. Read: host and plug-in names; the values are not looked at.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 25826
HOST, PLUGIN, SIGNATURE, ENCRYPTION = 0x0000, 0x0002, 0x0200, 0x0210
_FIRST = frozenset((HOST, SIGNATURE, ENCRYPTION))
MAX_PARTS = 512
HOSTS = FieldSpec("collectd_host", "Host", multiple=True)
PLUGINS = FieldSpec("collectd_plugin", "Plug-in", multiple=True, limit=64)


def parts(data: bytes) -> list[tuple[int, bytes]]:
    """Type and value of each part."""
    cursor = Cursor(data)
    found: list[tuple[int, bytes]] = []
    while not cursor.at_end and len(found) < MAX_PARTS:
        kind, length = cursor.u16(), cursor.u16()
        if not found and kind not in _FIRST:
            raise ParseError("unknown part")
        if kind == ENCRYPTION and not found:
            length = min(length, cursor.left + 4)
        found.append((kind, cursor.take(length - 4)))
    if not found:
        raise ParseError("no parts")
    if found[0][0] == HOST and not (found[0][1].endswith(b"\0") and len(found[0][1]) > 1):
        raise ParseError("no host name")
    return found


def recognise(context: Context, data: bytes) -> Claim:
    """By parts that fill it; what is encrypted needs the port."""
    try:
        found = parts(data)
    except ParseError:
        return NO
    sealed = found[0][0] in (SIGNATURE, ENCRYPTION) and len(found[0][1]) > 32
    return YES if len(found) > 2 or (sealed and on_port(context, PORT)) else NO


class _Collectd(DatagramInspector):
    """One sender."""

    __slots__ = ()

    label = "Collectd"

    def take(self, data: bytes) -> Status:
        report = self.report
        for kind, value in parts(data):
            if kind == HOST:
                report.add(HOSTS, value.rstrip(b"\0"))
            elif kind == PLUGIN:
                report.add(PLUGINS, value.rstrip(b"\0"))
            elif kind == ENCRYPTION:
                report.state = "ENCRYPTED"
        report.state = report.state or "CLEAR"
        report.summary = str(report.get(HOSTS) or "")
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Collectd, recognise, frozenset((PORT,)), frozenset((0, 2)))
