"""LDAP: RFC 4511; connectionless LDAP over UDP ([MS-ADTS] section 6.3.3).

Claimed: a message whose frame, message id and operation agree. Told: who binds how, the operations, result codes that are
errors. Attributes, filters and passwords are not. After StartTLS (RFC 4511 section 4.14) the stream is handed on.
States: the name of the last request; BOUND after a successful bind.
"""

from __future__ import annotations

from netmon.errors import NeedMore, ParseError

from . import _ber
from ._contract import CLIENT, MAYBE, MORE, NO, SWITCH, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._logon import report_logon
from ._report import FieldSpec, Report
from ._sasl import report_user
from ._secrets import IN_CLEAR, PASSWORD, sasl_in_clear
from ._shell import StreamProtocol
from ._udp import DatagramInspector, DatagramProtocol

PORTS = frozenset((389, 3268, 636, 3269))
BIND, BIND_DONE, UNBIND, SEARCH, ABANDON, EXTENDED, EXTENDED_DONE = 0x60, 0x61, 0x42, 0x63, 0x50, 0x77, 0x78
SIMPLE, SASL = 0x80, 0xA3
SICILY = (0x89, 0x8A, 0x8B)
"""NTLM without SASL ([MS-ADTS] section 5.1.1.1.3)."""
REQUESTS = {
    BIND: "BIND", UNBIND: "UNBIND", SEARCH: "SEARCH", 0x66: "MODIFY", 0x68: "ADD", 0x4A: "DELETE", 0x6C: "MODIFY_DN",
    0x6E: "COMPARE", ABANDON: "ABANDON", EXTENDED: "EXTENDED",
}  # fmt: skip
RESPONSES = frozenset((BIND_DONE, 0x64, 0x65, 0x67, 0x69, 0x6B, 0x6D, 0x6F, 0x73, EXTENDED_DONE, 0x79))
RESULTS = frozenset((BIND_DONE, 0x65, 0x67, 0x69, 0x6B, 0x6D, 0x6F, EXTENDED_DONE))
START_TLS = b"1.3.6.1.4.1.1466.20037"
MAXIMUM_MESSAGE = 1 << 26
SASL_IN_PROGRESS = 14

NAME = FieldSpec("ldap_bind", "Bind name", limit=8)
MECHANISM = FieldSpec("ldap_sasl", "SASL mechanism", limit=4)
OPERATION = FieldSpec("ldap_operation", "Operations", multiple=True)
ERROR = FieldSpec("ldap_error", "Result codes", multiple=True, limit=16)


def read_message(message: Cursor) -> tuple[int, int, Cursor]:
    """Message id, tag of the operation, its contents."""
    contents = _ber.expect(message, _ber.SEQUENCE)
    identifier = _ber.integer(_ber.expect(contents, _ber.INTEGER))
    tag, operation = _ber.element(contents)
    if identifier < 0 or (tag not in REQUESTS and tag not in RESPONSES):
        raise ParseError("no LDAP message")
    return identifier, tag, operation


class _Session:
    """What the messages of one association say, whatever carries them."""

    __slots__ = ("_report", "_start_tls", "now")

    def __init__(self, report: Report) -> None:
        self._report = report
        self.now = 0
        """Nanoseconds of the message at hand."""
        self._start_tls = -1
        """Message id of the StartTLS that waits for its answer."""

    def take(self, message: Cursor) -> bool:
        """One message; true when TLS begins behind it."""
        report = self._report
        identifier, tag, operation = read_message(message)
        name = REQUESTS.get(tag)
        if name is not None:
            report.add(OPERATION, name)
            report.state = name
            if tag not in (UNBIND, ABANDON):
                report.request(identifier, self.now, "ldap")
            if tag == BIND:
                self._bind(operation)
            elif tag == EXTENDED and _ber.members(operation).get(0x80, Cursor(b"")).rest() == START_TLS:
                self._start_tls = identifier
            return False
        if tag in RESPONSES:
            report.response(identifier, self.now, "ldap")
        if tag not in RESULTS:
            return False
        code = _ber.integer(_ber.expect(operation, _ber.ENUMERATED))
        if tag == BIND_DONE:
            report.state = "BOUND" if code == 0 else report.state
            report_logon(report, operation.rest())
        if code not in (0, SASL_IN_PROGRESS):
            report.add(ERROR, code)
        return tag == EXTENDED_DONE and code == 0 and identifier == self._start_tls

    def _bind(self, operation: Cursor) -> None:
        report = self._report
        _ber.expect(operation, _ber.INTEGER)  # version
        name = _ber.expect(operation, _ber.OCTET_STRING).rest()
        report.add(NAME, name)
        if name:
            report.summary = name.decode("utf-8", "replace")
        tag, credentials = _ber.element(operation)
        if tag == SIMPLE and not credentials.at_end:
            report.risk(IN_CLEAR)
            report.add(PASSWORD, credentials.rest())
        elif tag == SASL:
            mechanism = _ber.expect(credentials, _ber.OCTET_STRING).rest()
            report.add(MECHANISM, mechanism)
            if sasl_in_clear(mechanism):
                report.risk(IN_CLEAR)
            token = credentials.rest()
            report_logon(report, token)
            if token[:1] == b"\x04":  # an octet string, where there is one
                report_user(report, mechanism, _ber.expect(Cursor(token), _ber.OCTET_STRING).rest())
        elif tag in SICILY:
            report.add(MECHANISM, b"NTLM")
            report_logon(report, credentials.rest())


class _Stream(FrameShell):
    """Over TCP."""

    __slots__ = ("_session",)

    label, header = "LDAP", 2

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._session = _Session(self.report)

    def length(self, side: int, head: bytes) -> int:
        """A sequence; SASL with a security layer wraps messages behind a length, which is no longer readable."""
        if head[0] != _ber.SEQUENCE:
            if head[0] == 0 and self.framing[side].frames:
                self.framing[side].deaf = self.framing[1 - side].deaf = True
            raise ParseError("no LDAP message")
        size = _ber.message_length(head)
        if size > MAXIMUM_MESSAGE:
            raise ParseError("absurd length")
        return size

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002
        """One message."""
        self._session.now = self.now
        if self._session.take(message):
            self.switched_to = "TLS"
            return SWITCH
        return MORE


class _Datagram(DatagramInspector):
    """Over UDP."""

    label = "LDAP"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._session = _Session(self.report)

    def take(self, data: bytes) -> Status:
        """Messages, one after another."""
        cursor = Cursor(data)
        self._session.now = self.now
        for _ in range(16):
            self._session.take(cursor)
            if cursor.at_end:
                break
        return MORE


def _looks(head: bytes, requests: bool) -> Claim:
    if head[0] != _ber.SEQUENCE:
        return NO
    try:
        tag = read_message(Cursor(head))[1]
    except NeedMore:
        return MAYBE
    except ParseError:
        return MAYBE if len(head) < 12 else NO
    return YES if (tag in REQUESTS) == requests else NO


def _recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001
    try:
        tag = read_message(Cursor(data))[1]
        whole = _ber.message_length(data[:6]) <= len(data)
    except ParseError:
        return NO
    return YES if whole and (tag in (SEARCH, BIND) or tag in RESPONSES) else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Requests from the client, responses from the server."""
    answers = [_looks(head, side == CLIENT) for side, head in enumerate((client, server)) if head]
    for answer in (NO, YES):
        if answer in answers:
            return answer
    return MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Stream, judge, PORTS, frozenset((_ber.SEQUENCE,)), DatagramProtocol(_Datagram, _recognise, PORTS)
)
