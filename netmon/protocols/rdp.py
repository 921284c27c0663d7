"""RDP: the connection sequence of [MS-RDPBCGR] section 1.3.1.1, and the opening of RDP over UDP ([MS-RDPEUDP] 2.2).

Claimed: an X.224 connection request with RDP's cookie or negotiation request, or a confirm with RDP's negotiation
response; over UDP: the padded SYN. Told: the cookie (a user name, cut by the client to nine characters) and, where the
server chose RDP's own security, the client's name. Where it chose TLS the stream is handed on
(to whom shows with what follows).
"""

from __future__ import annotations

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, SWITCH, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import NamedDatagrams
from ._report import FieldSpec
from ._shell import StreamProtocol
from ._tpkt import CONNECTION_CONFIRM, CONNECTION_REQUEST, DATA, HEADER, length, plausible
from ._udp import DatagramProtocol

COOKIE = FieldSpec("rdp_cookie", "Cookie")
CLIENT_NAME = FieldSpec("rdp_client", "Client's name")
SECURITY = FieldSpec("rdp_security", "Security")
PORTS = frozenset((3389,))
COOKIE_WORD = b"Cookie: "
_SECURITIES = {0: "RDP", 1: "TLS", 2: "CredSSP", 4: "RDSTLS", 8: "CredSSP-EX", 16: "AAD"}
X224 = 7
"""Octets of a connection request or confirm after TPKT, without the variable part."""
NEGOTIATION_REQUEST, NEGOTIATION_RESPONSE, NEGOTIATION_FAILURE = 1, 2, 3
MCS_CONNECT = b"\x7f\x65"
CORE = b"\x01\xc0"
"""Type of the client core data block, [MS-RDPBCGR] 2.2.1.3.2."""
NAME_OFFSET, NAME_SIZE = 24, 32


class _Rdp(FrameShell):
    """One connection."""

    __slots__ = ()

    label = "RDP"
    header = HEADER

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """TPKT."""
        return length(head)

    def frame(self, side: int, message: Cursor) -> Status:
        """One packet."""
        message.skip(HEADER + 1)
        kind = message.u8()
        if side == CLIENT and kind == CONNECTION_REQUEST:
            message.skip(5)
            self._request(message.rest())
        elif side != CLIENT and kind == CONNECTION_CONFIRM:
            message.skip(5)
            return self._confirm(message.rest())
        elif kind == DATA and side == CLIENT:
            message.skip(1)
            return self._connect(message.rest())
        return MORE

    def _request(self, variable: bytes) -> None:
        line, end, _ = variable.partition(b"\r\n")
        if end and line.startswith(COOKIE_WORD):
            self.report.set(COOKIE, line)
            self.report.summary = line.rpartition(b"=")[2].strip().decode("utf-8", "replace")
        self.report.state = "NEGOTIATION"

    def _confirm(self, variable: bytes) -> Status:
        """2.2.1.2.1: type, flags, length, selected protocol."""
        self.report.state = "CONNECTED"
        if len(variable) < 8:
            self.report.set(SECURITY, "RDP")
            return MORE
        chosen = int.from_bytes(variable[4:8], "little")
        if variable[0] == NEGOTIATION_FAILURE:
            self.report.state = "REFUSED"
            return DONE
        self.report.set(SECURITY, _SECURITIES.get(chosen, str(chosen)))
        if not chosen:
            return MORE
        return SWITCH

    def _connect(self, mcs: bytes) -> Status:
        """The client core data inside the GCC conference create request ("Duca" is its H.221 key)."""
        if not mcs.startswith(MCS_CONNECT):
            return DONE
        core = mcs.find(CORE, mcs.find(b"Duca"))
        if core >= 0:
            name = mcs[core + NAME_OFFSET : core + NAME_OFFSET + NAME_SIZE]
            self.report.set(CLIENT_NAME, name.decode("utf-16-le", "replace").partition("\0")[0])
        return DONE


class _Udp(NamedDatagrams):
    """RDP over UDP."""

    __slots__ = ()

    label = "RDP"


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001
    """[MS-RDPEUDP] 2.2.2.1: the SYN acknowledges -1; SYN datagrams are padded with zeros to the size they negotiate."""
    if len(data) < 1132 or len(data) > 1232 or any(data[-64:]):
        return NO
    flags = data[6] << 8 | data[7]
    sizes = (data[12] << 8 | data[13], data[14] << 8 | data[15])
    plain = flags & 1 and all(1132 <= size <= 1232 for size in sizes)
    return YES if plain and (data[:4] == b"\xff\xff\xff\xff" or flags & 4) else NO


def x224(head: bytes, kind: int, negotiation: int) -> Claim:
    """A connection request or confirm that only RDP sends; weak when it says nothing of RDP's."""
    if not plausible(head) or (len(head) > 5 and head[5] != kind):
        return NO
    if len(head) < HEADER + X224:
        return MAYBE
    size = head[2] << 8 | head[3]
    if size != head[4] + 5 and kind == CONNECTION_REQUEST:
        return NO
    variable = head[HEADER + X224 : size]
    if not variable:
        return WEAK if size == HEADER + X224 else MAYBE
    if kind == CONNECTION_REQUEST and COOKIE_WORD.startswith(variable[: len(COOKIE_WORD)]):
        return YES if len(variable) > len(COOKIE_WORD) else MAYBE
    if variable[0] not in (negotiation, NEGOTIATION_FAILURE):
        return NO
    if len(variable) < 4:
        return MAYBE
    return YES if variable[2:4] == b"\x08\0" else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """See the module."""
    asked = x224(client, CONNECTION_REQUEST, NEGOTIATION_REQUEST) if client else MAYBE
    answered = x224(server, CONNECTION_CONFIRM, NEGOTIATION_RESPONSE) if server else MAYBE
    if NO in (asked, answered):
        return NO
    if YES in (asked, answered):
        return YES
    usual = context.server_port in PORTS and WEAK in (asked, answered)
    return WEAK if usual else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Rdp, judge, PORTS, frozenset((3, 0xFF)), DatagramProtocol(_Udp, recognise, PORTS)
)
