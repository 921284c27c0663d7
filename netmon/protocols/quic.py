"""QUIC: RFC 9000 and 9001 (version 1), RFC 9369 (version 2), drafts 23 to 34, RFC 8999 (invariants), Google's QUIC.

Claimed, on any port: a datagram that begins with a long header whose Initial opens with the keys that follow from it, a
version negotiation that names a known version, or a Google header; weakly: a well-formed long header of a known version that
cannot be opened (a server's first, damaged, cut). A short header alone says nothing and is not claimed. Opened are the
Initials of both directions; their CRYPTO frames give the TLS hellos. Everything later is encrypted: the inspection ends at
the first packets with a short header.

States: INITIAL 0RTT RETRY VERSION_NEG HANDSHAKE CONNECTED DRAINING (one end has closed) CLOSED (both have). A close is
visible in Initials only. Exchanges: ``quic-handshake`` from the client's first packet to the server's first (one round
trip), and ``tls-handshake`` from the ClientHello to the client's first short header.
"""

from __future__ import annotations

from typing import Final

from netmon.errors import ParseError
from netmon.model.finding import Update

from . import _gquic
from ._contract import (
    CLIENT,
    DONE,
    MAYBE,
    MORE,
    NO,
    WEAK,
    YES,
    ApplicationProtocol,
    Claim,
    Context,
    Inspector,
    Status,
    Switch,
)
from ._quic_claims import looks_like
from ._quic_packet import (
    Kind,
    Packet,
    read_frames,
    read_packets,
    transport_parameter,
)
from ._quic_protection import Q050, initial_keys, unprotect
from ._quic_stream import CryptoStream
from ._report import FieldSpec, Report
from ._tls_handshake import SNI, Handshake
from ._tls_inside import report_inside
from ._tls_messages import Messages
from ._udp import is_text, on_port

VERSION: Final = FieldSpec("quic_version", "QUIC version", multiple=True, limit=8)
SERVER_VERSIONS: Final = FieldSpec("quic_server_versions", "Versions the server speaks", multiple=True, limit=16)
CLIENT_ID: Final = FieldSpec("quic_client_cid", "Client SCID")
SERVER_ID: Final = FieldSpec("quic_server_cid", "Server SCID")
ORIGINAL_ID: Final = FieldSpec("quic_original_cid", "Original DCID")
CLOSE_CODE: Final = FieldSpec("quic_close_code", "Close code", limit=4)
IDLE: Final = FieldSpec("quic_idle_timeout", "Client's idle timeout (ms)")
"""What it asks for; the server's wish is encrypted, and the smaller one holds (RFC 9000 section 10.1)."""
RETRIED: Final = FieldSpec("quic_retry", "Retry")
GQUIC_VERSION: Final = FieldSpec("gquic_version", "Google QUIC version", limit=4)
GQUIC_SNI: Final = FieldSpec("gquic_sni", "Server name (Google QUIC)")
GQUIC_AGENT: Final = FieldSpec("gquic_ua", "User agent (Google QUIC)")
OPENING_TIMEOUT: Final = 60.0
CONNECTED_TIMEOUT: Final = 180.0
CLOSED_TIMEOUT: Final = 15.0
"""Seconds (features 2.3)."""
MAXIMUM_TIMEOUT: Final = 3600.0
IDLE_TIMEOUT_PARAMETER: Final = 1
ROUND_TRIP: Final = "quic-handshake"
SHORTEST: Final = 21
"""Octets of a packet with a short header (RFC 9001 section 5.4.2 and a stateless reset, RFC 9000 section 10.3)."""
ENOUGH_SHORT: Final = 4
"""Packets after which a conversation that shows no handshake is not waited for any longer."""


class QuicInspector:
    """See the module."""

    __slots__ = ("_closed", "_connection_id", "_google", "_handshake", "_idle", "_messages", "_port", "_report", "_seen",
                 "_short", "_state", "_streams")  # fmt: skip

    def __init__(self, context: Context) -> None:
        self._report = Report("QUIC", context)
        self._port = context.server_port
        self._handshake = Handshake(self._report, "q")
        self._streams = (CryptoStream(), CryptoStream())
        self._messages = (Messages(), Messages())
        self._connection_id: tuple[int, bytes] | None = None
        """Version and connection id the Initial keys follow from."""
        self._idle: float | None = None
        self._state = ""
        self._seen = [False, False]
        """A long header came from this side."""
        self._short = [0, 0]
        self._closed = [False, False]
        self._google = False

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:
        """One datagram."""
        if not data:
            return MORE
        if not data[0] & 0x80 or self._google:
            return self._short_header(side, data, timestamp_ns)
        header = _gquic.read_q046_header(data)
        if header is not None:
            return self._google_packet(side, header, data)
        try:
            packets, short = read_packets(data)
        except ParseError:
            if self._state:
                return MORE  # damaged, or something else between two QUIC packets
            raise
        self._round_trip(side, timestamp_ns)
        for packet in packets:
            self._packet(side, packet, timestamp_ns)
        if short:
            self._short_header(side, b"\x40", timestamp_ns)
        return self._settle()

    @property
    def held(self) -> int:
        """Of the handshake."""
        return sum(stream.held + messages.held for stream, messages in zip(self._streams, self._messages, strict=True))

    @property
    def sure(self) -> bool:
        """A packet was opened, however weak the claim was."""
        return self._connection_id is not None

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002
        """Datagrams have none."""
        return MORE

    def _round_trip(self, side: int, timestamp_ns: int) -> None:
        """Time between the first long headers of the two ends."""
        if not self._seen[side]:
            self._seen[side] = True
            if side == CLIENT:
                self._report.request(ROUND_TRIP, timestamp_ns, ROUND_TRIP)
            elif self._seen[CLIENT]:
                self._report.response(ROUND_TRIP, timestamp_ns, ROUND_TRIP)

    def _packet(self, side: int, packet: Packet, timestamp_ns: int) -> None:
        report = self._report
        report.add(VERSION, f"0x{packet.version:08x}")
        if packet.kind is Kind.VERSION_NEGOTIATION:
            for version in packet.versions:
                report.add(SERVER_VERSIONS, f"0x{version:08x}")
            self._state = "VERSION_NEG"
            self._connection_id = None
        elif packet.kind is Kind.RETRY:
            report.set(RETRIED, "yes")
            self._state = "RETRY"
            self._connection_id = None  # the next Initial brings the connection id that counts
        elif packet.kind is Kind.INITIAL:
            if self._state in ("", "RETRY", "VERSION_NEG"):
                self._state = "INITIAL"
            self._initial(side, packet, timestamp_ns)
        elif packet.kind is Kind.ZERO_RTT:
            if self._state in ("", "INITIAL"):
                self._state = "0RTT"
        elif self._state not in ("CONNECTED", "DRAINING", "CLOSED"):
            self._state = "HANDSHAKE"

    def _open(self, packet: Packet) -> tuple[bytes, bool] | None:
        """The plain payload and whether the server sent it: with the keys in use, else as a client's first packet."""
        known = self._connection_id
        if known is not None and known[0] == packet.version:
            for server in (False, True):
                keys = initial_keys(known[0], known[1], server)
                payload = unprotect(keys, packet.data, packet.number_at) if keys else None
                if payload is not None:
                    return payload, server
        keys = initial_keys(packet.version, packet.destination, False)
        payload = unprotect(keys, packet.data, packet.number_at) if keys else None
        if payload is None:
            return None
        self._connection_id = (packet.version, packet.destination)
        if known is None:
            self._report.set(ORIGINAL_ID, packet.destination.hex())
        return payload, False

    def _initial(self, side: int, packet: Packet, timestamp_ns: int) -> None:
        if not packet.complete:
            return
        opened = self._open(packet)
        if opened is None:
            return
        payload, server = opened
        self._report.set(SERVER_ID if server else CLIENT_ID, packet.source.hex())
        if packet.version == Q050:
            self._google_hello(payload)
            return
        frames = read_frames(payload)
        for offset, data in frames.crypto:
            ordered = self._streams[server].feed(offset, data)
            for kind, body in self._messages[server].feed(ordered) if ordered else ():
                self._message(kind, body, side, timestamp_ns)
        if frames.close is not None:
            self._report.add(CLOSE_CODE, f"0x{frames.close:x}")
            self._closed[server] = True

    def _message(self, kind: int, body: bytes, side: int, timestamp_ns: int) -> None:
        handshake = self._handshake
        try:
            handshake.message(kind, body, side, timestamp_ns)
        except ParseError:
            return  # it was encrypted for the right keys, so it is QUIC all the same
        report_inside(handshake, self._port)
        if handshake.server is not None and self._state in ("INITIAL", "0RTT"):
            self._state = "HANDSHAKE"
        if handshake.client is not None and self._idle is None:
            milliseconds = transport_parameter(handshake.client.extensions.quic_parameters, IDLE_TIMEOUT_PARAMETER)
            if milliseconds is not None:
                self._report.set(IDLE, milliseconds)
            if milliseconds:
                self._idle = min(milliseconds / 1000, MAXIMUM_TIMEOUT)

    # -- Google

    def _google_packet(self, side: int, header: _gquic.Header, data: bytes) -> Status:
        self._google = True
        self._report.add(GQUIC_VERSION, header.version)
        self._report.set(ORIGINAL_ID, header.connection_id.hex())
        self._google_hello(data)
        self._short[side] += 1
        self._state = self._state or "INITIAL"
        return self._settle()

    def _google_hello(self, payload: bytes) -> None:
        hello = _gquic.find_hello(payload)
        if hello is None:
            return
        report = self._report
        if hello.server_name:
            report.set(GQUIC_SNI, hello.server_name)
            report.add(SNI, hello.server_name)
            report.hostname(hello.server_name, "sni")
            report.summary = str(report.get(SNI) or "")
        if hello.user_agent:
            report.set(GQUIC_AGENT, hello.user_agent)
        if hello.message == "SHLO":
            self._state = "HANDSHAKE"

    # -- after the handshake

    def _short_header(self, side: int, data: bytes, timestamp_ns: int) -> Status:
        """A packet nobody can read any more, or Google's public header."""
        header = _gquic.read_public_header(data) or _gquic.read_q046_header(data)
        if header is not None:
            return self._google_packet(side, header, data)
        if not self._state:
            raise ParseError("a short header before any long one")
        self._short[side] += 1
        if self._google:
            self._google_hello(data)
        through = self._short[CLIENT] if self._seen[CLIENT] else sum(self._short)
        ready = self._state == "HANDSHAKE" or sum(self._short) >= ENOUGH_SHORT
        if through and ready and self._state in ("HANDSHAKE", "INITIAL", "0RTT"):
            self._state = "CONNECTED"
            if self._handshake.client is not None:
                self._report.response(self._handshake.exchange, timestamp_ns, self._handshake.exchange)
        return self._settle()

    def _settle(self) -> Status:
        """State and lifetime as they now are."""
        report = self._report
        if any(self._closed):
            self._state = "CLOSED" if all(self._closed) else "DRAINING"
        report.state = self._state
        if any(self._closed):
            report.idle_timeout = CLOSED_TIMEOUT
        else:
            report.idle_timeout = (self._idle or CONNECTED_TIMEOUT) if self._state == "CONNECTED" else OPENING_TIMEOUT
        return DONE if self._state in ("CONNECTED", "CLOSED") else MORE

    def update(self) -> Update | None:
        """See the contract."""
        return self._report.update()

    def switch(self) -> Switch:
        """Never asked for."""
        return Switch()


class Quic:
    """See the module."""

    label = "QUIC"
    transports = frozenset({"udp"})
    ports = frozenset({443, 784, 853, 4433, 8853})

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        """One end that proves it is enough; short headers where it is at home do not speak against it."""
        usual = on_port(context, *self.ports)
        answers = [looks_like(data, usual) for data in (client, server) if data]
        for answer in (YES, WEAK):
            if answer in answers:
                return answer
        short = usual and all(
            data[0] & 0xC0 == 0x40 and len(data) >= SHORTEST and not is_text(data) for data in (client, server) if data
        )
        return MAYBE if short or not answers else NO

    def start(self, context: Context) -> Inspector:
        """A fresh inspector."""
        return QuicInspector(context)


PROTOCOL: ApplicationProtocol = Quic()
