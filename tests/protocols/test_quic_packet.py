"""QUIC frames and headers on hostile bytes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import ParseError
from netmon.protocols._quic_packet import read_frames, read_packets, transport_parameter


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200))
def test_random_frames(payload: bytes) -> None:
    """What is inside a packet is as hostile as what is outside."""
    try:
        read_frames(payload)
    except ParseError:
        return


@settings(deadline=None, max_examples=300)
@given(st.binary(min_size=1, max_size=120))
def test_random_headers(datagram: bytes) -> None:
    """Packets never reach beyond the datagram."""
    try:
        packets, _ = read_packets(b"\xc0\x00\x00\x00\x01" + datagram)
    except ParseError:
        return
    assert sum(len(packet.data) for packet in packets) <= len(datagram) + 5


def test_transport_parameters() -> None:
    """The wanted one is found behind others; what is cut has none."""
    parameters = b"\x03\x02\x45\xc0" + b"\x01\x04\x80\x00\x75\x30"
    assert transport_parameter(parameters, 1) == 30_000
    assert transport_parameter(parameters[:-1], 1) is None
    assert transport_parameter(b"", 1) is None
