"""Tuya's local protocol of smart home devices, over UDP (announcements) and TCP.

There is no public document; the layout is the one the field agrees on. Claimed: the prefix, a length that fits and the
suffix. Told: commands and the version of the frame. Contents are encrypted.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly, one_of
from ._report import FieldSpec, Report
from ._shell import StreamProtocol
from ._udp import DatagramInspector, DatagramProtocol

OLD, NEW = b"\x00\x00\x55\xaa", b"\x00\x00\x66\x99"
_SUFFIX = {OLD: b"\x00\x00\xaa\x55", NEW: b"\x00\x00\x99\x66"}
_AT = {OLD: 8, NEW: 10}
"""Where the command stands; its length follows."""
_AROUND = {OLD: 16, NEW: 22}
"""Octets that the length does not count."""
LARGEST = 4096
COMMANDS = {1: "AP_CONFIG", 2: "ACTIVE", 3: "SESS_KEY_NEG_START", 4: "SESS_KEY_NEG_RESP", 5: "SESS_KEY_NEG_FINISH",
            7: "CONTROL", 8: "STATUS", 9: "HEART_BEAT", 0x0A: "DP_QUERY", 0x0D: "CONTROL_NEW", 0x10: "DP_QUERY_NEW",
            0x12: "UPDATE_DPS", 0x13: "UDP_NEW", 0x23: "BROADCAST", 0x25: "REQUEST_DEVICE_INFO"}  # fmt: skip
COMMAND = FieldSpec("tuya_command", "Commands", multiple=True)
FRAME = FieldSpec("tuya_frame", "Frame")


def size_of(head: bytes) -> int:
    """Whole length of the frame that begins with these eighteen octets."""
    at = _AT.get(head[:4])
    if at is None:
        raise ParseError("no prefix")
    size = int.from_bytes(head[at + 4 : at + 8], "big")
    if not 8 <= size <= LARGEST:
        raise ParseError("no length")
    return size + _AROUND[head[:4]]


def tell(report: Report, frame: bytes) -> None:
    """One frame."""
    if not frame.endswith(_SUFFIX[frame[:4]]):
        raise ParseError("no suffix")
    at = _AT[frame[:4]]
    command = int.from_bytes(frame[at : at + 4], "big")
    name = COMMANDS.get(command, f"0x{command:02x}")
    report.add(COMMAND, name)
    report.set(FRAME, "55AA" if frame[:4] == OLD else "6699")
    report.state = report.summary = name


class _Stream(FrameShell):
    """Over TCP."""

    __slots__ = ()

    label, header, limit = "TuyaLP", 18, LARGEST + 22

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  both directions alike
        """Prefix to suffix."""
        return size_of(head)

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002  both directions alike
        """One frame."""
        tell(self.report, message.rest())
        return MORE


class _Datagrams(DatagramInspector):
    """Announcements."""

    __slots__ = ()

    label = "TuyaLP"

    def take(self, data: bytes) -> Status:
        if len(data) < 18 or size_of(data) != len(data):
            raise ParseError("length does not fit")
        tell(self.report, data)
        return MORE


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Prefix, length, suffix."""
    if data[:4] not in _SUFFIX or len(data) < 18 or size_of(data) != len(data):
        return NO
    return YES if data.endswith(_SUFFIX[data[:4]]) else NO


def frame(head: bytes) -> Claim:
    """Likewise, as far as it goes."""
    claim = one_of(head, OLD, NEW)
    if claim is not YES or len(head) < 18:
        return NO if claim is NO else MAYBE
    size = size_of(head)
    if len(head) < size:
        return MAYBE
    return YES if head[size - 4 : size] == _SUFFIX[head[:4]] else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Both directions alike."""
    return jointly(client, server, frame)


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream, judge, frozenset(), frozenset((0,)), DatagramProtocol(_Datagrams, recognise, frozenset(), frozenset((0,)))
)
