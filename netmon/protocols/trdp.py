"""TRDP, the real-time data protocol of trains (IEC 61375-2-3), over UDP.

Claimed: a header of a known message type and version whose check sum is right. Told: message types and telegrams.
"""

from __future__ import annotations

from binascii import crc32

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

PORTS = frozenset((17224, 17225))
PROCESS, MESSAGE = 40, 116
TYPES = {
    b"Pr": "PROCESS_REQUEST", b"Pp": "PROCESS_REPLY", b"Pd": "PROCESS_DATA", b"Pe": "PROCESS_ERROR",
    b"Mn": "NOTIFICATION", b"Mr": "REQUEST", b"Mp": "REPLY", b"Mq": "REPLY_CONFIRM", b"Mc": "CONFIRM", b"Me": "ERROR",
}  # fmt: skip
TYPE = FieldSpec("trdp_type", "Types", multiple=True)
TELEGRAM = FieldSpec("trdp_comid", "Telegrams", multiple=True)


def kind_of(data: bytes) -> str:
    """The type of a message; ``ParseError`` when header or check sum are wrong (annex A.6, A.7)."""
    kind = TYPES.get(data[6:8])
    size = PROCESS if data[6:7] == b"P" else MESSAGE
    if kind is None or data[4] != 1 or len(data) < size:
        raise ParseError("no TRDP header")
    if crc32(data[: size - 4]) != int.from_bytes(data[size - 4 : size], "little"):
        raise ParseError("wrong check sum")
    return kind


class _Trdp(DatagramInspector):
    """One pair of devices."""

    __slots__ = ()

    label = "TRDP"

    def take(self, data: bytes) -> Status:
        name = kind_of(data)
        self.report.add(TYPE, name)
        self.report.add(TELEGRAM, int.from_bytes(data[8:12], "big"))
        self.report.state = self.report.summary = name
        return MORE


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the check sum."""
    if data[6:8] not in TYPES:
        return NO
    kind_of(data)
    return YES


PROTOCOL: ApplicationProtocol = DatagramProtocol(
    _Trdp, recognise, PORTS, look=Look(8, 6, frozenset(kind[0] for kind in TYPES))
)
