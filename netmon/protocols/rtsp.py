"""RTSP 1.0 and 2.0 (RFC 2326, RFC 7826).

Claimed: a request or status line with RTSP's version. Told: methods, URLs without query and user information, status
codes, server and user agent. RTP over UDP is announced by SETUP's answer; RTP interleaved in the stream is passed over.
"""

from __future__ import annotations

import re

from netmon.model.finding import ChildFlow

from ._contract import ALWAYS, CLIENT, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._lines import LineShell
from ._report import FieldSpec, clean
from ._secrets import IN_CLEAR, in_clear, split_url
from ._shell import StreamProtocol

METHOD = FieldSpec("rtsp_method", "Methods", multiple=True)
URL = FieldSpec("rtsp_url", "URLs", multiple=True, limit=100)
STATUS = FieldSpec("rtsp_status", "Status", multiple=True)
SERVER_SOFTWARE = FieldSpec("rtsp_server", "Server")
PORTS = frozenset((554, 8554))
_METHODS = (
    rb"(?:OPTIONS|DESCRIBE|ANNOUNCE|SETUP|PLAY|PAUSE|TEARDOWN|GET_PARAMETER|SET_PARAMETER|REDIRECT|RECORD|PLAY_NOTIFY)"
)
_REQUEST = re.compile(rb"(%b) (\S{1,1024}) RTSP/[12]\.\d$" % _METHODS)
_STATUS = re.compile(rb"RTSP/[12]\.\d ([1-5]\d\d)(?: |$)")
_SCHEME = re.compile(rb"rtspu?s?://", re.IGNORECASE)
_PORT = re.compile(rb"(client|server)_port=(\d{1,5})(?:-(\d{1,5}))?")
_NAMES = b"OPTIONS DESCRIBE ANNOUNCE SETUP PLAY PAUSE TEARDOWN GET_PARAMETER SET_PARAMETER REDIRECT RECORD"
_FIRST = [name + b" " for name in _NAMES.split()]


class _Rtsp(LineShell):
    """One connection."""

    __slots__ = ("_body", "_length", "_status")

    label = "RTSP"
    idle_timeout = 600.0
    announces = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._length = [0, 0]
        """Content-Length of the head at hand."""
        self._body = [0, 0]
        self._status = MORE
        """Once RTP is known to go elsewhere, what is left are few and small messages."""

    def raw(self, side: int) -> int:
        """A body."""
        return self._body[side]

    def passed(self, side: int, count: int, data: bytes = b"") -> None:  # noqa: ARG002
        """Part of a body."""
        self._body[side] -= count

    def line(self, side: int, text: bytes) -> Status:
        """A line of a head, or what is left of interleaved data before one."""
        if not text:
            self._body[side], self._length[side] = self._length[side], 0
            return self._status
        if side == CLIENT and text.endswith((b"RTSP/1.0", b"RTSP/2.0")):
            match = _REQUEST.search(text)
            if match:
                self._request(match[1], match[2])
        elif side != CLIENT and b"RTSP/" in text:
            match = _STATUS.search(text)
            if match:
                self.report.add(STATUS, int(match[1]))
                self.report.summary = f"{self.report.summary.partition(' → ')[0]} → {int(match[1])}"
        else:
            self._header(side, text)
        return self._status

    def _request(self, method: bytes, target: bytes) -> None:
        report, url = self.report, split_url(target) if _SCHEME.match(target) else None
        report.add(METHOD, method)
        report.summary = method.decode("ascii")
        if url:
            shown = clean(url.text)
            report.add(URL, shown)
            report.summary = f"{method.decode('ascii')} {shown}"
            host, _, port = url.authority.rpartition(b":")
            report.hostname(host if port.isdigit() else url.authority, "rtsp")
            if url.credentials:
                report.risk(IN_CLEAR)

    def _header(self, side: int, text: bytes) -> None:
        name, _, value = text.partition(b":")
        name = name.lower()
        if name == b"content-length":
            value = value.strip()
            self._length[side] = int(value) if value.isdigit() and len(value) < 9 else 0
        elif name == b"server":
            self.report.set(SERVER_SOFTWARE, value.strip())
        elif name == b"authorization" and in_clear(value):
            self.report.risk(IN_CLEAR)
        elif name == b"transport" and side != CLIENT:
            if b"interleaved" not in value:
                self._status = ALWAYS
            for match in _PORT.finditer(value):
                self._announce(match)

    def _announce(self, match: re.Match[bytes]) -> None:
        """The even port carries RTP, the other RTCP."""
        for number, label in ((match[2], "RTP"), (match[3], "RTCP")):
            if number and 0 < int(number) < 65536 and match[1] == b"client":
                self.report.child(ChildFlow("udp", None, int(number), label))


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """The first line of either direction; data of a connection joined midway says nothing."""
    claims = [_line(client, _FIRST)] if client else []
    claims += [_line(server, [b"RTSP/1.0 ", b"RTSP/2.0 "])] if server else []
    if YES in claims and (NO not in claims or context.midstream):
        return YES
    return NO if NO in claims or not claims else MAYBE


def _line(head: bytes, words: list[bytes]) -> Claim:
    line, end, _ = head.partition(b"\n")
    if end:
        line = line.rstrip(b"\r")
        return YES if _REQUEST.match(line) or _STATUS.match(line) else NO
    return MAYBE if len(line) < 1100 and any(line.startswith(word) or word.startswith(line) for word in words) else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Rtsp, judge, PORTS, frozenset(b"ODASPTGR"))
