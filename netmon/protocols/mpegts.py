"""MPEG transport streams straight in UDP datagrams (ISO/IEC 13818-1), as set-top boxes get them.

Claimed, on any port: whole 188-octet packets, at least two, each with its synchronisation octet; a single one weakly. Read:
packet identifiers and packets missing by their continuity counters. The streams themselves are not looked at.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

PACKET = 188
SYNC = 0x47
NULL_PID = 0x1FFF
PID = FieldSpec("mpegts_pid", "Packet identifier", multiple=True, limit=64)
LOST = FieldSpec("mpegts_discontinuities", "Discontinuities")


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the synchronisation octets; no scrambling value or adaptation field that is reserved."""
    count, rest = divmod(len(data), PACKET)
    if rest or not count:
        return NO
    for at in range(0, len(data), PACKET):
        if data[at] != SYNC or not data[at + 3] & 0x30:
            return NO
    return YES if count > 1 else WEAK


class _MpegTs(DatagramInspector):
    """One stream."""

    __slots__ = ("_counters", "_lost")

    label = "MPEG-TS"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._counters: dict[int, int] = {}
        self._lost = 0

    def take(self, data: bytes) -> Status:
        if recognise(self.context, data) is NO:
            raise ParseError("no transport packets")
        for at in range(0, len(data), PACKET):
            self._packet((data[at + 1] << 8 | data[at + 2]) & 0x1FFF, data[at + 3])
        self.report.state = "STREAMING"
        return MORE

    def _packet(self, pid: int, control: int) -> None:
        """The counter goes up by one with each packet that has a payload."""
        if pid == NULL_PID:
            return
        self.report.add(PID, pid)
        if not control & 0x10 or (pid not in self._counters and len(self._counters) >= 64):
            return
        last = self._counters.get(pid)
        self._counters[pid] = control & 15
        if last is not None and (control - last) & 15 > 1:
            self._lost += 1
            self.report.set(LOST, self._lost)


PROTOCOL: ApplicationProtocol = DatagramProtocol(_MpegTs, recognise, frozenset(), frozenset((SYNC,)))
