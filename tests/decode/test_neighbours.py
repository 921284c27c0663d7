"""LLDP and CDP: who is at the other end of the cable."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.decode.neighbours import cdp, lldp
from netmon.errors import DecodeError


def tlv(kind: int, value: bytes) -> bytes:
    return struct.pack("!H", kind << 9 | len(value)) + value


LLDPDU = (
    tlv(1, b"\x04" + bytes.fromhex("020000000001"))
    + tlv(2, b"\x05ge-0/0/1")
    + tlv(3, b"\x00\x78")
    + tlv(4, b"uplink")
    + tlv(5, b"switch1")
    + tlv(6, b"Some OS\nBuilt today")
    + tlv(7, b"\x00\x14\x00\x14")
    + tlv(8, b"\x05\x01\xc0\x00\x02\x01\x02\x00\x00\x00\x01\x00")
)


def cdp_tlv(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value) + 4) + value


CDP = (
    b"\x02\xb4\x00\x00"
    + cdp_tlv(1, b"router.example.org")
    + cdp_tlv(2, b"\0\0\0\1\x01\x01\xcc\x00\x04\xc0\x00\x02\x09")
    + cdp_tlv(3, b"GigabitEthernet0/1")
    + cdp_tlv(5, b"Some Software, Version 12\nCopyright")
    + cdp_tlv(6, b"some platform")
)


def fields(entries: object) -> dict[str, tuple[object, ...]]:
    return {name: tuple(values) for name, _, values in entries}  # type: ignore[attr-defined]


def test_lldp_names_system_port_and_address() -> None:
    """The TLVs of IEEE 802.1AB a person looks for."""
    message = lldp(LLDPDU + b"\0\0")
    assert message.summary == "switch1 port uplink"
    assert fields(message.entries) == {
        "lldp_system_name": ("switch1",),
        "lldp_chassis": ("02:00:00:00:00:01",),
        "lldp_port": ("ge-0/0/1",),
        "lldp_port_description": ("uplink",),
        "lldp_system_description": ("Some OS Built today",),
        "lldp_capabilities": ("bridge", "router"),
        "lldp_management_address": ("192.0.2.1",),
    }


def test_lldp_management_by_hardware_address() -> None:
    """Switches without an address of their own tell that of the card (address family 6)."""
    found = fields(lldp(LLDPDU[:24] + tlv(8, b"\x07\x06\x02\0\0\0\0\x09\x02\0\0\0\x01\0")).entries)
    assert found["lldp_management_address"] == ("02:00:00:00:00:09",)


def test_cdp_names_device_port_and_address() -> None:
    """A well-formed packet, which impacket cannot read."""
    message = cdp(CDP)
    assert message.summary == "router.example.org port GigabitEthernet0/1"
    found = fields(message.entries)
    assert found["cdp_address"] == ("192.0.2.9",)
    assert found["cdp_software"] == ("Some Software, Version 12",)
    assert found["cdp_platform"] == ("some platform",)


def test_control_characters_do_not_get_through() -> None:
    """A device name cannot move the cursor."""
    message = cdp(b"\x02\xb4\0\0" + cdp_tlv(1, b"ev\x1b[2Jil"))
    assert message.summary == "ev [2Jil port"


@pytest.mark.parametrize("length", range(len(LLDPDU)))
def test_truncated_lldp(length: int) -> None:
    """Refused until chassis, port and time to live are there; then what there is."""
    if length < 9 + 11 + 2:
        with pytest.raises(DecodeError):
            lldp(LLDPDU[:length])
    else:
        assert lldp(LLDPDU[:length]).label == "LLDP"


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing_else(data: bytes) -> None:
    """A message or DecodeError."""
    for decode in (lldp, cdp):
        for start in (b"", LLDPDU[:22], CDP[:4]):
            try:
                decode(start + data)
            except DecodeError:
                continue
