"""Gnutella 0.6: the handshake of "The Annotated Gnutella Protocol Specification" section 2.1, and its messages over UDP.

Claimed: over TCP the first line, of either side; over UDP a message header (section 2.2) of a known kind whose length fills
the datagram, or the mark of Gnutella 2. Told: the programs' names, kinds of messages. Where both agree on ``Upgrade:
TLS/1.0`` the stream is handed on behind the client's second group of headers.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import CLIENT, DONE, MORE, NO, SERVER, SWITCH, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import jointly, one_of, scrambled
from ._lines import LineShell
from ._report import FieldSpec
from ._shell import StreamProtocol
from ._udp import DatagramInspector, DatagramProtocol

AGENT = FieldSpec("gnutella_agent", "Programs", multiple=True, limit=4)
PORTS = frozenset((6346, 6347))
LINES = 128
HEADER = 23
KINDS = {0x00: "PING", 0x01: "PONG", 0x02: "BYE", 0x30: "ROUTE_TABLE", 0x31: "VENDOR", 0x32: "VENDOR", 0x40: "PUSH",
         0x44: "DHT", 0x80: "QUERY", 0x81: "QUERY_HIT"}  # fmt: skip
_LEAST = {0x00: 0, 0x01: 14, 0x02: 3, 0x30: 1, 0x31: 8, 0x32: 8, 0x40: 26, 0x44: 38, 0x80: 4, 0x81: 27}
"""Octets behind the header."""
DHT, PING, LARGEST_LIFE = 0x44, 0x00, 16
EXTENSION = 0xC3
"""What a ping with contents begins with (GGEP)."""
GNUTELLA_2 = b"GND"
MESSAGE = FieldSpec("gnutella_message", "Messages", multiple=True)


class _Gnutella(LineShell):
    """One connection."""

    __slots__ = ("_groups", "_lines_seen", "_offered", "_upgrade")

    label = "Gnutella"
    limit = 512

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._lines_seen = self._groups = 0
        self._offered = self._upgrade = False

    def line(self, side: int, text: bytes) -> Status:
        """Headers only; what follows them is compressed, or TLS."""
        name, _, value = text.partition(b":")
        name = name.lower()
        if name == b"user-agent":
            self.report.add(AGENT, value.strip())
        elif name == b"upgrade" and side == SERVER:
            self._offered |= b"TLS" in value.upper()
        elif name == b"connection" and side == CLIENT:
            self._upgrade |= b"upgrade" in value.lower()
        elif not text and side == CLIENT:
            self._groups += 1
            if self._groups == 2 and self._offered and self._upgrade:
                self.switched_to = "TLS"
                return SWITCH
        self._lines_seen += 1
        return DONE if self._lines_seen > LINES else MORE


def message(data: bytes) -> str:
    """The kind of a message over UDP; ``ParseError`` when it is none."""
    if data.startswith(GNUTELLA_2):
        # Flags, sequence number, part, parts (none in an acknowledgement): Gnutella 2 Standard, "UDP Transceiver".
        if len(data) >= 8 and not data[3] & 0x0C and (data[6] <= data[7] if data[7] else len(data) == 8):
            return "GNUTELLA_2"
        raise ParseError("no Gnutella 2 packet")
    if len(data) < HEADER or int.from_bytes(data[19:23], "little") != len(data) - HEADER:
        raise ParseError("length does not fit")
    name = KINDS.get(data[16])
    if name is None or (data[16] != DHT and not data[17] + data[18] <= LARGEST_LIFE) or (data[16] == DHT and data[17] > 1):
        raise ParseError("unknown kind or long life")
    size = len(data) - HEADER
    if size < _LEAST[data[16]] or (data[16] == PING and size and data[HEADER] != EXTENSION):
        raise ParseError("contents do not fit the kind")
    if data[16] == PING and not size and not scrambled(data[:16]):
        raise ParseError("an identifier that nobody drew by lot")
    return name


class _Datagrams(DatagramInspector):
    """One pair of hosts."""

    __slots__ = ()

    label = "Gnutella"

    def take(self, data: bytes) -> Status:
        name = message(data)
        self.report.add(MESSAGE, name)
        self.report.state = self.report.summary = name
        return MORE


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the length that fills it, and the kind."""
    size = len(data) - HEADER
    if (size < 0 or data[19] != size & 0xFF) and not data.startswith(GNUTELLA_2):
        return NO
    message(data)
    return YES


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Connect, and its answer."""
    return jointly(client, server, lambda head: one_of(head, b"GNUTELLA CONNECT/0.", b"GNUTELLA/0."))


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Gnutella, judge, PORTS, frozenset(b"G"), DatagramProtocol(_Datagrams, recognise, PORTS, frozenset(range(256)))
)
