"""OpenVPN over UDP and TCP (control packets as its protocol documentation describes them, tls-auth and tls-crypt).

Claimed: a client's first packet (hard reset) whose fields fit, on any port; on UDP port 1194 any known operation, weakly.
Over TCP each packet has a two-octet length. Read: operations, how the control channel is protected, and, where it is not
encrypted, the TLS handshake inside, with everything TLS tells. The order of control packets is restored within
``MAX_WAITING`` packets.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from netmon.errors import ParseError
from netmon.model.finding import Finding, Update

from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Inspector, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import scrambled
from ._report import FieldSpec, Report
from ._udp import DatagramInspector, DatagramProtocol, is_text, on_port
from .tls import TlsInspector

PORT: Final = 1194
CONTROL: Final = 4
ACK: Final = 5
CLIENT_RESET: Final = 7
SERVER_RESET: Final = 8
CLIENT_RESET_V3: Final = 10
OPERATIONS: Final = {
    1: "HARD_RESET_CLIENT_V1", 2: "HARD_RESET_SERVER_V1", 3: "SOFT_RESET", 4: "CONTROL", 5: "ACK", 6: "DATA",
    7: "HARD_RESET_CLIENT", 8: "HARD_RESET_SERVER", 9: "DATA", 10: "HARD_RESET_CLIENT_V3", 11: "WRAPPED_KEY",
}  # fmt: skip
_DATA: Final = (6, 9)
_SESSION: Final = 9
"""Where the session identifier ends."""
_PLAIN: Final = 14
_TLS_AUTH: Final = {38: 16, 42: 20, 50: 28, 54: 32, 70: 48, 86: 64}
"""Size of a client's first packet with tls-auth, and of the HMAC in it."""
_TLS_CRYPT: Final = 54
MAX_WAITING: Final = 16
OPERATION: Final = FieldSpec("openvpn_opcode", "Operation", multiple=True)
PROTECTION: Final = FieldSpec("openvpn_protection", "Control channel")


def operation(data: bytes) -> int:
    """Operation of a packet."""
    code = data[0] >> 3 if data else 0
    if code not in OPERATIONS or len(data) < 2:
        raise ParseError("unknown operation")
    return code


def protection(data: bytes) -> str:
    """How a client's first packet is protected: key 0, packet 0, nothing acknowledged; empty when it is no such packet."""
    if (
        len(data) < _PLAIN
        or data[0] >> 3 not in (CLIENT_RESET, CLIENT_RESET_V3)
        or data[0] & 7
        or len(set(data[1:_SESSION])) < 5
    ):
        return ""
    if len(data) == _PLAIN and not any(data[_SESSION:]):
        return "tls"
    if len(data) in _TLS_AUTH and not any(data[-5:]) and data[-13:-9] == b"\0\0\0\1":
        return "tls-auth"
    if len(data) >= _TLS_CRYPT and data[_SESSION : _SESSION + 4] == b"\0\0\0\1" and any(data[-5:]):
        return "tls-crypt"
    return ""


class _Packets:
    """Adds packets to a report and feeds what the control channel carries to TLS."""

    __slots__ = ("_hmac", "_inner", "_next", "_said", "_tls", "_waiting", "report")

    def __init__(self, report: Report, context: Context) -> None:
        self.report = report
        self._hmac = -1
        """Octets of HMAC before packet id and time; -1 unknown or encrypted."""
        self._tls: TlsInspector | None = TlsInspector(context.changed(transport="tcp", midstream=False))
        self._inner: Finding | None = None
        self._next = [1, 1]
        self._waiting: tuple[dict[int, bytes], dict[int, bytes]] = ({}, {})
        self._said: Finding | None = None

    def take(self, side: int, data: bytes, now_ns: int) -> None:
        """One packet."""
        code, report = operation(data), self.report
        report.add(OPERATION, code)
        if code in (CLIENT_RESET, CLIENT_RESET_V3):
            how = protection(data)
            report.set(PROTECTION, how)
            self._hmac = {"tls": 0, "tls-auth": _TLS_AUTH.get(len(data), -1)}.get(how, -1)
            report.request("reset", now_ns, "openvpn-handshake")
        elif code == SERVER_RESET:
            report.response("reset", now_ns, "openvpn-handshake")
        elif code == CONTROL and self._hmac >= 0 and self._tls is not None:
            self._control(side, Cursor(data, _SESSION), now_ns)
        report.state = "ESTABLISHED" if code in _DATA else "HANDSHAKE"
        report.summary = OPERATIONS[code]

    def _control(self, side: int, cursor: Cursor, now_ns: int) -> None:
        """HMAC, packet id and time where there are, acknowledgements, message number, then a piece of the TLS stream."""
        cursor.skip(self._hmac + 8 if self._hmac else 0)
        count = cursor.u8()
        cursor.skip(4 * count + 8 if count else 0)
        number, waiting = cursor.u32(), self._waiting[side]
        if number >= self._next[side] and len(waiting) < MAX_WAITING:
            waiting[number] = cursor.rest()
        while self._tls is not None and self._next[side] in waiting:
            piece = waiting.pop(self._next[side])
            self._next[side] += 1
            try:
                self._tls.feed(side, piece, now_ns)
            except ParseError:
                self._tls = None

    def update(self) -> Update | None:
        """Both reports as one finding."""
        update = self.report.update()
        inner = self._tls.update() if self._tls is not None else None
        if inner is not None and inner.finding is not None:
            self._inner = inner.finding
        elif update is None:
            return None
        own = update.finding if update is not None and update.finding is not None else self._said
        if own is None:
            return update
        self._said = own
        told = self._inner
        if told is not None:
            own = replace(own, fields=(*own.fields, *told.fields), risks=told.risks)
        return Update(own, update.exchanges if update is not None else ())


class _Datagrams(DatagramInspector):
    """OpenVPN over UDP."""

    __slots__ = ("_packets",)

    label = "OpenVPN"
    idle_timeout = 180.0

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._packets = _Packets(self.report, context)

    def take(self, data: bytes) -> Status:
        self._packets.take(self.side, data, self.now)
        return MORE

    def update(self) -> Update | None:
        return self._packets.update()


class _Stream(FrameShell):
    """OpenVPN over TCP."""

    __slots__ = ("_packets",)

    label = "OpenVPN"
    idle_timeout = 180.0
    header = 3

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._packets = _Packets(self.report, context)

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  both directions alike
        operation(head[2:3] + b"\0")
        return 2 + int.from_bytes(head[:2], "big")

    def frame(self, side: int, message: Cursor) -> Status:
        message.skip(2)
        self._packets.take(side, message.rest(), self.now)
        return MORE

    def update(self) -> Update | None:
        return self._packets.update()


def recognise(context: Context, data: bytes) -> Claim:
    """By a first packet, else by the port."""
    try:
        code = operation(data)
    except ParseError:
        return NO
    if protection(data):
        return YES
    hidden = scrambled(data[4:]) if code in _DATA else not is_text(data)
    return WEAK if on_port(context, PORT) and (len(data) > 16 or code == ACK) and hidden else NO


class _Protocol(DatagramProtocol):
    """A client's first packet is enough; what the server says must be a packet at all."""

    __slots__ = ()

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        if context.transport == "tcp":
            return _judge(client, server)
        answers = [recognise(context, data) for data in (client, server) if data]
        known = all(data[0] >> 3 in OPERATIONS for data in (client, server) if data)
        if known and YES in answers:
            return YES
        return WEAK if answers and set(answers) == {WEAK} else NO

    def start(self, context: Context) -> Inspector:
        return _Stream(context) if context.transport == "tcp" else super().start(context)


def _judge(client: bytes, server: bytes) -> Claim:
    """A length and a first packet of that length."""
    if len(client) < 2:
        return NO if server and not client and server[0] else MAYBE
    length = int.from_bytes(client[:2], "big")
    if not _PLAIN <= length <= 1200 or (len(client) > 2 and client[2] >> 3 not in (CLIENT_RESET, CLIENT_RESET_V3)):
        return NO
    if len(client) < 2 + length:
        return MAYBE
    return YES if protection(client[2 : 2 + length]) else NO


PROTOCOL: ApplicationProtocol = _Protocol(
    _Datagrams, recognise, frozenset((PORT,)), frozenset(range(0x60)), frozenset(("udp", "tcp"))
)
