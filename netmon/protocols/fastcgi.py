"""FastCGI (fastcgi-archives.github.io, "FastCGI Specification"): a web server and its applications.

Claimed: the record that begins a request, whole. Told: roles, and of the parameters those a server's log shows: method,
host, script. Query strings and cookies are not. Exchange: ``fastcgi``, by request.
"""

from __future__ import annotations

from netmon.errors import NeedMore, ParseError

from ._contract import MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._report import FieldSpec
from ._secrets import path_without_secrets
from ._shell import StreamProtocol

HEADER = 8
BEGIN, END, PARAMETERS = 1, 3, 4
TYPES = {
    1: "BEGIN_REQUEST", 2: "ABORT_REQUEST", 3: "END_REQUEST", 4: "PARAMS", 5: "STDIN", 6: "STDOUT", 7: "STDERR",
    8: "DATA", 9: "GET_VALUES", 10: "GET_VALUES_RESULT", 11: "UNKNOWN_TYPE",
}  # fmt: skip
ROLES = {1: "RESPONDER", 2: "AUTHORIZER", 3: "FILTER"}
MOST = 128
ROLE = FieldSpec("fastcgi_role", "Role", multiple=True)
METHOD = FieldSpec("fastcgi_method", "Methods", multiple=True)
HOST = FieldSpec("fastcgi_host", "Hosts", multiple=True)
SCRIPT = FieldSpec("fastcgi_script", "Scripts", multiple=True)
_SHOWN = {b"REQUEST_METHOD": METHOD, b"HTTP_HOST": HOST, b"SCRIPT_NAME": SCRIPT}


class _FastCgi(FrameShell):
    """One connection."""

    __slots__ = ()

    label, header, limit = "FastCGI", HEADER, 16 * 1024

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  the type tells who speaks
        """Contents and padding."""
        if head[0] != 1 or head[1] not in TYPES:
            raise ParseError("no FastCGI record")
        return HEADER + (head[4] << 8 | head[5]) + head[6]

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002  the type tells who speaks
        """One record."""
        message.skip(1)
        kind, request, size = message.u8(), message.u16(), message.u16()
        message.skip(2)
        body = message.sub(min(size, message.left))
        report = self.report
        report.state = TYPES[kind]
        if kind == BEGIN:
            report.add(ROLE, ROLES.get(body.u16(), ""))
            report.request(request, self.now, "fastcgi")
        elif kind == END:
            report.response(request, self.now, "fastcgi")
        elif kind == PARAMETERS:
            self._parameters(body)
        return MORE

    def _parameters(self, body: Cursor) -> None:
        """Names and values, each with a length of one octet or four (section 3.4)."""
        report = self.report
        try:
            for _ in range(MOST):
                sizes = [body.u8(), 0]
                sizes[0] = _size(sizes[0], body)
                sizes[1] = _size(body.u8(), body)
                name, value = body.take(sizes[0]), body.take(sizes[1])
                if name in _SHOWN:
                    report.add(_SHOWN[name], path_without_secrets(value))
        except NeedMore:
            pass
        report.summary = f"{report.get(METHOD) or ''} {report.get(SCRIPT) or ''}".strip()


def _size(first: int, body: Cursor) -> int:
    return first if first < 0x80 else (first & 0x7F) << 24 | body.u24()


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Version, type, request, a length of eight, role, flags, five reserved octets; then parameters of the same request."""
    if server[:1] not in (b"", b"\1") or (len(server) > 1 and server[1] not in TYPES):
        return NO
    for at, right in (
        (0, b"\1"),
        (1, b"\1"),
        (4, b"\0"),
        (5, b"\x08"),
        (7, b"\0"),
        (8, b"\0"),
        (11, b"\0"),
        (12, b"\0"),
        (15, b"\0"),
    ):
        if client[at : at + 1] not in (b"", right):
            return NO
    if len(client) < 18:
        return MAYBE
    role_known = client[9] in ROLES and client[10] < 2
    return YES if role_known and client[16] == 1 and client[17] in TYPES else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_FastCgi, judge, frozenset(), frozenset((1,)))
