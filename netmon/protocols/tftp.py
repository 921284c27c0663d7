"""Trivial File Transfer Protocol (RFC 1350, options RFC 2347).

Claimed, on any port: a read or write request with a file name and a known mode. The server answers from a new port: the
request announces that conversation, in which data, acknowledgements, errors and option acknowledgements are claimed;
elsewhere they are not, since they look like anything. Read: operations, file names, error codes.
"""

from __future__ import annotations

from netmon.errors import ParseError
from netmon.model.finding import ChildFlow

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 69
RRQ, WRQ, DATA, ACK, ERROR, OACK = 1, 2, 3, 4, 5, 6
STATES = {1: "READ", 2: "WRITE", 3: "DATA", 4: "DATA", 5: "ERROR", 6: "OPTIONS"}
MODES = frozenset((b"netascii", b"octet", b"mail"))
OPCODE = FieldSpec("tftp_opcode", "Operation", multiple=True)
FILE = FieldSpec("tftp_file", "File", multiple=True)
FAILURE = FieldSpec("tftp_error", "Error", multiple=True)
_LONGEST = 512


def request(data: bytes) -> bytes:
    """The file name of a read or write request."""
    parts = data[2 : 2 + _LONGEST].split(b"\0", 3)
    if len(parts) < 3 or parts[1].lower() not in MODES:
        raise ParseError("no request")
    return parts[0]


def operation(data: bytes) -> int:
    """The operation, with at least its own fields behind it."""
    code = int.from_bytes(data[:2], "big")
    if len(data) < 4 or code not in STATES or (code == ACK and len(data) > 4) or (code == DATA and len(data) > 65_468):
        raise ParseError("unknown operation")
    return code


def recognise(context: Context, data: bytes) -> Claim:
    """Requests anywhere, the rest where it was announced."""
    try:
        code = operation(data)
        if code in (RRQ, WRQ):
            request(data)
            return YES
    except ParseError:
        begins = len(data) > 4 and data[1] in (RRQ, WRQ) and not data[0]
        begins = begins and (0x20 < data[2] < 0x7F or any(mode in data for mode in MODES))
        return WEAK if begins and on_port(context, PORT) else NO
    if context.hint == "TFTP":
        return YES
    return WEAK if on_port(context, PORT) else NO


class _Tftp(DatagramInspector):
    """One transfer."""

    __slots__ = ()

    label = "TFTP"
    announces = True

    def take(self, data: bytes) -> Status:
        code = operation(data)
        report = self.report
        if code in (RRQ, WRQ):
            self._request(data)
        elif code == ERROR:
            report.add(FAILURE, int.from_bytes(data[2:4], "big"))
        report.add(OPCODE, code)
        report.state = STATES[code]
        report.summary = f"{STATES[code].lower()} {report.get(FILE) or ''}".rstrip()
        return MORE

    def _request(self, data: bytes) -> None:
        """The answer comes from another port, and is about the same file."""
        report = self.report
        try:
            report.add(FILE, request(data))
        except ParseError:
            report.risk("malformed")
        port = self.context.client_port if self.side == 0 else self.context.server_port
        known = tuple(field for field in (report.field(FILE),) if field is not None)
        report.child(ChildFlow("udp", None, port, "TFTP", known))


PROTOCOL: ApplicationProtocol = DatagramProtocol(
    _Tftp, recognise, frozenset((PORT,)), frozenset((0,)), look=Look(4, 1, frozenset((RRQ, WRQ)))
)
