"""HiSLIP, the LAN protocol of measuring instruments (IVI-6.1).

Claimed: the prologue with a message type that exists and a plausible length. Told: kinds of messages, version, sub-address.
What is measured is not.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import CLIENT, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly, magic
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((4880,))
PROLOGUE, HEADER = b"HS", 16
TYPES = (
    "INITIALIZE", "INITIALIZE_RESPONSE", "FATAL_ERROR", "ERROR", "ASYNC_LOCK", "ASYNC_LOCK_RESPONSE", "DATA", "DATA_END",
    "DEVICE_CLEAR_COMPLETE", "DEVICE_CLEAR_ACKNOWLEDGE", "ASYNC_REMOTE_LOCAL_CONTROL", "ASYNC_REMOTE_LOCAL_RESPONSE",
    "TRIGGER", "INTERRUPTED", "ASYNC_INTERRUPTED", "ASYNC_MAXIMUM_MESSAGE_SIZE", "ASYNC_MAXIMUM_MESSAGE_SIZE_RESPONSE",
    "ASYNC_INITIALIZE", "ASYNC_INITIALIZE_RESPONSE", "ASYNC_DEVICE_CLEAR", "ASYNC_SERVICE_REQUEST", "ASYNC_STATUS_QUERY",
    "ASYNC_STATUS_RESPONSE", "ASYNC_DEVICE_CLEAR_ACKNOWLEDGE", "ASYNC_LOCK_INFO", "ASYNC_LOCK_INFO_RESPONSE",
    "GET_DESCRIPTORS", "GET_DESCRIPTORS_RESPONSE", "START_TLS", "ASYNC_START_TLS", "ASYNC_START_TLS_RESPONSE", "END_TLS",
    "ASYNC_END_TLS", "ASYNC_END_TLS_RESPONSE", "GET_SASL_MECHANISM_LIST", "GET_SASL_MECHANISM_LIST_RESPONSE",
    "AUTHENTICATION_START", "AUTHENTICATION_EXCHANGE", "AUTHENTICATION_RESULT",
)  # fmt: skip
INITIALIZE, DATA_END = 0, 7
VENDOR_SPECIFIC = 128
LARGEST = 1 << 40
MESSAGE = FieldSpec("hislip_message", "Messages", multiple=True)
VERSION = FieldSpec("hislip_version", "Version")
ADDRESS = FieldSpec("hislip_subaddress", "Sub-address")


def size_of(head: bytes) -> int:
    """Whole length of the message that begins with these sixteen octets."""
    size = int.from_bytes(head[8:16], "big")
    if head[:2] != PROLOGUE or len(TYPES) <= head[2] < VENDOR_SPECIFIC or size > LARGEST:
        raise ParseError("no HiSLIP header")
    return HEADER + size


class _HiSlip(FrameShell):
    """One of the two channels."""

    __slots__ = ()

    label, header, limit = "HiSLIP", HEADER, 128

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  both directions alike
        """Of the message."""
        return size_of(head)

    def frame(self, side: int, message: Cursor) -> Status:
        """One message."""
        message.skip(2)
        kind = message.u8()
        message.skip(1)
        major, minor = message.u8(), message.u8()
        name = TYPES[kind] if kind < len(TYPES) else f"VENDOR_{kind}"
        report = self.report
        report.add(MESSAGE, name)
        report.state = report.summary = name
        if kind == INITIALIZE:
            report.set(VERSION, f"{major}.{minor}")
            message.skip(HEADER - 6)
            report.set(ADDRESS, message.rest())
        if kind == DATA_END:
            (report.request if side == CLIENT else report.response)("", self.now, "hislip")
        return MORE


def header(head: bytes) -> Claim:
    """A message header."""
    if len(head) < HEADER:
        known = magic(head[:2], PROLOGUE) is not NO and (len(head) < 3 or head[2] < len(TYPES))
        return MAYBE if known else NO
    return YES if size_of(head) and head[2] < len(TYPES) else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Both directions alike."""
    return jointly(client, server, header)


PROTOCOL: ApplicationProtocol = StreamProtocol(_HiSlip, judge, PORTS, frozenset(b"H"))
