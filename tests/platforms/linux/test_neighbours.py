"""The kernel's neighbour tables: messages built after linux/neighbour.h, damaged ones, and those of this machine."""

from __future__ import annotations

import os
import socket
import struct

from hypothesis import given
from hypothesis import strategies as st

from netmon.model.network import Neighbour
from netmon.platforms.linux import rtnetlink
from netmon.platforms.linux.neighbours import MOST, neighbours
from netmon.platforms.network import network

MAC = bytes.fromhex("02fc00000001")
NAMES = {2: "eth0"}


def attribute(kind: int, value: bytes) -> bytes:
    whole = struct.pack("=HH", 4 + len(value), kind) + value
    return whole + bytes(-len(whole) % 4)


def entry(address: bytes, mac: bytes, state: int, flags: int = 0, confirmed: int = 0) -> bytes:
    body = struct.pack("=BxxxiHBB", 2 if len(address) == 4 else 10, 2, state, flags, 1)
    body += attribute(rtnetlink.NDA_DST, address) + (attribute(rtnetlink.NDA_LLADDR, mac) if mac else b"")
    body += attribute(rtnetlink.NDA_CACHEINFO, struct.pack("=4I", confirmed, 0, 0, 0))
    return struct.pack("=IHHII", 16 + len(body), rtnetlink.RTM_NEWNEIGH, 2, 1, 0) + body


def test_entries() -> None:
    """Address, card, state in words, seconds since it was there; who does not answer has neither card nor time."""
    ticks = os.sysconf("SC_CLK_TCK")
    six = bytes.fromhex("fe80" + "00" * 13 + "01")
    data = (
        entry(bytes([192, 0, 2, 1]), MAC, 0x02, confirmed=7 * ticks)
        + entry(six, MAC, 0x04, 0x80, 90 * ticks)
        + entry(bytes([192, 0, 2, 9]), b"", 0x20)
        + entry(bytes([192, 0, 2, 10]), bytes(6), 0x01)
    )
    assert neighbours(data, NAMES) == (
        Neighbour("192.0.2.1", "02:fc:00:00:00:01", "eth0", "reachable", 7.0),
        Neighbour("fe80::1", "02:fc:00:00:00:01", "eth0", "stale", 90.0, router=True),
        Neighbour("192.0.2.9", "", "eth0", "failed"),
        Neighbour("192.0.2.10", "", "eth0", "incomplete"),
    )


def test_what_is_no_host_is_left_out() -> None:
    """Multicast, entries without ARP and without a state."""
    data = (
        entry(bytes([224, 0, 0, 1]), MAC, 0x02)
        + entry(bytes.fromhex("ff02" + "00" * 13 + "01"), MAC, 0x02)
        + entry(bytes([127, 0, 0, 1]), bytes(6), 0x40)
        + entry(bytes([192, 0, 2, 1]), MAC, 0)
    )
    assert neighbours(data, NAMES) == ()


def test_bounded() -> None:
    """A router's thousands are cut off."""
    data = b"".join(entry(struct.pack("!I", 0x0A000001 + number), MAC, 0x02) for number in range(MOST + 5))
    assert len(neighbours(data, NAMES)) == MOST


@given(st.data())
def test_damaged_messages(data: st.DataObject) -> None:
    """Whatever is in them, nothing is raised."""
    whole = bytearray(entry(bytes([192, 0, 2, 1]), MAC, 0x02) * 2)
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    neighbours(bytes(whole[: data.draw(st.integers(0, len(whole)))]), NAMES)


def test_a_gateway_is_a_router() -> None:
    """IPv4 has no flag for it; the routes say so."""
    known = [Neighbour("192.0.2.1", "02:fc:00:00:00:01"), Neighbour("192.0.2.2", "02:fc:00:00:00:02")]
    found = network((), "", frozenset({socket.inet_aton("192.0.2.1")}), (), known).neighbours
    assert [one.router for one in found] == [True, False]
