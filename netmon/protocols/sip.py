"""Session Initiation Protocol (RFC 3261) over UDP and TCP, and the media that SDP announces (RFC 8866).

Claimed, on any port: a request line with ``SIP/2.0`` at its end or a status line with it at its beginning. Read: methods,
status codes, the two parties, call identifier, software, the time to the first answer. Authorization headers and bodies
other than SDP's connection and media lines are left alone.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final

from netmon.errors import NeedMore, ParseError
from netmon.model.finding import ChildFlow

from ._contract import ALWAYS, DONE, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Inspector, Status
from ._report import FieldSpec, Report
from ._shell import StreamShell
from ._text_message import TextMessage, parse
from ._udp import DatagramInspector

PORTS: Final = frozenset((5060, 5061))
MAX_BODY: Final = 64 * 1024
MAX_STREAM_HEAD: Final = 16 * 1024
MAX_START: Final = 1200
"""Octets of a start line, its end included."""
_WORD: Final = 16
"""Octets that tell whether a start line begins as one must."""
MAX_MEDIA: Final = 16
KEEP_ALIVE: Final = 16
"""A datagram this short says nothing: user agents keep address translations open with line ends, zeros, ``hello``."""
METHOD: Final = FieldSpec("sip_method", "Method", multiple=True)
STATUS: Final = FieldSpec("sip_status", "Status", multiple=True)
FROM: Final = FieldSpec("sip_from", "From", multiple=True)
TO: Final = FieldSpec("sip_to", "To", multiple=True)
CALL: Final = FieldSpec("sip_call_id", "Call", multiple=True, limit=100)
AGENT: Final = FieldSpec("sip_ua", "User agent", multiple=True)
SERVER: Final = FieldSpec("sip_server", "Server", multiple=True)
MEDIA: Final = FieldSpec("sip_media", "Media", multiple=True)
_REQUEST: Final = re.compile(rb"([A-Z]{3,16}) ([!-~]{1,1024}) SIP/2\.0\r?$")
_RESPONSE: Final = re.compile(rb"SIP/2\.0 ([1-6]\d\d)(?: |\r?$)")
_METHODS: Final = frozenset(
    b"INVITE ACK BYE CANCEL REGISTER OPTIONS PRACK SUBSCRIBE NOTIFY PUBLISH INFO REFER MESSAGE UPDATE SERVICE".split()
)
_SDP_MEDIA: Final = re.compile(rb"^m=([a-z]{1,16}) (\d{1,5})(?:/\d+)? ([A-Za-z0-9/]{1,32})", re.MULTILINE)
_SDP_CONNECTION: Final = re.compile(rb"^c=IN IP[46] ([0-9A-Fa-f.:]{2,45})", re.MULTILINE)
_ADDRESS: Final = re.compile(r"<([^<>]{1,256})>")
_PASSWORD: Final = re.compile(r"^([a-z]{3,5}:[^:@]*):.*(?=@)")
_PARAMETER: Final = re.compile(r";[\w-]{0,24}(?:pass|passwd|password|pin|token|secret|auth|key)=[^;]*", re.IGNORECASE)


def start_line(data: bytes) -> bool:
    """Whether ``data`` begins with a SIP start line; ``NeedMore`` while its end is missing."""
    end = data.find(b"\n", 0, MAX_START)
    if end < 0:
        if len(data) >= MAX_START or not _could_begin(data):
            return False
        raise NeedMore
    line = data[:end]
    match = _REQUEST.match(line)
    return bool(match) or bool(_RESPONSE.match(line))


def _could_begin(data: bytes) -> bool:
    word = data.split(b" ", 1)[0]
    if b" " in data:
        return word in _METHODS or word == b"SIP/2.0"
    return any(name.startswith(word) for name in (*_METHODS, b"SIP/2.0"))


def party(value: str) -> str:
    """The URI of a From or To header: what is between the brackets, else up to the parameters. Without the password that
    RFC 3261 section 19.1.1 recommends against, and without header fields and parameters that are secrets."""
    match = _ADDRESS.search(value)
    uri = match[1] if match else value.partition(";")[0].strip()
    return _PASSWORD.sub(r"\1", _PARAMETER.sub("", uri.partition("?")[0]))


class _Messages:
    """Adds messages to a report."""

    __slots__ = ("report",)

    def __init__(self, report: Report) -> None:
        self.report = report

    def take(self, message: TextMessage, body: bytes, now_ns: int) -> None:
        report = self.report
        first, _, rest = message.start.partition(" ")
        sequence = message.first("cseq").split()
        if first == "SIP/2.0":
            code = rest[:3]
            if not code.isdigit():
                raise ParseError("no status")
            report.add(STATUS, int(code))
            report.state = _state(int(code), sequence[-1] if sequence else "")
            report.summary = f"{sequence[-1] if sequence else ''} {rest[:40]}".strip()
        else:
            report.add(METHOD, first)
            report.state = first
            report.summary = f"{first} {party(message.first('to', 't'))}".strip()
        call = message.first("call-id", "i")
        for spec, value in ((CALL, call), (AGENT, message.first("user-agent")), (SERVER, message.first("server"))):
            report.add(spec, value)
        for spec, names in ((FROM, ("from", "f")), (TO, ("to", "t"))):  # one each, as RFC 3261 has it; attackers send more
            for value in (value for name in names for value in message.headers.get(name, ())):
                report.add(spec, party(value))
        if sequence and first != "ACK":
            half = report.response if first == "SIP/2.0" else report.request
            half((call, sequence[0], sequence[-1]), now_ns, "sip")
        if "sdp" in message.first("content-type", "c").lower():
            self._media(body[:MAX_BODY])

    def _media(self, body: bytes) -> None:
        """Announce what ``m=`` lines open; a port of 0 refuses the medium."""
        general = _SDP_CONNECTION.search(body)
        for count, match in enumerate(_SDP_MEDIA.finditer(body)):
            port, transport = int(match[2]), match[3].upper()
            if count >= MAX_MEDIA or not 0 < port < 65_536:
                continue
            self.report.add(MEDIA, match[1].decode("ascii"))
            own = _SDP_CONNECTION.search(body, match.end(), body.find(b"\nm=", match.end()) % (len(body) + 1))
            address = _packed((own or general)[1]) if own or general else None  # type: ignore[index]
            if b"RTP" in transport:
                self.report.child(ChildFlow("udp", address, port, "RTP"))
                if port < 65_535:
                    self.report.child(ChildFlow("udp", address, port + 1, "RTCP"))
            elif transport == b"UDPTL":
                self.report.child(ChildFlow("udp", address, port, "T38"))


def _packed(text: bytes) -> bytes | None:
    try:
        packed = ip_address(text.decode("ascii")).packed
    except ValueError:
        return None
    return packed if any(packed) else None


def _state(code: int, method: str) -> str:
    if code < 200:
        return "RINGING" if code in (180, 183) else "TRYING"
    if code < 300:
        return "ESTABLISHED" if method == "INVITE" else "CLOSED" if method == "BYE" else "OK"
    return "REDIRECTED" if code < 400 else "REJECTED"


class _Datagrams(DatagramInspector):
    """SIP over UDP."""

    __slots__ = ("_messages",)

    label = "SIP"
    idle_timeout = 180.0

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._messages = _Messages(self.report)

    def take(self, data: bytes) -> Status:
        if len(data) <= KEEP_ALIVE:
            return MORE
        if not start_line(data):
            raise ParseError("no start line")
        message = parse(data, whole=True)
        self._messages.take(message, data[message.body :], self.now)
        return ALWAYS


class _Stream(StreamShell):
    """SIP over TCP: heads, then as many octets as Content-Length says."""

    __slots__ = ("_buffers", "_good", "_messages", "_wanted")

    label = "SIP"
    idle_timeout = 180.0

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._messages = _Messages(self.report)
        self._buffers: list[bytearray | None] = [bytearray(), bytearray()]
        self._wanted = [0, 0]
        """Length at which the message at hand is whole, once its head is."""
        self._good = False

    @property
    def held(self) -> int:
        """Of unfinished messages."""
        return sum(len(buffer or b"") for buffer in self._buffers)

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:
        buffer = self._buffers[side]
        if buffer is None:
            return MORE
        buffer += data
        if self._idle(side, len(buffer) - len(data), data, buffer):
            return self._status()
        try:
            while self._one(side, buffer, timestamp_ns):
                self._good = True
        except NeedMore:
            if len(buffer) > MAX_STREAM_HEAD:
                self._buffers[side] = None
        except ParseError:
            if not self._good:
                raise
            self._buffers[side] = None
        return self._status()

    def _idle(self, side: int, before: int, data: bytes, buffer: bytearray) -> bool:
        """Nothing can have changed: a body ends with its last octet and a head with a line end, and a start line whose
        first word was right is given up when it gets too long."""
        if self._wanted[side]:
            return len(buffer) < self._wanted[side]
        if b"\n" in data or before < _WORD:
            return False
        return before >= MAX_START or len(buffer) < MAX_START

    def _status(self) -> Status:
        return ALWAYS if self._good else MORE

    def _one(self, side: int, buffer: bytearray, now_ns: int) -> bool:
        """Take one message off the front, if it is all there."""
        self._wanted[side] = 0
        del buffer[: len(buffer) - len(buffer.lstrip(b"\r\n"))]
        if not buffer:
            return False
        data = bytes(buffer)
        if not start_line(data) or not _could_begin(data):
            raise ParseError("no start line")
        message = parse(data)
        length = message.first("content-length", "l")
        size = int(length) if length.isdigit() and len(length) < 8 else 0
        if size > MAX_BODY:
            raise ParseError("body too long")
        if len(data) < message.body + size:
            self._wanted[side] = message.body + size
            return False
        self._messages.take(message, data[message.body : message.body + size], now_ns)
        del buffer[: message.body + size]
        return True

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002  any gap loses the framing
        self._buffers[side] = None
        return DONE if self._buffers == [None, None] else MORE


class _Sip:
    """The protocol object."""

    label = "SIP"
    announces = True
    transports = frozenset(("udp", "tcp"))
    ports = PORTS
    first_bytes = frozenset(name[0] for name in _METHODS) | frozenset(b"S")

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        answers = [self._judge(data, context.transport == "tcp") for data in (client, server) if data]
        if NO in answers:
            return NO
        return YES if YES in answers else MAYBE

    @staticmethod
    def _judge(data: bytes, stream: bool) -> Claim:
        if len(data) <= KEEP_ALIVE and not stream:
            return MAYBE
        try:
            return YES if start_line(data) and (not stream or _could_begin(data)) else NO
        except NeedMore:
            return MAYBE if stream else NO

    def start(self, context: Context) -> Inspector:
        return _Datagrams(context) if context.transport == "udp" else _Stream(context)


PROTOCOL: ApplicationProtocol = _Sip()
