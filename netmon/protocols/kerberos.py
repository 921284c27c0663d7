"""Kerberos 5: RFC 4120, over UDP and, behind a four-byte length, TCP.

Claimed: a message whose tag, version and type agree. Told: message types, client, service, realm, error codes; see
``_krb_message``. States: the name of the last message (AS_REQ, TGS_REP, ERROR, ...). Exchange: ``kerberos``.
"""

from __future__ import annotations

from typing import Final

from netmon.errors import NeedMore, ParseError

from ._ber import message_length
from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._krb_message import REQUESTS, TYPES, kind_of, read_message
from ._logon import KRB_CLIENT, KRB_SERVICE, report_kerberos
from ._report import Report
from ._shell import StreamProtocol
from ._udp import DatagramInspector, DatagramProtocol

PORTS: Final = frozenset((88, 750))
MAXIMUM_MESSAGE: Final = 1 << 20
EXCHANGE: Final = "kerberos"


def _tell(report: Report, data: bytes, now_ns: int) -> Status:
    message = read_message(data)
    report_kerberos(report, message)
    report.state = TYPES[message.kind]
    if message.kind in REQUESTS:
        report.request(EXCHANGE, now_ns, EXCHANGE)
    else:
        report.response(EXCHANGE, now_ns, EXCHANGE)
    client = report.get(KRB_CLIENT)
    service = "/".join(str(part) for part in report.values(KRB_SERVICE)[:2])
    report.summary = " → ".join(str(part) for part in (client, service) if part)
    return MORE


class _Stream(FrameShell):
    """Over TCP."""

    __slots__ = ()

    label = "Kerberos"

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """The high bit is reserved (RFC 4120 section 7.2.2)."""
        size = int.from_bytes(head, "big")
        if size > MAXIMUM_MESSAGE:
            raise ParseError("absurd length")
        return 4 + size

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002
        """One message."""
        message.skip(4)
        return _tell(self.report, message.rest(), self.now)


class _Datagram(DatagramInspector):
    """Over UDP."""

    label = "Kerberos"

    def take(self, data: bytes) -> Status:
        """One message."""
        return _tell(self.report, data, self.now)


def _looks(data: bytes) -> Claim:
    """Tag, and the version inside when it is there."""
    if not data:
        return MAYBE
    if not kind_of(data[0]):
        return NO
    try:
        read_message(data)
    except NeedMore:
        return MAYBE
    except ParseError:
        return MAYBE if len(data) < 32 else NO
    return YES


def _recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001
    if _looks(data) is not YES:
        return NO
    return YES if message_length(data[:6]) == len(data) else WEAK


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Either end's first message."""
    answers = []
    for head in (client, server):
        if head and (head[0] or head[1:2] > b"\x10"):
            return NO
        if head:
            answers.append(_looks(head[4:]))
    for answer in (NO, YES):
        if answer in answers:
            return answer
    return MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream,
    judge,
    PORTS,
    datagram=DatagramProtocol(_Datagram, _recognise, PORTS, frozenset(filter(kind_of, range(256)))),
)
