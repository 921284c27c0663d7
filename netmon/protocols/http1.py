"""HTTP/1.0 and 1.1 (RFC 9110, RFC 9112), WebSocket (RFC 6455) and CONNECT.

Claimed: a request line ``METHOD target HTTP/1.x`` from the client; a status line from the server where the client has sent
nothing or the connection was joined mid-stream; weakly: HTTP/0.9 answered with a document. SSDP, SIP, RTSP and ICAP have
other version words, HTTP/2's preface another version, and are not claimed.

Told: every exchange of the connection (pipelined or one after the other). After CONNECT and its 2xx the rest is recognised
anew, likewise after ``101`` (``h2c`` and TLS by name); a WebSocket is labelled ``WebSocket`` inside ``HTTP``.

Never told: the query and fragment of a target, user information in it, session identifiers in its path, cookies,
authorisation, bodies. That credentials were sent in clear is a risk flag.

Bodies of known length and chunks are stepped over, however long. Following ends where the end of a body shows only in what
must be looked at (small chunks, the end of the connection, framing that was lost) and that grows beyond ``Reader.bound``:
it would cost more than later exchanges on the same connection are worth. Of requests only they are given up then.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from netmon.errors import ParseError
from netmon.model.finding import Update

from . import _http_fields as said
from ._contract import (
    ALWAYS,
    CLIENT,
    DONE,
    MAYBE,
    MORE,
    NO,
    SERVER,
    SWITCH,
    WEAK,
    YES,
    Claim,
    Context,
    Inspector,
    Status,
    Switch,
)
from ._http_message import Reader
from ._http_syntax import (
    NO_BODY,
    NOTHING,
    OFF,
    SIZED,
    UNTIL_CLOSE,
    Framing,
    answers,
    asks,
    cut_request_line,
    framing_of,
    header_fields,
    host_of,
    request_line,
    simple_request,
    split_target,
    status_line,
)
from ._logon import report_authorization
from ._report import Report, clean
from ._secrets import CREDENTIALS, IN_CLEAR, in_clear

SSH_GREETING: Final = b"SSH-"
"""A server that greets like this is none of HTTP's, whatever it was asked."""
MAXIMUM_PIPELINED: Final = 64
FORM_SAMPLE: Final = 1024
IDLE_TIMEOUT: Final = 600.0

_REQUEST_FIELDS: Final = frozenset(
    (b"host", b"user-agent", b"content-type", b"content-length", b"transfer-encoding", b"upgrade", b"authorization",
     b"proxy-authorization", b"cookie")
)  # fmt: skip
_RESPONSE_FIELDS: Final = frozenset((b"server", b"content-type", b"content-length", b"transfer-encoding", b"upgrade"))

_CREDENTIALS: Final = re.compile(rb"(?:^|&)(?:pass|passwd|password|pwd)=[^&]", re.IGNORECASE)


class _Request(NamedTuple):
    """A request whose response is awaited."""

    key: int
    method: bytes
    host: bytes
    path: bytes
    upgrade: bool

    @property
    def summary(self) -> str:
        """``GET example.org/path``."""
        host = b"" if self.method == b"CONNECT" else self.host
        return f"{clean(self.method)} {clean(host)}{clean(self.path, 80)}"


class HttpInspector:
    """One connection."""

    __slots__ = (
        "_awaited",
        "_greeting",
        "_heads",
        "_host",
        "_keys",
        "_last_request",
        "_over",
        "_readers",
        "_report",
        "_said",
        "_switch_to",
    )

    def __init__(self, context: Context) -> None:
        self._report = Report("HTTP", context)
        self._report.idle_timeout = IDLE_TIMEOUT
        midstream = context.midstream
        self._readers = (Reader(CLIENT, midstream), Reader(SERVER, midstream))
        self._awaited: list[_Request] = []
        self._last_request: _Request | None = None
        self._keys = self._heads = 0
        self._over = False
        self._switch_to: str | None = None
        self._said: tuple[_Request | None, int] | None = None
        """The latest exchange, until ``update`` has put it in words."""
        self._host = self._greeting = b""

    @property
    def sure(self) -> bool:
        """A whole head was seen, however weak the claim was."""
        return self._heads > 0

    @property
    def held(self) -> int:
        """Of unfinished heads."""
        return self._readers[CLIENT].held + self._readers[SERVER].held

    # -- Inspector

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:
        """See ``Inspector``."""
        if side == SERVER and len(self._greeting) < len(SSH_GREETING):
            self._greeting += data[: len(SSH_GREETING) - len(self._greeting)]
            if self._greeting == SSH_GREETING:
                raise ParseError("a request to an SSH server")
        self._readers[side].feed(self, data, timestamp_ns)
        return self._status()

    def gap(self, side: int, length: int) -> Status:
        """See ``Inspector``."""
        self._readers[side].gap(self, length)
        return self._status()

    def step_over(self, side: int) -> int:
        """See ``ApplicationProtocol``: bodies."""
        return self._readers[side].step_over()

    def update(self) -> Update | None:
        """See ``Inspector``."""
        if self._said is not None:
            request, status = self._said
            parts = (request.summary if request else "", str(status) if status else "")
            self._report.summary = " ".join(part for part in parts if part)
            self._said = None
        return self._report.update()

    def switch(self) -> Switch:
        """See ``Inspector``."""
        return Switch(self._readers[CLIENT].rest, self._readers[SERVER].rest, self._switch_to or "")

    def _status(self) -> Status:
        if self._switch_to is not None:
            return SWITCH
        client, server = self._readers
        if self._over or server.skipped > server.bound:
            return DONE
        if client.skipped > client.bound:
            client.close()
        settled = self._heads > 1 or len(self._greeting) == len(SSH_GREETING)  # until then another server may answer
        return ALWAYS if self._heads and settled else MORE

    # -- Listener

    def head(self, side: int, head: bytes, started_ns: int) -> Framing:
        """See ``Listener``."""
        first = head[: head.find(b"\n") + 1] or head
        if side == CLIENT:
            return self._request(first, head)
        return self._response(first, head, started_ns)

    def ended(self, side: int, now_ns: int) -> bool:
        """A request is over: from here on the response is waited for. After CONNECT or an offer to upgrade, whether
        HTTP goes on depends on the answer."""
        request = self._last_request
        if side == CLIENT and request is not None:
            self._report.request(request.key, now_ns, said.FIRST_BYTE)
            return not request.upgrade or request not in self._awaited
        return True

    def sampled(self, sample: bytes) -> None:
        """A form: is there a password in it?"""
        if _CREDENTIALS.search(sample):
            self._report.risk(IN_CLEAR)

    def _request(self, first: bytes, head: bytes) -> Framing:
        line = request_line(first) or cut_request_line(first)
        if line is None:
            return self._stranger(CLIENT)
        self._heads += 1
        report, fields = self._report, header_fields(head, _REQUEST_FIELDS)
        target = split_target(line)
        host = fields.get(b"host", b"").rpartition(b"@")[2] or target.authority
        report.add(said.METHOD, line.method)
        report.add(said.VERSION, line.version)
        report.add(said.PATH, target.path)
        if line.method != b"CONNECT" or b"host" in fields:
            report.add(said.HOST, host)
        if host != self._host:
            self._host = host
            report.hostname(host_of(clean(target.authority or host)), "http")
        report.add(said.USER_AGENT, fields.get(b"user-agent", b""))
        self._content_type(fields)
        authorization = fields.get(b"authorization") or fields.get(b"proxy-authorization") or b""
        report_authorization(report, authorization)
        if target.credentials or in_clear(authorization):
            report.risk(IN_CLEAR)
        report.add(said.QUERY, target.query)
        report.add(said.COOKIE, fields.get(b"cookie", b""))
        report.add(CREDENTIALS, authorization.partition(b" ")[2])
        upgrade = line.method == b"CONNECT" or b"upgrade" in fields
        request = self._last_request = _Request(self._keys, line.method, host, target.path, upgrade)
        self._said = (request, 0)
        self._keys += 1
        if len(self._awaited) < MAXIMUM_PIPELINED:
            self._awaited.append(request)
        framing = framing_of(fields, NOTHING)
        if b"urlencoded" in fields.get(b"content-type", b"").lower() and framing.body is SIZED:
            return framing._replace(sample=min(FORM_SAMPLE, framing.length))
        return framing

    def _response(self, first: bytes, head: bytes, started_ns: int) -> Framing:
        line = status_line(first)
        if line is None:
            return self._stranger(SERVER)
        self._heads += 1
        again: list[tuple[bytes, bytes]] = []
        report, fields = self._report, header_fields(head, _RESPONSE_FIELDS, again)
        report.add(said.STATUS, line.status)
        report.add(said.VERSION, line.version)
        report.add(said.SERVER_SOFTWARE, fields.get(b"server", b""))
        for name, value in again:
            if name == b"server":  # a proxy's, and that of what stands behind it
                report.add(said.SERVER_SOFTWARE, value)
        self._content_type(fields)
        if 100 <= line.status < 200 and line.status != 101:
            return NO_BODY
        request = self._awaited.pop(0) if self._awaited else None
        method = request.method if request else b""
        if request:
            report.response(request.key, started_ns, said.FIRST_BYTE)
        self._said = (request, line.status)
        if line.status == 101:
            return self._upgraded(fields.get(b"upgrade", b""))
        if method == b"CONNECT" and 200 <= line.status < 300:
            self._switch_to = ""
            return Framing(OFF)
        if request and request.upgrade:
            self._readers[CLIENT].resume(self, started_ns)
        if method == b"HEAD" or line.status in (204, 304):
            return NO_BODY
        framing = framing_of(fields, UNTIL_CLOSE)
        self._over |= framing.body is UNTIL_CLOSE
        return framing

    def _content_type(self, fields: dict[bytes, bytes]) -> None:
        kind = fields.get(b"content-type")
        if kind:
            self._report.add(said.CONTENT_TYPE, kind.partition(b";")[0].strip())

    def _upgraded(self, protocol: bytes) -> Framing:
        """RFC 9110 section 7.8: after 101 both directions speak what the server named."""
        name = protocol.partition(b",")[0].strip().lower()
        if name == b"websocket":
            self._report.nest("WebSocket")
            self._over = True
        else:
            self._switch_to = "HTTP2" if name == b"h2c" else "TLS" if name.startswith(b"tls") else ""
        return Framing(OFF)

    def _stranger(self, side: int) -> Framing:
        """Neither request nor status line where one has to be."""
        if not self._heads:
            raise ParseError("no HTTP message")
        self._readers[side].lose()
        return NO_BODY


class Http1:
    """The protocol."""

    label = "HTTP"
    transports = frozenset(("tcp",))
    ports = frozenset((80, 591, 3128, 8000, 8008, 8080, 8081, 8088, 8888))
    first_bytes = frozenset(range(ord("A"), ord("Z") + 1)) | frozenset(b"\r\n")
    steps_over = True

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        """By the request line; by the status line where no request can have been seen."""
        answered = answers(server)
        if answered is YES and (context.midstream or not client):
            return YES
        asked = asks(client)
        if asked is NO and context.midstream and answered is MAYBE:
            return MAYBE
        if asked is MAYBE and not client and answered is NO:
            return NO
        if server.startswith(SSH_GREETING):
            return NO
        if asked is NO and simple_request(client):
            return MAYBE if not server else WEAK if server[:1] == b"<" else NO
        return asked

    def start(self, context: Context) -> Inspector:
        """A fresh connection."""
        return HttpInspector(context)


PROTOCOL: Final = Http1()
