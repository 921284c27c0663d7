"""Capture files of made-up conversations: TCP with its handshake and its end, UDP, and other IP protocols.

Every conversation has a client port of its own, by which its record is found again; packets are a millisecond apart.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

from netmon.capture.writer import PcapWriter, create
from netmon.model.frame import Frame

CLIENT, SERVER = 0, 1
ENDS = ("192.0.2.10", "198.51.100.20")
MACS = (bytes.fromhex("020000000001"), bytes.fromhex("020000000002"))
SEGMENT = 1400
START = 1_700_000_000_000_000_000
TCP, UDP = 6, 17
SYN, ACK, PSH_ACK, SYN_ACK, FIN_ACK = 2, 16, 24, 18, 17

Flights = Sequence[tuple[int, bytes]]
"""Side and bytes, in the order of a conversation."""


class Conversations:
    """Frames, in order."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self._now = START
        self._port = 40_000

    def port(self) -> int:
        """The next client port nobody has used."""
        self._port += 1
        return self._port

    def tcp(self, server_port: int, flights: Flights, segment: int = SEGMENT, end: bool = True) -> int:
        """A connection from its SYN to its FINs; the client's port."""
        ports = (self.port(), server_port)
        sequence = [1000, 5000]
        for side, flags in ((CLIENT, SYN), (SERVER, SYN_ACK), (CLIENT, ACK)):
            self._segment(side, ports, sequence, flags)
            sequence[side] += flags != ACK
        for side, data in flights:
            for at in range(0, len(data), segment):
                part = data[at : at + segment]
                self._segment(side, ports, sequence, PSH_ACK, part)
                sequence[side] += len(part)
        if end:
            for side in (CLIENT, SERVER):
                self._segment(side, ports, sequence, FIN_ACK)
                sequence[side] += 1
            self._segment(CLIENT, ports, sequence, ACK)
        return ports[CLIENT]

    def udp(self, server_port: int, flights: Flights) -> int:
        """Datagrams; the client's port."""
        ports = (self.port(), server_port)
        for side, data in flights:
            source, destination = ports if side == CLIENT else ports[::-1]
            self.ip(side, UDP, struct.pack("!HHHH", source, destination, 8 + len(data), 0) + data)
        return ports[CLIENT]

    def ip(self, side: int, protocol: int, payload: bytes) -> None:
        """One IPv4 packet in Ethernet."""
        source, destination = (ip_address(ENDS[end]).packed for end in (side, 1 - side))
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), len(self.frames) & 0xFFFF, 0, 64, protocol, 0)
        self.link(side, 0x0800, head + source + destination + payload)

    def link(self, side: int, kind: int, payload: bytes) -> None:
        """One Ethernet frame."""
        data = MACS[1 - side] + MACS[side] + struct.pack("!H", kind) + payload
        self._now += 1_000_000
        self.frames.append(Frame(self._now, len(data), data, 1))

    def write(self, path: Path) -> Path:
        """As a pcap file."""
        writer = PcapWriter(create(str(path)), str(path), 1)
        for frame in self.frames:
            writer.write(frame)
        writer.close()
        return path

    def _segment(self, side: int, ports: tuple[int, int], sequence: list[int], flags: int, data: bytes = b"") -> None:
        source, destination = ports if side == CLIENT else ports[::-1]
        answer = 0 if flags == SYN else sequence[1 - side]
        head = struct.pack("!HHIIBBHHH", source, destination, sequence[side], answer, 5 << 4, flags, 60_000, 0, 0)
        self.ip(side, TCP, head + data)
