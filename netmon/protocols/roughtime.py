"""Roughtime (draft-ietf-ntp-roughtime, and Google's first version), over UDP.

Claimed: tagged values with known tags in ascending order and offsets inside the message, framed or not. Told: the tags, and
which of both it is. Exchange: ``roughtime``.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

MARK = b"ROUGHTIM"
TAGS = frozenset((b"NONC", b"PAD\xff", b"PAD\0", b"ZZZZ", b"VER\0", b"SRV\0", b"TYPE", b"SIG\0", b"PATH", b"SREP", b"CERT",
                  b"INDX", b"ROOT", b"MIDP", b"RADI", b"VERS", b"DELE"))  # fmt: skip
MOST = 16
TAG = FieldSpec("roughtime_tag", "Tags", multiple=True)
KIND = FieldSpec("roughtime_framing", "Framing")


def tags(data: bytes) -> list[bytes]:
    """The tags of a message; ``ParseError`` when it is none."""
    cursor = Cursor(data)
    if data.startswith(MARK):
        cursor.skip(len(MARK))
        if cursor.u32le() != cursor.left:
            raise ParseError("length does not fit")
    count = cursor.u32le()
    if not 2 <= count <= MOST:
        raise ParseError("no number of tags")
    offsets = [cursor.u32le() for _ in range(count - 1)]
    found = [cursor.take(4) for _ in range(count)]
    if sorted(offsets) != offsets or offsets[-1] > cursor.left or any(offset & 3 for offset in offsets):
        raise ParseError("offsets lead outside")
    if not TAGS.issuperset(found):
        raise ParseError("unknown tag")
    return found


class _Roughtime(DatagramInspector):
    """One client and a server."""

    __slots__ = ()

    label = "Roughtime"

    def take(self, data: bytes) -> Status:
        found, report = tags(data), self.report
        for tag in found:
            report.add(TAG, tag.rstrip(b"\0\xff"))
        report.set(KIND, "FRAMED" if data.startswith(MARK) else "BARE")
        answer = b"SREP" in found
        report.state = "RESPONSE" if answer else "REQUEST"
        (report.response if answer else report.request)("", self.now, "roughtime")
        return MORE


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the tags; a question is long, so that its answer is not longer."""
    if len(data) < 24 or (any(data[1:4]) and not data.startswith(MARK)):
        return NO
    tags(data)
    return YES


PROTOCOL: ApplicationProtocol = DatagramProtocol(
    _Roughtime, recognise, frozenset(), frozenset((*range(2, MOST + 1), MARK[0]))
)
