"""HTTP/2 in clear (RFC 9113), gRPC included: prior knowledge, or after an upgrade to ``h2c``.

Claimed: the client's connection preface. Told: per exchange method, authority, path, status, content type, user agent,
server and gRPC status; what an extended CONNECT (RFC 8441) asks for, which is WebSocket as a rule.
Never told: queries, cookies, authorisation, bodies (that credentials were sent is a risk flag); values of other header
fields are not even kept for the decompression.

Bounded: one header block of ``MAXIMUM_BLOCK`` octets per direction. Lost octets inside DATA do no harm; elsewhere what
the compression refers back to is unknown from there on. Following ends after ``LARGE`` octets of bodies.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import ALWAYS, CLIENT, DONE, MAYBE, MORE, NO, SERVER, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._hpack import Decoder
from ._http_fields import (
    CONTENT_TYPE,
    COOKIE,
    FIRST_BYTE,
    HOST,
    METHOD,
    PATH,
    QUERY,
    SERVER_SOFTWARE,
    STATUS,
    USER_AGENT,
    VERSION,
)  # fmt: skip
from ._http_syntax import RequestLine, host_of, split_target
from ._judge import magic
from ._report import FieldSpec, clean
from ._secrets import CREDENTIALS, IN_CLEAR
from ._shell import StreamProtocol

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HEADER = 9
LARGE = 1024 * 1024
MAXIMUM_BLOCK = 65_536
MAXIMUM_FRAME = 16_384
DATA, HEADERS, SETTINGS, PUSH_PROMISE, CONTINUATION = 0, 1, 4, 5, 9
END_HEADERS, PADDED, PRIORITY = 4, 8, 0x20
GRPC_STATUS = FieldSpec("grpc_status", "gRPC status", multiple=True)
INSIDE = FieldSpec("http_protocol", "Inside", multiple=True, limit=8)
WANTED = frozenset(b":authority :method :path :protocol :status host content-type user-agent server grpc-status".split())
_CREDENTIALS = frozenset((b"authorization", b"proxy-authorization"))
_SECRET = WANTED | _CREDENTIALS | {b"cookie"}
"""What is kept when the user asked for secrets."""


class _Side:
    """Header compression of one direction, and the block that is being put together."""

    __slots__ = ("block", "decoder", "stream")

    def __init__(self, secrets: bool) -> None:
        self.decoder = Decoder(_SECRET if secrets else WANTED)
        self.block = b""
        self.stream = -1
        """Of the block at hand; -1 between blocks."""


class _Http2(FrameShell):
    """One connection."""

    __slots__ = ("_bodies", "_sides")

    label = "HTTP2"
    idle_timeout = 600.0
    limit = MAXIMUM_FRAME + HEADER

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._sides = (_Side(context.secrets), _Side(context.secrets))
        self._bodies = 0

    @property
    def held(self) -> int:
        """Header blocks too."""
        return super().held + sum(len(state.block) for state in self._sides)

    def head_size(self, side: int) -> int:
        """The preface, then frames."""
        return HEADER if side == SERVER or self.framing[side].frames else len(PREFACE)

    def length(self, side: int, head: bytes) -> int:
        """RFC 9113 section 4.1."""
        if len(head) == len(PREFACE):
            if head != PREFACE:
                raise ParseError("no connection preface")
            return len(PREFACE)
        size = int.from_bytes(head[:3], "big")
        if side == SERVER and not self.framing[side].frames and head[3] != SETTINGS:
            raise ParseError("a server begins with SETTINGS")
        self._bodies += size if head[3] == DATA else 0
        return HEADER + size

    def frame(self, side: int, message: Cursor) -> Status:
        """One frame."""
        if side == CLIENT and message.peek(4) == b"PRI ":
            self.report.add(VERSION, "2")
            return MORE
        size, kind, flags = message.u24(), message.u8(), message.u8()
        stream = message.u32() & 0x7FFF_FFFF
        state = self._sides[side]
        if kind in (HEADERS, PUSH_PROMISE, CONTINUATION):
            if message.left < size:
                state.decoder.lose()
                return ALWAYS
            self._headers(side, kind, flags, stream, message)
        return DONE if self._bodies > LARGE else ALWAYS

    def gap(self, side: int, length: int) -> Status:
        """Inside a body nothing is lost."""
        framing = self.framing[side]
        inside = length <= framing.left
        if not inside or framing.buffer[3:4] != bytes((DATA,)):
            self._sides[side].decoder.lose()
        return super().gap(side, length)

    def _headers(self, side: int, kind: int, flags: int, stream: int, message: Cursor) -> None:
        """Sections 6.2, 6.6 and 6.10: pad length, priority or promised stream, fragment, padding."""
        state = self._sides[side]
        padding = message.u8() if flags & PADDED and kind != CONTINUATION else 0
        if kind == PUSH_PROMISE:
            stream = message.u32() & 0x7FFF_FFFF
        elif kind == HEADERS and flags & PRIORITY:
            message.skip(5)
        fragment = message.take(max(message.left - padding, 0))
        state.block = state.block + fragment if kind == CONTINUATION else fragment
        state.stream = stream
        if not flags & END_HEADERS:
            if len(state.block) > MAXIMUM_BLOCK:
                raise ParseError("endless header block")
            return
        block, state.block = state.block, b""
        self._fields(side, stream, state.decoder.decode(block))

    def _fields(self, side: int, stream: int, fields: list[tuple[bytes, bytes]]) -> None:
        report = self.report
        values: dict[bytes, bytes] = {}
        for name, value in fields:
            values.setdefault(name, value)
        report.add(CONTENT_TYPE, values.get(b"content-type", b"").partition(b";")[0].strip())
        if b":method" in values:
            self._request(stream, values)
        elif side == SERVER:
            status = values.get(b":status", b"")
            if status.isdigit() and len(status) == 3:
                report.add(STATUS, int(status))
                report.summary = f"{report.summary.rpartition(' → ')[0] or report.summary} → {clean(status)}"
                if status[:1] != b"1":
                    report.response(stream, self.now, FIRST_BYTE)
            report.add(SERVER_SOFTWARE, values.get(b"server", b""))
            code = values.get(b"grpc-status", b"")
            if code.isdigit() and len(code) < 4:
                report.add(GRPC_STATUS, int(code))

    def _request(self, stream: int, values: dict[bytes, bytes]) -> None:
        report, method = self.report, values[b":method"]
        information, _, authority = (values.get(b":authority") or values.get(b"host") or b"").rpartition(b"@")
        target = split_target(RequestLine(b"GET", values.get(b":path", b""), ""))
        path = target.path
        report.add(METHOD, method)
        report.add(HOST, authority)
        report.add(PATH, path)
        report.add(USER_AGENT, values.get(b"user-agent", b""))
        report.add(INSIDE, values.get(b":protocol", b""))
        report.hostname(host_of(clean(authority)), "http")
        if b":" in information or not _CREDENTIALS.isdisjoint(values):
            report.risk(IN_CLEAR)
        report.add(QUERY, target.query)
        report.add(COOKIE, values.get(b"cookie", b""))
        for name in sorted(_CREDENTIALS & values.keys()):
            report.add(CREDENTIALS, values[name].partition(b" ")[2])
        report.request(stream, self.now, FIRST_BYTE)
        report.summary = f"{clean(method, 16)} {clean(authority, 80)}{clean(path, 80)}"


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """The preface; a server may send its SETTINGS before it has come."""
    if client:
        return magic(client, PREFACE[:18])
    frame = b"\x00\x00" + server[2:3] + b"\x04\x00\x00\x00\x00\x00"
    return MAYBE if frame.startswith(server[: len(frame)]) else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Http2, judge, frozenset(), frozenset(b"P"))
