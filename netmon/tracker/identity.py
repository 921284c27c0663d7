"""Who talks to whom: the part of a ``Connection`` that does not change with packets.

In: an entry's first record, or its last ``Connection`` when the network or the names have changed since. Out: ends, words,
scopes, direction, names, service. Direction (features 2.7): from the opener seen (SYN, SYN-ACK, echo request, first
datagram), else from listening sockets, else unknown; without any local address (a file) it stays unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from netmon.model.connection import Connection, Direction, Name
from netmon.model.finding import LearnedName
from netmon.model.flow import ANY_INTERFACES, FlowRecord
from netmon.model.network import Network
from netmon.model.surroundings import Place, Surroundings

from . import tcp_state, words
from .address import Address, AddressBook, mac_bytes, text_of
from .ends import Ends
from .entry import MESSAGE, TCP, Entry, Shared
from .naming import THIS_MACHINE, Names

Services = Callable[[str, int], str]
Places = Callable[[str], Place | None]
"""Where an address (text) is; keeps its answers."""
Vendors = Callable[[bytes], str]
"""Who made the card with this hardware address."""
_LOCAL: Final = Direction.LOCAL
_UNKNOWN: Final = Direction.UNKNOWN
_INCOMING: Final = Direction.INCOMING
_FORWARDED: Final = Direction.FORWARDED
_OUTGOING: Final = Direction.OUTGOING
_NO_MAC: Final = bytes(6)
_UNRESOLVABLE: Final = frozenset({"MULTICAST", "BROADCAST", "UNSPECIFIED", "LOOPBACK", "DOCUMENTATION", "RESERVED", ""})
LATE_ANSWER: Final = 5.0
"""A DNS answer is read before, or at most so many seconds after, the first packet of the connection it names."""
MACS_LIMIT: Final = 16_384
SURROUNDINGS: Final = 16_384
"""Different ones remembered."""
SERVICES_LIMIT: Final = 65_536 * 2


class Identity:
    """What the ends of connections are called and how they lie to this machine."""

    def __init__(self, services: Services | None) -> None:
        self.book = AddressBook()
        self.names = Names()
        self.interfaces: tuple[str, ...] = ()
        self._devices: dict[int, str] = {}
        """By the system's index, for what "any" sees."""
        self.places: Places | None = None
        self.vendors: Vendors | None = None
        self._services = services
        self._ports: dict[int, Shared] = {}
        self._macs: dict[bytes, str] = {_NO_MAC: ""}
        self._alike: dict[Surroundings, Surroundings] = {}
        self._makers: dict[str, str] = {}
        self._service_words: dict[tuple[str, int], str] = {}
        self.local_texts: frozenset[str] = frozenset()
        """This machine's addresses as text."""

    @property
    def several(self) -> bool:
        """A conversation may be seen on more than one interface."""
        return len(self.interfaces) > 1 or "any" in self.interfaces

    def _interface(self, number: int) -> str:
        if number >= ANY_INTERFACES:
            return self._devices.get(number - ANY_INTERFACES, "any")
        return self.interfaces[number] if 0 <= number < len(self.interfaces) else ""

    def set_network(self, network: Network) -> bool:
        """Take over what is local; ``False`` when nothing that matters changed."""
        self._devices = {interface.index: interface.name for interface in network.interfaces}
        self.local_texts = frozenset(text_of(address) for address in network.local_addresses)
        return self.book.set_network(network)

    def establish(self, entry: Entry, old: Connection | None) -> Ends:
        """Work everything out; ``old`` is there when it was done before."""
        record, parse = entry.record, self.book.parse
        if record is not None:
            source, destination = self._addresses(entry, record)
            protocol = words.protocol_word(record.family, record.protocol, record.port_a)
            ends = Ends(entry.identifier, entry.flow_id, protocol, source, destination)
            self._read(ends, entry, record)
        else:
            assert old is not None
            source, destination = parse(old.source), parse(old.destination)
            ends = Ends(entry.identifier, entry.flow_id, old.protocol, source, destination)
            ends.take_over(old)
        ends.direction = self._direction(entry, source, destination)
        port = ends.destination_port
        ends.service = self.service(ends.protocol, port) if port else ""
        ends.source_name, ends.destination_name = self._names(ends.source, ends.destination, entry)
        places = self.places
        if places is not None:
            ends.source_place = places(source.text) if source.scope == "PUBLIC" else None
            ends.destination_place = places(destination.text) if destination.scope == "PUBLIC" else None
        ends.source_vendor, ends.destination_vendor = self.vendor(ends.source_mac), self.vendor(ends.destination_mac)
        if len(self._alike) >= SURROUNDINGS:
            self._alike.clear()
        surroundings = ends.gather()
        ends.surroundings = self._alike.setdefault(surroundings, surroundings)
        for address in self.nameable(ends):
            self.names.want(address)
        return ends

    @staticmethod
    def nameable(connection: Ends | Connection) -> list[str]:
        """Those of its addresses that a name server may be asked about."""
        found = []
        if connection.source_scope not in _UNRESOLVABLE and connection.source_kind != "broadcast":
            found.append(connection.source)
        if connection.destination_scope not in _UNRESOLVABLE and connection.destination_kind != "broadcast":
            found.append(connection.destination)
        return found

    def _addresses(self, entry: Entry, record: FlowRecord) -> tuple[Address, Address]:
        a = self.book.address(record.family, record.address_a)
        b = self.book.address(record.family, record.address_b)
        return (b, a) if entry.side else (a, b)

    def _read(self, ends: Ends, entry: Entry, record: FlowRecord) -> None:
        """What else a record tells."""
        mac_a, mac_b = self._mac(record.mac_a), self._mac(record.mac_b)
        port_a: Shared
        port_b: Shared
        if ends.protocol in words.PORTED or (entry.transport == MESSAGE and record.port_a):
            port_a, port_b = self._port(record.port_a), self._port(record.port_b)
        else:
            port_a = port_b = None
        if entry.side:
            port_a, port_b, mac_a, mac_b = port_b, port_a, mac_b, mac_a
        ends.source_port, ends.destination_port = port_a, port_b
        ends.source_mac, ends.destination_mac = mac_a, mac_b
        if record.vlan_inner:
            ends.vlans = (record.vlan, record.vlan_inner)
        elif record.vlan:
            ends.vlans = (record.vlan,)
        ends.interface = self._interface(record.interface)
        ends.tunnel = words.tunnel_words(record.tunnel)

    def _port(self, port: int) -> Shared:
        """One number object per port: records bring their own, 28 bytes each."""
        return self._ports.setdefault(port, port)

    def _mac(self, raw: bytes) -> str:
        text = self._macs.get(raw)
        if text is None:
            if len(self._macs) >= MACS_LIMIT:
                self._macs = {_NO_MAC: ""}
            text = self._macs[raw] = raw.hex(":")
        return text

    def vendor(self, mac: str) -> str:
        """Who made the card; empty when nobody knows."""
        if not mac or self.vendors is None:
            return ""
        maker = self._makers.get(mac)
        if maker is None:
            if len(self._makers) >= MACS_LIMIT:
                self._makers.clear()
            maker = self._makers[mac] = self.vendors(mac_bytes(mac))
        return maker

    def names_since(self, entry: Entry, old: Connection) -> tuple[Name | None, Name | None]:
        """Those of both ends of a connection that is otherwise as it was: some may have been learned since, or who asked for
        them."""
        if self.names.told:  # reverse names come with ``refresh``
            late = old.destination_name is None and old.last_seen - old.first_seen < LATE_ANSWER
            if late or old.owner is not entry.owner:
                return self._names(old.source, old.destination, entry)
        return old.source_name, old.destination_name

    def _names(self, source: str, destination: str, entry: Entry) -> tuple[Name | None, Name | None]:
        pid = entry.owner.process.pid if entry.owner is not None else None
        return (
            self.names.name(self.client(destination), source, entry.last, pid),
            self.names.name(self.client(source), destination, entry.last, pid),
        )

    def learn(self, entry: Entry, learned: Iterable[LearnedName]) -> None:
        """The opener of this conversation was told names of addresses."""
        when = entry.last
        if entry.connection is not None:
            client = entry.connection.source
        elif entry.record is not None:
            record = entry.record
            client = self.book.address(record.family, record.address_b if record.initiator else record.address_a).text
        else:
            return
        for name in learned:
            if len(name.address) in (4, 16):
                self.names.learn(self.client(client), text_of(name.address), name.name, (when, name.ttl), entry.flow_id)

    def client(self, address: str) -> str:
        """Whom DNS answers to this address are for: all addresses of this machine are one client."""
        return THIS_MACHINE if address in self.local_texts else address

    def _direction(self, entry: Entry, source: Address, destination: Address) -> Direction:
        if source.local and destination.local:
            return _LOCAL
        if not source.local and not destination.local:
            if not self.book.has_locals:
                return _UNKNOWN
            return _INCOMING if destination.kind in ("multicast", "broadcast") else _FORWARDED
        if entry.transport == TCP and not entry.bits & tcp_state.OPENING_BITS and not entry.rest.listened:
            return _UNKNOWN
        return _OUTGOING if source.local else _INCOMING

    def service(self, protocol: str, port: int) -> str:
        """IANA's word for a port, remembered."""
        if self._services is None or protocol not in words.PORTED:
            return ""
        key = (protocol, port)
        word = self._service_words.get(key)
        if word is None:
            if len(self._service_words) >= SERVICES_LIMIT:
                self._service_words.clear()
            word = self._service_words[key] = self._services(protocol, port)
        return word
