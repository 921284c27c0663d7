"""Who is on the links: heard in packets, known to the system, both."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sample
from sample import Open

from netmon.model.connection import Connection, Name
from netmon.model.network import Neighbour
from netmon.model.snapshot import Snapshot, SystemStatus
from netmon.views import interfaces
from netmon.views.events import Button, KeyEvent, MouseEvent
from netmon.views.neighbourhood import HEARD, MOST, Host, Neighbourhood
from netmon.views.view import View

PLAIN = sample.snapshot().connections[0]
MAC, OTHER = "02:00:00:00:00:01", "02:00:00:00:00:02"


def talk(number: int = 0, **changes: object) -> Connection:
    bare = replace(PLAIN, source_mac="", destination_mac="", interface="eth0", identifier=f"n{number}", source_name=None,
                   destination_name=None, source_kind="unicast", destination_kind="unicast")  # fmt: skip
    return replace(bare, **changes)  # type: ignore[arg-type]


def hosts(*connections: Connection, status: SystemStatus | None = None) -> list[Host]:
    around = Neighbourhood()
    around.count(connections, 1)
    return around.hosts(Snapshot(sample.NOW, connections, (), status or SystemStatus()))


def test_arp_and_discovery() -> None:
    """Both ends of an ARP exchange, as far as they have spoken; the sender of neighbour discovery."""
    asked = talk(1, protocol="arp", state="WHO_HAS 192.0.2.2", source="192.0.2.1", destination="192.0.2.2", source_mac=MAC,
                 destination_mac=OTHER, destination_vendor="Maker", local_is_source=None)  # fmt: skip
    told = talk(2, protocol="icmpv6", state="NEIGHBOR_ADVERT", source="2001:db8::7", source_mac=OTHER, destination="ff02::1",
                destination_kind="multicast", destination_scope="MULTICAST", local_is_source=None)  # fmt: skip
    found = hosts(asked, told)
    assert [(host.address, host.mac, host.vendor, host.state) for host in found] == [
        ("192.0.2.1", MAC, "", HEARD), ("192.0.2.2", OTHER, "Maker", HEARD), ("2001:db8::7", OTHER, "", HEARD),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "there"),
    [
        ({"destination_mac": MAC}, False),  # a router's, not its own
        ({"destination_mac": MAC, "destination_kind": "gateway"}, True),
        ({"destination_mac": MAC, "destination_scope": "LINK-LOCAL"}, True),
        ({"destination_mac": "", "destination_scope": "LINK-LOCAL"}, False),
        ({"source_mac": MAC, "source_scope": "LINK-LOCAL", "local_is_source": True}, False),  # ourselves
        ({"destination_mac": MAC, "protocol": "arp", "destination_scope": "UNSPECIFIED"}, False),
        ({"destination_mac": MAC, "protocol": "icmpv6", "state": "ECHO_REPLY"}, False),
        ({"destination_mac": OTHER, "protocol": "arp"}, True),
        ({"destination_mac": "ff:ff:ff:ff:ff:ff", "protocol": "arp"}, False),  # asked of all
        ({"destination_mac": "01:00:5e:00:00:fb", "protocol": "arp"}, False),
    ],
)
def test_whose_hardware_address_it_is(changes: dict[str, object], there: bool) -> None:
    """Only that of hosts on the link is a neighbour's."""
    assert bool(hosts(talk(local_is_source=True, **{k: v for k, v in changes.items() if k != "local_is_source"}))) is there


def test_the_system_knows_too() -> None:
    """State from the system, the latest time and the name from packets; gateways first, who does not answer last."""
    status = SystemStatus(
        neighbours=(
            Neighbour("192.0.2.7", "", "eth0", "failed"),
            Neighbour("192.0.2.1", MAC, "eth0", "stale", 400.0),
            Neighbour("192.0.2.9", OTHER, "eth0", "reachable", 5.0, router=True),
        )
    )
    heard = talk(1, protocol="arp", destination="192.0.2.1", destination_mac=MAC, last_seen=sample.NOW - 2,
                 local_is_source=True, destination_name=Name("nas.local", "ptr"))  # fmt: skip
    found = hosts(heard, status=status)
    assert [host.address for host in found] == ["192.0.2.9", "192.0.2.1", "192.0.2.7"]
    assert (found[1].state, found[1].seen, found[1].name) == ("stale", sample.NOW - 2, "nas.local")
    assert found[0].seen == sample.NOW - 5


def test_a_scan_does_not_fill_memory() -> None:
    """No more than so many are kept, and taking off those that were not is harmless."""
    many = [
        talk(number, protocol="arp", destination=f"10.0.{number >> 8}.{number & 255}", destination_mac=MAC)
        for number in range(MOST + 10)
    ]
    around = Neighbourhood()
    around.count(many, 1)
    empty = Snapshot(sample.NOW)
    assert len(around.hosts(empty)) == MOST
    around.count(many, -1)
    assert around.hosts(empty) == []


@pytest.fixture
def opened(open_view: Open) -> View:
    """Activity's interfaces, at a size where all fits."""
    view = open_view((120, 40))
    for key in ["3", "i"]:
        view.event(KeyEvent(key), 0.0)
    return view


def test_keys_and_clicks_mean_the_same_line(opened: View) -> None:
    """Going down from the interfaces comes to the neighbours; a click on one marks it; Enter shows what it said."""
    found = interfaces.items(sample.snapshot(), opened.state)
    for index, item in enumerate(found):
        assert opened.state.mark in ("" if not index else interfaces.mark_of(item), interfaces.mark_of(item))
        lines = opened.frame().lines()
        marked = next(y for y, line in enumerate(lines) if line.startswith("▌"))
        assert interfaces.mark_of(item).split()[-1] in lines[marked]
        opened.event(MouseEvent(5, marked, Button.LEFT), 0.0)
        assert opened.state.mark == interfaces.mark_of(item)
        opened.event(KeyEvent("Down"), 0.0)
    opened.event(KeyEvent("Enter"), 0.0)
    assert opened.state.filter.text == 'ip:="192.168.1.77"'
    assert not opened.state.filter.error


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 12), (40, 8), (30, 5)])
def test_the_marked_line_is_always_on_screen(open_view: Open, size: tuple[int, int]) -> None:
    """However low the screen is."""
    view = open_view(size)
    for key in ["3", "i"]:
        view.event(KeyEvent(key), 0.0)
    for _ in interfaces.items(sample.snapshot(), view.state):
        assert any(line.startswith("▌") for line in view.frame().lines())
        view.event(KeyEvent("Down"), 0.0)
