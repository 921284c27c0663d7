"""RTP and RTCP (RFC 3550; multiplexed RFC 5761; payload types RFC 3551).

Claimed: RTCP by a compound packet that fills the datagram and begins with a report, on any port. RTP has hardly anything of
its own: a version, a payload type that exists. It is claimed weakly and said only after ``PROOF`` packets of one source
with sequence numbers that follow each other, or at once where it was announced. Read: payload types, sources, lost packets
as far as numbers tell. STUN among them is passed over. The content of the streams is never looked at.
"""

from __future__ import annotations

from struct import unpack_from
from typing import Final

from netmon.errors import ParseError
from netmon.model.finding import Update

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

HEADER: Final = 12
PROOF: Final = 4
"""Packets of one source in sequence that make it RTP; one more packet than a coincidence."""
PATIENCE: Final = 12
"""Packets, and packets that came twice, without such a proof."""
MAX_SOURCES: Final = 16
MAX_SKIP: Final = 100
PAYLOADS: Final = {
    0: "PCMU", 3: "GSM", 4: "G723", 5: "DVI4", 6: "DVI4", 7: "LPC", 8: "PCMA", 9: "G722", 10: "L16", 11: "L16", 12: "QCELP",
    13: "CN", 14: "MPA", 15: "G728", 16: "DVI4", 17: "DVI4", 18: "G729", 25: "CelB", 26: "JPEG", 28: "nv", 31: "H261",
    32: "MPV", 33: "MP2T", 34: "H263",
}  # fmt: skip
RTCP_TYPES: Final = {200: "SR", 201: "RR", 202: "SDES", 203: "BYE", 204: "APP", 205: "RTPFB", 206: "PSFB", 207: "XR"}
_STUN_COOKIE: Final = b"\x21\x12\xa4\x42"
PAYLOAD: Final = FieldSpec("rtp_payload", "Payload", multiple=True)
SOURCE: Final = FieldSpec("rtp_ssrc", "Source", multiple=True, limit=MAX_SOURCES)
LOST: Final = FieldSpec("rtp_lost", "Packets missing")
CONTROL: Final = FieldSpec("rtcp_type", "Control", multiple=True)


def is_rtcp(data: bytes) -> bool:
    """A compound packet: parts with version 2, a type of the RTCP range, and lengths that fill the datagram."""
    if len(data) < 8 or data[0] >> 6 != 2 or not 200 <= data[1] <= 207:
        return False
    position = 0
    while position + 4 <= len(data):
        if data[position] >> 6 != 2 or not 192 <= data[position + 1] <= 223:
            return False
        position += 4 + 4 * unpack_from("!H", data, position + 2)[0]
    return position == len(data)


def is_rtp(data: bytes) -> bool:
    """Version 2, a payload type that is assigned or dynamic, and room for sources and extension."""
    if len(data) < HEADER or data[0] >> 6 != 2:
        return False
    kind = data[1] & 0x7F
    size = HEADER + 4 * (data[0] & 15)
    if data[0] & 0x10:
        if len(data) < size + 4:
            return False
        size += 4 + 4 * unpack_from("!H", data, size + 2)[0]
    return (kind in PAYLOADS or kind >= 96 or 35 <= kind <= 63) and not 200 <= data[1] <= 207 and len(data) >= size


def recognise_rtp(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides
    """Never more than weakly."""
    return WEAK if is_rtp(data) else NO


def recognise_rtcp(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides
    """Reports come first in a compound packet (RFC 3550 section 6.1), reduced-size ones are less sure."""
    if not is_rtcp(data):
        return NO
    return YES if data[1] in (200, 201) and len(data) > 8 else WEAK


class _Rtcp(DatagramInspector):
    """One conversation; becomes RTP when packets prove it."""

    __slots__ = ("_packets", "_proven", "_repeated", "_sources", "sure")

    label = "RTCP"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._sources: dict[tuple[int, int], tuple[int, int]] = {}
        """(side, source) to (last sequence number, packets in sequence)."""
        self._proven = False
        self._packets = self._repeated = 0
        self.sure = False
        """For the engine: a weak claim has been proven."""

    def take(self, data: bytes) -> Status:
        if is_rtcp(data):
            self._control(data)
        elif is_rtp(data):
            self._media(data)
        elif not (data[4:8] == _STUN_COOKIE and data[0] < 4) and not self._proven:
            raise ParseError("neither RTP nor RTCP")
        return MORE

    def _control(self, data: bytes) -> None:
        position = 0
        while position + 4 <= len(data):
            kind = data[position + 1]
            self.report.add(CONTROL, RTCP_TYPES.get(kind, str(kind)))
            position += 4 + 4 * unpack_from("!H", data, position + 2)[0]
        if self.report.label == "RTCP":
            self.report.state = "CONTROL"
            self._proven = True

    def _media(self, data: bytes) -> None:
        kind, sequence, source = data[1] & 0x7F, *unpack_from("!H4xI", data, 2)
        key = (self.side, source)
        last, count = self._sources.get(key, (-1, 0))
        step = sequence - last & 0xFFFF
        if last >= 0 and not step:
            self._repeated += 1
            return self._doubt()
        self._packets += 1
        if last < 0:
            if len(self._sources) >= MAX_SOURCES:
                return self._doubt()
            self._sources[key] = (sequence, 1)
            if self.context.hint == "RTP":  # announced: nothing more has to be proven
                self._prove(kind, source, 1)
        elif 0 < step <= MAX_SKIP:
            self._sources[key] = (sequence, count + 1)
            if count + 1 >= PROOF:
                self._prove(kind, source, step if self.sure else 1)
        elif step < 0x10000 - MAX_SKIP:
            self._sources[key] = (sequence, 1)
        return self._doubt()

    def _doubt(self) -> None:
        if not self.sure and not self._proven and max(self._packets, self._repeated) >= PATIENCE:
            raise ParseError("no source counts up")

    def _prove(self, kind: int, source: int, step: int) -> None:
        report = self.report
        self.sure = self._proven = True
        report.label, report.state = "RTP", "STREAMING"
        report.add(SOURCE, f"0x{source:08x}")
        report.add(PAYLOAD, PAYLOADS.get(kind, f"dynamic {kind}"))
        report.summary = str(report.get(PAYLOAD))
        if step > 1:
            report.set(LOST, int(report.get(LOST) or 0) + step - 1)

    def update(self) -> Update | None:
        """Nothing before there is proof."""
        return super().update() if self._proven else None


class _Rtp(_Rtcp):
    """The same under RTP's own name."""

    __slots__ = ()

    label = "RTP"


PROTOCOLS: tuple[ApplicationProtocol, ...] = (
    DatagramProtocol(_Rtp, recognise_rtp, frozenset(), frozenset(range(0x80, 0xC0))),
    DatagramProtocol(_Rtcp, recognise_rtcp, frozenset(), frozenset(range(0x80, 0xC0))),
)
