"""What a reassembled datagram carries: ports, flags and payload of TCP and UDP, for the engine that inspects them.

In: a ``Datagram`` of ``fragments``. Out: a ``Segment`` of the same kinds as ``Inspected``; ``DecodeError`` when the
transport header is not all there. The sequence number is the one on the wire: placing it in the stream is the caller's
business.
"""

from __future__ import annotations

from struct import unpack_from
from typing import NamedTuple

from netmon.errors import DecodeError
from netmon.model.flow import InspectKind

from .fragments import Datagram

TCP = 6
UDP = 17
UDP_LITE = 136


class Segment(NamedTuple):
    """A transport header taken apart."""

    kind: InspectKind
    source_port: int
    destination_port: int
    flags: int
    """TCP flags octet, else 0."""
    sequence: int
    """TCP sequence number, else 0."""
    payload: bytes
    """For ``InspectKind.TRANSPORT`` the header is included."""
    length: int
    """Length of the payload on the wire."""


def segment(datagram: Datagram) -> Segment:
    """The transport layer of a whole datagram."""
    data = datagram.payload
    if datagram.protocol == TCP:
        if len(data) < 20:
            raise DecodeError("TCP: header cut short")
        source, destination, sequence, _, offset, flags = unpack_from("!HHIIBB", data)
        header = (offset >> 4) * 4
        if header < 20 or header > len(data):
            raise DecodeError("TCP: wrong header length")
        return Segment(InspectKind.TCP, source, destination, flags, sequence, data[header:], datagram.length - header)
    if datagram.protocol in (UDP, UDP_LITE):
        if len(data) < 8:
            raise DecodeError("UDP: header cut short")
        source, destination, length = unpack_from("!HHH", data)
        # RFC 2675 jumbograms and UDP-Lite's coverage both leave the length to the IP layer.
        end = length if datagram.protocol == UDP and length >= 8 else datagram.length
        end = min(end, datagram.length)
        return Segment(InspectKind.UDP, source, destination, 0, 0, data[8:end], end - 8)
    return Segment(InspectKind.TRANSPORT, 0, 0, 0, 0, data, datagram.length)
