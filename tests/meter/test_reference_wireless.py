"""IEEE 802.11: data frames lead to their flow, everything else to a row by address."""

from __future__ import annotations

import struct

import pytest

from netmon.model.flow import Family

from ._packets import MAC_A, MAC_B, A, B, frame, ip4, udp
from .conftest import Run

SNAP = bytes.fromhex("aaaa030000000800")
PACKET = ip4(A, B, 17, udp(1, 2, b"payload"))
ACCESS_POINT = bytes.fromhex("0200000000aa")


def wlan(control: int, flags: int, extra: bytes = b"", body: bytes = SNAP + PACKET) -> bytes:
    """To the distribution system: receiver, transmitter, destination."""
    return bytes((control, flags, 0, 0)) + ACCESS_POINT + MAC_A + MAC_B + b"\0\0" + extra + body


RADIOTAP = struct.pack("<BBHI", 0, 0, 8, 0)
RADIOTAP_FCS = struct.pack("<BBHIIQBxxx", 0, 0, 24, 0x80000003, 0, 0, 0x10)
RADIOTAP_PADDED = struct.pack("<BBHIBxxx", 0, 0, 12, 2, 0x20)

FRAMES: dict[str, tuple[int, bytes]] = {
    "802.11": (105, wlan(0x08, 0x01)),
    "quality of service": (105, wlan(0x88, 0x01, b"\0\0")),
    "with high-throughput control": (105, wlan(0x88, 0x81, b"\0\0" + bytes(4))),
    "four addresses": (105, wlan(0x08, 0x03, MAC_A)),
    "aggregated": (105, wlan(0x88, 0x01, b"\x80\0" + bytes(14))),
    "radiotap": (127, RADIOTAP + wlan(0x08, 0x01)),
    "radiotap with check sequence": (127, RADIOTAP_FCS + wlan(0x08, 0x01) + b"\xde\xad\xbe\xef"),
    "radiotap, padded": (127, RADIOTAP_PADDED + wlan(0x88, 0x01, b"\0\0\0\0")),
    "prism": (119, bytes(144) + wlan(0x08, 0x01)),
    "avs": (163, struct.pack("!II", 0x80211001, 64) + bytes(56) + wlan(0x08, 0x01)),
    "avs as prism": (119, struct.pack("!II", 0x80211001, 64) + bytes(56) + wlan(0x08, 0x01)),
}


@pytest.mark.parametrize("name", FRAMES)
def test_data_frames_lead_to_their_flow(run: Run, name: str) -> None:
    """Whatever stands before the LLC header is taken off, and the addresses are those of the stations."""
    link_type, data = FRAMES[name]
    result = run([frame(data, link_type=link_type)])
    (record,) = result.records
    assert (record.family, record.port_a, record.payload_ab) == (Family.IPV4, 1, 7)
    assert (record.mac_a, record.mac_b) == (MAC_A, MAC_B)


@pytest.mark.parametrize("data", [wlan(0x80, 0), wlan(0x08, 0x41), wlan(0x48, 0x01), wlan(0x08, 0x01, body=b"")])
def test_other_frames_are_link_rows(run: Run, data: bytes) -> None:
    """Beacons, encrypted and empty frames have no network header; nothing is guessed."""
    (record,) = run([frame(data, link_type=105)]).records
    assert (record.family, record.port_a) == (Family.LINK, data[0])


def test_acknowledgement_has_one_address(run: Run) -> None:
    """Control frames stop after the receiver's address."""
    (record,) = run([frame(bytes((0xD4, 0, 0, 0)) + MAC_B, link_type=105)]).records
    assert (record.family, record.bytes_ab + record.bytes_ba) == (Family.LINK, 10)
