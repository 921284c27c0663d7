"""OPC UA binary over TCP (OPC 10000-6 section 7.1).

Claimed: a message type with its chunk mark, and a length that fits. Told: the endpoint of HELLO and the security policy
and the certificates of OPEN, which stand there in the clear. Following ends when both directions have opened a channel.
"""

from __future__ import annotations

import re

from netmon.errors import ParseError

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec, clean
from ._secrets import IN_CLEAR, split_url
from ._shell import StreamProtocol
from ._tls_certificate import report_certificate, report_names

ENDPOINT = FieldSpec("opcua_endpoint", "Endpoint")
POLICY = FieldSpec("opcua_policy", "Security policy")
PORTS = frozenset((4840,))
HEADER = 8
MAXIMUM = 64 * 1024 * 1024
_TYPE = re.compile(rb"(?:HEL|ACK|ERR|RHE)F|(?:OPN|CLO|MSG)[FCA]")
_SAMPLES = (b"HELF", b"ACKF", b"ERRF", b"RHEF", b"OPNF", b"CLOF", b"MSGF", b"MSGC", b"MSGA", b"OPNC", b"OPNA")
_PORT = re.compile(r":[0-9]*$")


class _OpcUa(FrameShell):
    """One connection."""

    __slots__ = ()

    label = "OPC-UA"
    header = HEADER
    limit = 4096

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """Message size."""
        size = int.from_bytes(head[4:], "little")
        if not _TYPE.match(head) or not HEADER <= size <= MAXIMUM:
            raise ParseError("no OPC UA message")
        return size

    def frame(self, side: int, message: Cursor) -> Status:
        """One chunk."""
        kind, report = message.take(3), self.report
        message.skip(5)
        report.state = kind.decode("ascii")
        if kind == b"HEL":
            message.skip(20)
            size = message.u32le()
            if size <= 4096:
                url = split_url(message.take(size))
                if url.authority:
                    report.set(ENDPOINT, url.text)
                    report.hostname(_PORT.sub("", clean(url.authority)), "opcua")
                    if url.credentials:
                        report.risk(IN_CLEAR)
        elif kind == b"OPN":
            message.skip(4)
            size = message.u32le()
            if size <= 255:
                report.set(POLICY, message.take(size).rpartition(b"#")[2])
                self._certificate(side, message)
            return MORE if side == CLIENT else DONE
        return MORE if kind in (b"HEL", b"ACK", b"RHE") else DONE

    def _certificate(self, side: int, message: Cursor) -> None:
        """The sender's (OPC 10000-6 section 6.7.2.3); its length is -1 where nothing is signed. Who signed it does not
        matter: it is trusted because it is known."""
        size = message.u32le() if message.left >= 4 else 0
        if not 0 < size <= message.left:
            return
        if side == CLIENT:
            report_names(self.report, message.take(size))
        else:
            report_certificate(self.report, message.take(size), 1, self.now)


def message(head: bytes) -> Claim:
    """A header so far."""
    if len(head) < HEADER:
        return MAYBE if any(sample.startswith(head[:4]) for sample in _SAMPLES) else NO
    fits = _TYPE.match(head) and HEADER <= int.from_bytes(head[4:8], "little") <= MAXIMUM
    return YES if fits else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Both directions send the same messages."""
    return jointly(client, server, message)


PROTOCOL: ApplicationProtocol = StreamProtocol(_OpcUa, judge, PORTS, frozenset(b"HAROCME"))
