"""Links and addresses: messages built after rtnetlink(7), damaged ones, and the interfaces made of them."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.model.network import InterfaceCounters
from netmon.platforms.linux import rtnetlink
from netmon.platforms.linux.interfaces import interfaces


def attribute(kind: int, value: bytes) -> bytes:
    whole = struct.pack("=HH", 4 + len(value), kind) + value
    return whole + bytes(-len(whole) % 4)


def message(kind: int, body: bytes) -> bytes:
    whole = struct.pack("=IHHII", 16 + len(body), kind, 2, 1, 0) + body
    return whole + bytes(-len(whole) % 4)


def link(index: int, name: bytes, hardware: int, flags: int, mac: bytes = b"", kind: bytes = b"") -> bytes:
    body = struct.pack("=BxHiII", 0, hardware, index, flags, 0)
    body += attribute(rtnetlink.IFLA_IFNAME, name + b"\0") + attribute(rtnetlink.IFLA_MTU, struct.pack("=I", 1500))
    body += attribute(rtnetlink.IFLA_ADDRESS, mac) + attribute(rtnetlink.IFLA_STATS64, struct.pack("=8Q", *range(1, 9)))
    if kind:
        info = attribute(rtnetlink.IFLA_INFO_KIND, kind + b"\0")
        body += attribute(rtnetlink.IFLA_LINKINFO | 0x8000, info)
    return message(rtnetlink.RTM_NEWLINK, body)


def address(index: int, family: int, prefix: int, local: bytes, peer: bytes = b"") -> bytes:
    body = struct.pack("=BBBBI", family, prefix, 0, 0, index) + attribute(rtnetlink.IFA_ADDRESS, peer or local)
    return message(rtnetlink.RTM_NEWADDR, body + attribute(rtnetlink.IFA_LOCAL, local) if peer else body)


MAC = bytes.fromhex("02fc00000001")
LINKS = (
    link(1, b"lo", 772, 0x49, bytes(6))
    + link(2, b"eth0", 1, 0x1043, MAC)
    + link(3, b"wg0", 65534, 0x51, b"", b"wireguard")
    + link(4, b"br0", 1, 0x1002, MAC, b"bridge")
    + link(5, b"wlan0", 1, 0x1003, MAC)
    + link(6, b"\x1b[2J", 512, 0x11)
    + message(3, bytes(4))
)
ADDRESSES = (
    address(1, 2, 8, bytes([127, 0, 0, 1]))
    + address(2, 2, 24, bytes([192, 0, 2, 2]))
    + address(2, 10, 64, bytes.fromhex("fe80" + "00" * 13 + "01"))
    + address(3, 2, 32, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
    + message(3, bytes(4))
)


def test_interfaces(tmp_path: Path) -> None:
    """Names, kinds, states, addresses and counters of each interface; the own end of a point-to-point link."""
    (tmp_path / "class" / "net" / "wlan0" / "phy80211").mkdir(parents=True)
    found = {interface.index: interface for interface in interfaces(LINKS, ADDRESSES, str(tmp_path))}
    assert [(i.name, i.kind, i.up, i.loopback) for i in found.values()] == [
        ("lo", "loopback", True, True),
        ("eth0", "ethernet", True, False),
        ("wg0", "tunnel", True, False),
        ("br0", "bridge", False, False),
        ("wlan0", "wireless", True, False),
        ("\\x1b[2J", "ppp", True, False),
    ]
    assert found[1].mac == b""
    assert (found[2].mac, found[2].mtu) == (MAC, 1500)
    assert found[2].prefixes == ((bytes([192, 0, 2, 2]), 24), (bytes.fromhex("fe80" + "00" * 13 + "01"), 64))
    assert found[3].prefixes == ((bytes([10, 0, 0, 1]), 32),)
    assert found[2].counters == InterfaceCounters(
        bytes_received=3, bytes_sent=4, packets_received=1, packets_sent=2, errors=5 + 6, drops=7 + 8
    )


@pytest.mark.parametrize("cut", range(0, len(LINKS), 11))
def test_a_torn_answer_gives_its_whole_messages(cut: int) -> None:
    """What is cut off is missing, nothing is made up."""
    whole = interfaces(LINKS, ADDRESSES)
    torn = interfaces(LINKS[:cut], ADDRESSES)
    assert torn == whole[: len(torn)]


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200), st.integers(16, 64))
def test_any_bytes_are_survived(noise: bytes, where: int) -> None:
    """Damaged messages raise nothing."""
    interfaces(noise, noise)
    interfaces(LINKS[:where] + noise, ADDRESSES[:where] + noise)
    interfaces(message(16, noise), message(20, noise))


@pytest.mark.skipif(not hasattr(__import__("socket"), "AF_NETLINK"), reason="Linux only")
def test_the_kernel_tells_of_the_loopback_interface() -> None:
    """A real dump holds ``lo``."""
    try:
        data = rtnetlink.dump(rtnetlink.RTM_GETLINK)
    except OSError as error:
        pytest.skip(f"routing sockets are refused here: {error}")
    assert "lo" in [interface.name for interface in interfaces(data, rtnetlink.dump(rtnetlink.RTM_GETADDR))]
