"""Reassembled datagrams taken apart."""

from __future__ import annotations

import struct

import pytest

from netmon.decode.fragments import Datagram
from netmon.decode.transport import segment
from netmon.errors import DecodeError
from netmon.model.flow import InspectKind

TCP = struct.pack("!HHIIBBHHH", 50000, 80, 1000, 0, 6 << 4, 0x18, 512, 0, 0) + b"\1\1\1\0"


def datagram(protocol: int, payload: bytes, length: int | None = None) -> Datagram:
    return Datagram(4, protocol, bytes(4), bytes(4), payload, len(payload) if length is None else length)


def test_udp_is_cut_at_its_own_length() -> None:
    """What follows the UDP length is padding; a snap length shows in ``length``."""
    part = segment(datagram(17, struct.pack("!HHHH", 53, 50000, 12, 0) + b"datapadding"))
    assert part == (InspectKind.UDP, 53, 50000, 0, 0, b"data", 4)
    assert segment(datagram(17, struct.pack("!HHHH", 53, 1, 100, 0) + b"cut", 100)).length == 92


def test_udp_without_a_length_takes_all() -> None:
    """Length 0 (RFC 2675) and UDP-Lite's coverage leave it to IP."""
    assert segment(datagram(17, struct.pack("!HHHH", 1, 2, 0, 0) + b"all")).payload == b"all"
    assert segment(datagram(136, struct.pack("!HHHH", 1, 2, 8, 0) + b"all")).payload == b"all"


def test_tcp_gives_flags_sequence_and_payload() -> None:
    """Options are skipped by the data offset."""
    assert segment(datagram(6, TCP + b"GET")) == (InspectKind.TCP, 50000, 80, 0x18, 1000, b"GET", 3)


def test_others_keep_their_header() -> None:
    """ICMP and the rest go on as they are."""
    assert segment(datagram(1, b"\x08\0")) == (InspectKind.TRANSPORT, 0, 0, 0, 0, b"\x08\0", 2)


@pytest.mark.parametrize(("protocol", "payload"), [(17, bytes(7)), (6, bytes(19)), (6, bytes(20)), (6, TCP[:20])])
def test_short_headers_are_refused(protocol: int, payload: bytes) -> None:
    """DecodeError for what is not all there."""
    with pytest.raises(DecodeError):
        segment(datagram(protocol, payload))
