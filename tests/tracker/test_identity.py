"""Places and makers of network cards reach connections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from netmon.model.flow import Family, FlowRecord
from netmon.model.surroundings import Place

MAC = bytes.fromhex("b827eb000001")


def test_places_of_public_addresses(start: Callable[..., Any], record: Callable[..., FlowRecord]) -> None:
    """A public end has its place, asked for once; a private one is not asked for."""
    run = start(local=("192.168.1.2",))
    asked: list[str] = []

    def places(address: str) -> Place:
        asked.append(address)
        return Place("DE", asn=64496)

    run.tracker.set_places(places)
    run.feed(0, record(a="192.168.1.2", b="203.0.112.9"))
    run.feed(1, record(a="192.168.1.2", b="203.0.112.9", last=1, packets_ab=2))
    made = run.only(1)
    assert (made.source_place, made.destination_place) == (None, Place("DE", asn=64496))
    assert made.remote_place is made.destination_place
    assert asked == ["203.0.112.9"]


def test_makers_of_cards(start: Callable[..., Any], record: Callable[..., FlowRecord]) -> None:
    """Hardware addresses have a vendor, and ARP says whose card answered."""
    run = start()
    run.tracker.set_vendors(lambda mac: "Raspberry Pi" if mac == MAC else "")
    run.feed(0, record(mac_a=MAC, mac_b=b"\2" * 6))
    made = run.only(0)
    assert (made.source_vendor, made.destination_vendor) == ("Raspberry Pi", "")
    arp = start()
    arp.tracker.set_vendors(lambda mac: "Raspberry Pi" if mac == MAC else "")
    arp.feed(0, record(family=Family.ARP, protocol=0, port_a=0x0806, port_b=0x0806, mac_a=MAC, last_type=2))
    assert arp.only(0).state == "IS_AT b8:27:eb:00:00:01 (Raspberry Pi)"
    arp.feed(
        1, record(family=Family.ARP, protocol=0, port_a=0x0806, port_b=0x0806, mac_a=MAC, last_type=2, last=1, packets_ab=2)
    )
    assert arp.only(1).state == "IS_AT b8:27:eb:00:00:01 (Raspberry Pi)"
