"""Finding the interface a person means."""

from __future__ import annotations

import socket

import pytest

from netmon.capture import interfaces
from netmon.capture._pcap import Device
from netmon.errors import CaptureError
from netmon.model.network import Interface

THERE = (Interface("nflog", up=False), Interface("eth0"), Interface("Wlan0"), Interface("br"), Interface("BR"))


def test_exact_then_regardless_of_case() -> None:
    """An exact name wins; else the one that differs only by case."""
    assert interfaces.resolve("eth0", THERE) == "eth0"
    assert interfaces.resolve("ETH0", THERE) == "eth0"
    assert interfaces.resolve("wLAN0", THERE) == "Wlan0"
    assert interfaces.resolve("BR", THERE) == "BR"


@pytest.mark.parametrize("name", ["eth1", "", "Br"])
def test_an_unknown_or_ambiguous_name_lists_those_there_are(name: str) -> None:
    """The error has all names, those that are down last."""
    with pytest.raises(CaptureError) as caught:
        interfaces.resolve(name, THERE)
    assert str(caught.value) == f"{name}: no such interface; there are: eth0, Wlan0, br, BR, nflog"


def test_no_interfaces_at_all() -> None:
    """Nothing to list is said, too."""
    with pytest.raises(CaptureError, match=r"there are: none$"):
        interfaces.resolve("eth0", ())


def test_addresses_become_prefixes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Address and netmask of each family, the MAC address, and the flags."""
    ipv6 = bytes.fromhex("20010db8000000000000000000000001")
    device = Device(
        "eth0",
        "first",
        3,
        (
            (17, bytes.fromhex("0000 02000000 0100 00 06 02fc00000001 0000"), b""),
            (socket.AF_INET, bytes([0, 0, 192, 0, 2, 1]) + bytes(8), bytes([0, 0, 255, 255, 255, 0]) + bytes(8)),
            (socket.AF_INET6, bytes(6) + ipv6 + bytes(4), bytes(6) + b"\xff" * 8 + bytes(12)),
            (99, b"", b""),
        ),
    )
    monkeypatch.setattr("netmon.capture._pcap.find_all_devices", lambda: [device])
    (found,) = interfaces.available()
    assert found.mac.hex() == "02fc00000001"
    assert found.prefixes == ((bytes([192, 0, 2, 1]), 24), (ipv6, 64))
    assert (found.name, found.description, found.up, found.loopback) == ("eth0", "first", True, True)


def test_this_machine_has_a_loopback() -> None:
    """libpcap is really asked: the loopback is there, with its address."""
    loopbacks = [interface for interface in interfaces.available() if interface.loopback]
    assert loopbacks
    assert any(prefix[0] == bytes([127, 0, 0, 1]) for interface in loopbacks for prefix in interface.prefixes)


@pytest.mark.parametrize("name", ["pktap", "pktap,en0"])
def test_pktap_is_never_listed(name: str) -> None:
    """It is for the system to say whether it has it."""
    assert interfaces.resolve(name, THERE) == name
