"""Frames without IP."""

from __future__ import annotations

import struct

import pytest

from netmon.decode import link_name
from netmon.decode.link import decode
from netmon.errors import DecodeError

ROOT, BRIDGE = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")
BPDU = struct.pack("!HBBBH6sIH6sHHHHH", 0, 2, 2, 0x3C, 32768, ROOT, 4, 32769, BRIDGE, 0x8001, 0, 20, 2, 15)
LLC_STP = b"\x42\x42\x03"
SNAP_CDP = bytes.fromhex("aaaa03 00000c 2000")
LACP = (
    b"\x01\x01\x01\x14" + bytes(2) + ROOT + bytes(6) + b"\x3d" + bytes(3)
    + b"\x02\x14" + bytes(2) + BRIDGE + bytes(6) + b"\x3d" + bytes(3) + bytes(70)
)  # fmt: skip

CASES = [
    (0x4242, LLC_STP + BPDU, "STP", "CONFIGURATION", "RSTP root 02:00:00:00:00:01 cost 4"),
    (0x4242, LLC_STP + b"\0\0\0\x80", "STP", "TOPOLOGY_CHANGE", "STP"),
    (0xAAAA, SNAP_CDP + b"\x02\xb4\0\0\0\x01\0\x08sw-1", "CDP", "", "sw-1 port"),
    (0xAAAA, bytes.fromhex("aaaa03 00000c 2004 01"), "DTP", "", ""),
    (0x8809, LACP, "LACP", "DISTRIBUTING", "02:00:00:00:00:01 with 02:00:00:00:00:02"),
    (0x888E, bytes.fromhex("01 01 0000"), "EAPOL", "START", ""),
    (0x888E, bytes.fromhex("01 00 0005 01 07 0005 01"), "EAPOL", "EAP_REQUEST", "Identity"),
    (0x888E, bytes.fromhex("02 03 005f 02"), "EAPOL", "KEY", ""),
    (0x8863, bytes.fromhex("11 09 0000 0004 01010000"), "PPPoED", "PADI", ""),
    (0xFEFE, bytes.fromhex("fefe03 83 1b01"), "IS-IS", "", ""),
    (0x8035, bytes.fromhex("0001080006040003") + bytes(20), "RARP", "REVERSE_REQUEST", "0.0.0.0 to 0.0.0.0"),
    (0x88B8, b"", "GOOSE", "", ""),
    (0x9000, b"\0\0", "Loopback", "", ""),
]


@pytest.mark.parametrize(("number", "data", "label", "state", "summary"), CASES)
def test_each_protocol(number: int, data: bytes, label: str, state: str, summary: str) -> None:
    """By its ethertype or LLC value."""
    message = decode(link_name(number), data)
    assert message is not None
    assert (message.label, message.state, message.summary) == (label, state, summary)


def test_unknown_frames_get_a_number_and_no_label() -> None:
    """Nothing is made up; a SNAP frame of a stranger neither."""
    assert link_name(0x1234) == "eth-0x1234"
    assert decode("eth-0x1234", b"data") is None
    assert decode("snap", bytes.fromhex("aaaa03 112233 4455")) is None


@pytest.mark.parametrize(
    ("name", "data"),
    [("stp", LLC_STP + BPDU[:20]), ("stp", LLC_STP + b"\1\0\0\0"), ("slow", LACP[:30]), ("eapol", b"\1"), ("snap", b"\xaa")],
)
def test_short_or_wrong_frames_are_refused(name: str, data: bytes) -> None:
    """DecodeError, not a guess."""
    with pytest.raises(DecodeError):
        decode(name, data)
