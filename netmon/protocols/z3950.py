"""Z39.50 (ISO 23950): libraries' catalogues.

Claimed: an initialisation request or response in BER with its version, options and sizes in order. Told: kinds of PDUs and
the implementation. Queries and records are not.
"""

from __future__ import annotations

from netmon.errors import NeedMore, ParseError

from . import _ber
from ._contract import MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((210,))
INIT_REQUEST, INIT_RESPONSE = 0xB4, 0xB5
PDUS = {
    0xB4: "INIT_REQUEST", 0xB5: "INIT_RESPONSE", 0xB6: "SEARCH_REQUEST", 0xB7: "SEARCH_RESPONSE", 0xB8: "PRESENT_REQUEST",
    0xB9: "PRESENT_RESPONSE", 0xBA: "DELETE_RESULT_SET_REQUEST", 0xBB: "DELETE_RESULT_SET_RESPONSE",
    0xBC: "ACCESS_CONTROL_REQUEST", 0xBD: "ACCESS_CONTROL_RESPONSE",
}  # fmt: skip
LONG_PDUS = {
    35: "SCAN_REQUEST", 36: "SCAN_RESPONSE", 43: "SORT_REQUEST", 44: "SORT_RESPONSE", 46: "EXTENDED_SERVICES_REQUEST",
    47: "EXTENDED_SERVICES_RESPONSE", 48: "CLOSE",
}  # fmt: skip
LONG = 0xBF
VERSION_TAG, OPTIONS_TAG, NAME_TAG = 0x83, 0x84, 111
MAXIMUM = 1 << 24
PDU = FieldSpec("z3950_pdu", "PDUs", multiple=True)
IMPLEMENTATION = FieldSpec("z3950_implementation", "Implementations", multiple=True, limit=4)


class _Z3950(FrameShell):
    """One session."""

    __slots__ = ()

    label, header, limit = "Z39.50", 6, 1024

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  the tag tells who speaks
        """Of the BER value; lengths of the indefinite form are not followed."""
        at = 2 if head[0] == LONG else 1
        if head[0] not in PDUS and not (head[0] == LONG and head[1] in LONG_PDUS):
            raise ParseError("no Z39.50 PDU")
        first = head[at]
        if first < 0x80:
            return at + 1 + first
        count = first & 0x7F
        if not 0 < count < 4:
            raise ParseError("no definite length")
        size = int.from_bytes(head[at + 1 : at + 1 + count], "big")
        if size > MAXIMUM:
            raise ParseError("too long")
        return at + 1 + count + size

    def frame(self, side: int, message: Cursor) -> Status:
        """One PDU."""
        tag = message.u8()
        name = LONG_PDUS[message.u8()] if tag == LONG else PDUS[tag]
        report = self.report
        report.add(PDU, name)
        report.state = report.summary = name
        if tag in (INIT_REQUEST, INIT_RESPONSE):
            report.add(IMPLEMENTATION, _implementation(message.rest()))
        if name.endswith("_REQUEST"):
            report.request((side, name[: -len("_REQUEST")]), self.now, "z39.50")
        elif name.endswith("_RESPONSE"):
            report.response((1 - side, name[: -len("_RESPONSE")]), self.now, "z39.50")
        return MORE


def _implementation(body: bytes) -> bytes:
    """The implementation's name ([111], a string)."""
    at = body.find(b"\x9f\x6f")
    if at < 0 or at + 3 > len(body):
        return b""
    return body[at + 3 : at + 3 + body[at + 2]]


def opening(head: bytes) -> Claim:
    """Tag, length, perhaps a reference, version and options as bit strings."""
    if not head or head[0] not in (INIT_REQUEST, INIT_RESPONSE):
        return MAYBE if not head else NO
    if len(head) < 24:
        return MAYBE
    try:
        _, contents = _ber.element(Cursor(head))
        tag, value = _ber.element(contents)
        if tag == 0x82:
            tag, value = _ber.element(contents)
        options, bits = _ber.element(contents)
    except NeedMore:
        return MAYBE if len(head) < 300 else NO
    known = tag == VERSION_TAG and options == OPTIONS_TAG and 2 <= value.left <= 4 and 2 <= bits.left <= 6
    return YES if known else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Either end."""
    return jointly(client, server, opening)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Z3950, judge, PORTS, frozenset((INIT_REQUEST, INIT_RESPONSE)))
