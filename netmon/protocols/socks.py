"""SOCKS 4, 4a and 5 (RFC 1928, user name and password of RFC 1929).

Claimed: a client's greeting and a server's answer that fits it; version 4: a request and its answer. Told: the
destination. Credentials are passed over, their use is a risk flag. After the server's consent to CONNECT the stream is
handed on to whatever runs inside. States: METHOD, LOGIN, REQUEST, CONNECTED, REFUSED.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from netmon.errors import NeedMore, ParseError

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, SERVER, SWITCH, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec, clean
from ._secrets import IN_CLEAR, PASSWORD
from ._shell import StreamProtocol, StreamShell

HOST = FieldSpec("socks_host", "Destination")
ADDRESS = FieldSpec("socks_address", "Destination address")
PORT = FieldSpec("socks_port", "Destination port")
VERSION = FieldSpec("socks_version", "Version")
PORTS = frozenset((1080, 9050))
MAXIMUM = 1024
"""Octets of handshake kept per side; what a client sends before it is allowed to counts too."""
METHODS = frozenset((*range(10), *range(0x80, 0xFF)))
NONE_ACCEPTABLE = 0xFF
NO_LOGIN, LOGIN = 0, 2
CONNECT = 1
GRANTED_4 = 0x5A
Step = Callable[["_Socks", Cursor], Status]


class _Socks(StreamShell):
    """One connection."""

    __slots__ = ("_buffers", "_command", "_side", "_step")

    label = "SOCKS"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._buffers = (bytearray(), bytearray())
        self._side = CLIENT
        self._step: Step = _Socks._first
        self._command = 0

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002
        """Take steps as long as there is enough; then hand on what was not used."""
        self._buffers[side].extend(data)
        status = MORE
        while status is MORE:
            buffer = self._buffers[self._side]
            cursor = Cursor(bytes(buffer))
            try:
                status = self._step(self, cursor)
            except NeedMore:
                if len(buffer) > MAXIMUM:
                    raise ParseError("no SOCKS handshake") from None
                return MORE
            del buffer[: cursor.consumed]
        if status is SWITCH:
            self.rest = [bytes(buffer) for buffer in self._buffers]
        return status

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002
        """Nobody knows any more where the handshake ends."""
        return DONE

    def _next(self, side: int, step: Step) -> Status:
        self._side, self._step = side, step
        return MORE

    def _first(self, cursor: Cursor) -> Status:
        version = cursor.u8()
        self.report.set(VERSION, version)
        if version == 4:
            return self._request_4(cursor)
        if version != 5:
            raise ParseError("no SOCKS version")
        cursor.skip(cursor.u8())
        self.report.state = "METHOD"
        return self._next(SERVER, _Socks._method)

    def _method(self, cursor: Cursor) -> Status:
        version, method = cursor.u8(), cursor.u8()
        if version != 5:
            raise ParseError("no SOCKS answer")
        if method == NO_LOGIN:
            return self._next(CLIENT, _Socks._request)
        if method == LOGIN:
            return self._next(CLIENT, _Socks._login)
        self.report.state = "REFUSED" if method == NONE_ACCEPTABLE else "LOGIN"
        return DONE

    def _login(self, cursor: Cursor) -> Status:
        cursor.skip(1)
        cursor.skip(cursor.u8())
        self.report.add(PASSWORD, cursor.take(cursor.u8()))
        self.report.risk(IN_CLEAR)
        self.report.state = "LOGIN"
        return self._next(SERVER, _Socks._login_answer)

    def _login_answer(self, cursor: Cursor) -> Status:
        cursor.skip(1)
        if cursor.u8():
            self.report.state = "REFUSED"
            return DONE
        return self._next(CLIENT, _Socks._request)

    def _request(self, cursor: Cursor) -> Status:
        if cursor.u8() != 5:
            raise ParseError("no SOCKS request")
        self._command = cursor.u8()
        cursor.skip(1)
        host, address = _destination(cursor)
        return self._asked(host, address, cursor.u16())

    def _request_4(self, cursor: Cursor) -> Status:
        self._command = cursor.u8()
        port, address = cursor.u16(), cursor.take(4)
        cursor.until(b"\0", MAXIMUM)  # a user name, which is no business of anybody
        host = b""
        if address[:3] == b"\0\0\0" and address[3]:
            host, address = cursor.until(b"\0", 255), b""
        return self._asked(host, address, port)

    def _asked(self, host: bytes, address: bytes, port: int) -> Status:
        report, where = self.report, clean(host)
        report.state = "REQUEST"
        if host:
            report.set(HOST, host)
            report.hostname(host, "socks")
        elif address:
            where = str(ipaddress.ip_address(address))
            report.set(ADDRESS, where)
        report.set(PORT, port)
        report.summary = f"{where}:{port}"
        return self._next(SERVER, _Socks._answer_4 if report.get(VERSION) == 4 else _Socks._answer)

    def _answer(self, cursor: Cursor) -> Status:
        version, reply = cursor.u8(), cursor.u8()
        cursor.skip(1)
        _destination(cursor)
        cursor.skip(2)
        if version != 5:
            raise ParseError("no SOCKS answer")
        return self._answered(reply == 0)

    def _answer_4(self, cursor: Cursor) -> Status:
        zero, reply = cursor.u8(), cursor.u8()
        cursor.skip(6)
        if zero:
            raise ParseError("no SOCKS answer")
        return self._answered(reply == GRANTED_4)

    def _answered(self, granted: bool) -> Status:
        self.report.state = "CONNECTED" if granted else "REFUSED"
        return SWITCH if granted and self._command == CONNECT else DONE


def _destination(cursor: Cursor) -> tuple[bytes, bytes]:
    """RFC 1928 section 5: a name or an address."""
    kind = cursor.u8()
    if kind == 3:
        return cursor.take(cursor.u8()), b""
    if kind not in (1, 4):
        raise ParseError("no SOCKS address")
    return b"", cursor.take(4 if kind == 1 else 16)


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Both directions, or the usual port."""
    if not client:
        return MAYBE
    if client[0] == 4:
        return _judge_4(context, client, server)
    if client[0] != 5 or (server and server[0] != 5):
        return NO
    count = client[1] if len(client) > 1 else 1
    offered = client[2 : 2 + count]
    if not count or count > 16 or not METHODS.issuperset(offered) or len(set(offered)) < len(offered):
        return NO
    if len(offered) < count or len(client) < 2:
        return MAYBE
    if len(server) < 2:
        lonely = len(client) == 2 + count
        return (WEAK if lonely and context.server_port in PORTS else MAYBE) if lonely or server else MAYBE
    return YES if server[1] in offered or server[1] == NONE_ACCEPTABLE else NO


def _judge_4(context: Context, client: bytes, server: bytes) -> Claim:
    if (len(client) > 1 and client[1] not in (1, 2)) or (server and (server[0] or not 0x5A <= (*server, 0x5A)[1] <= 0x5D)):
        return NO
    if len(client) < 9 or b"\0" not in client[8:264]:
        return MAYBE if len(client) < 264 else NO
    if len(server) >= 8:
        return YES
    return WEAK if context.server_port in PORTS else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Socks, judge, PORTS, frozenset((4, 5)))
