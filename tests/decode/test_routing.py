"""One word of state for each of the other IP protocols."""

from __future__ import annotations

import struct

import pytest

from netmon.decode import transport_name
from netmon.decode.routing import _DECODERS, decode
from netmon.errors import DecodeError

CASES = [
    ("ospf", bytes.fromhex("0201002c c0000201 00000000"), "OSPF", "HELLO", "router 192.0.2.1 area 0.0.0.0"),
    ("ospf", bytes.fromhex("03040024 c0000201 00000001"), "OSPF", "LINK_STATE_UPDATE", "router 192.0.2.1 area 0.0.0.1"),
    ("vrrp", bytes.fromhex("3115 6401 0064 0000"), "VRRP", "ADVERTISEMENT", "router 21 priority 100"),
    ("pim", bytes.fromhex("23000000"), "PIM", "JOIN_PRUNE", ""),
    ("eigrp", bytes.fromhex("0205 0000 00000000 00000000 00000000 0000 0064"), "EIGRP", "HELLO", "AS 100"),
    ("rsvp", bytes.fromhex("1001 0000 4000 0008"), "RSVP", "PATH", ""),
    ("gre", bytes.fromhex("00000800"), "GRE", "", "ipv4"),
    ("gre", bytes.fromhex("3081880b"), "GRE", "", "pptp"),
    ("esp", bytes.fromhex("deadbeef 00000001"), "ESP", "", "SPI 0xdeadbeef"),
    ("ah", bytes.fromhex("06040000 00000100 00000001"), "AH", "", "SPI 0x00000100 tcp"),
    ("dccp", struct.pack("!HHBBHB", 1, 2, 0, 0, 0, 1) + bytes(3), "DCCP", "REQUEST", ""),
    ("l2tp", bytes.fromhex("00000011"), "L2TP", "DATA", "session 17"),
    ("l2tp", bytes(4), "L2TP", "CONTROL", ""),
    ("pgm", bytes.fromhex("00010002 04000000") + bytes(8), "PGM", "ODATA", ""),
    ("hip", bytes.fromhex("3b040110") + bytes(4), "HIP", "I1", ""),
    ("ipip", b"", "IPIP", "", ""),
]


@pytest.mark.parametrize(("name", "data", "label", "state", "summary"), CASES)
def test_each_protocol(name: str, data: bytes, label: str, state: str, summary: str) -> None:
    """Label, state and summary, with and without trailing bytes."""
    for tail in (b"", b"\0" * 20):
        message = decode(name, data + tail)
        assert message is not None
        assert (message.label, message.state, message.summary) == (label, state, summary)


@pytest.mark.parametrize("name", sorted(_DECODERS))
def test_a_short_header_is_refused(name: str) -> None:
    """One byte less than the header needs."""
    for length in range(_DECODERS[name][0]):
        with pytest.raises(DecodeError):
            decode(name, bytes(length))


def test_unknown_protocols_have_a_number_for_a_name_and_no_label() -> None:
    """Nothing is made up."""
    assert transport_name(253) == "ip-253"
    assert decode("ip-253", b"data") is None
