"""Addresses as people read them: text, scope, kind (features 1.14).

In: the 16 address bytes and the family of a ``FlowRecord``, and what is known of this machine's network. Out: a shared
``Address``. Scopes follow the IANA special-purpose registries (RFC 6890 and its updates: RFC 6598 shared space, RFC 5737
and RFC 3849, RFC 9637 documentation, RFC 2544 and RFC 5180 benchmarking, RFC 4193 unique local, RFC 4291 the rest).
Rule: an address costs one conversion however often it is seen; the cache is bounded and only ever forgets as a whole.
"""

from __future__ import annotations

import socket
from typing import Final, NamedTuple

from netmon.model.flow import Family
from netmon.model.network import Network

CACHE_LIMIT: Final = 131_072
"""Addresses remembered: about 200 bytes each."""

_IPV4_SCOPES: Final = (
    ("0.0.0.0", 32, "UNSPECIFIED"),  # noqa: S104
    ("255.255.255.255", 32, "BROADCAST"),
    ("127.0.0.0", 8, "LOOPBACK"),
    ("10.0.0.0", 8, "PRIVATE"),
    ("172.16.0.0", 12, "PRIVATE"),
    ("192.168.0.0", 16, "PRIVATE"),
    ("169.254.0.0", 16, "LINK-LOCAL"),
    ("100.64.0.0", 10, "CGNAT"),
    ("192.0.2.0", 24, "DOCUMENTATION"),
    ("198.51.100.0", 24, "DOCUMENTATION"),
    ("203.0.113.0", 24, "DOCUMENTATION"),
    ("198.18.0.0", 15, "BENCHMARKING"),
    ("224.0.0.0", 4, "MULTICAST"),
    ("0.0.0.0", 8, "RESERVED"),  # noqa: S104
    ("192.0.0.0", 24, "RESERVED"),
    ("192.88.99.0", 24, "RESERVED"),
    ("240.0.0.0", 4, "RESERVED"),
)
_IPV6_SCOPES: Final = (
    ("::", 128, "UNSPECIFIED"),
    ("::1", 128, "LOOPBACK"),
    ("::ffff:0:0", 96, "IPV4-MAPPED"),
    ("fe80::", 10, "LINK-LOCAL"),
    ("fc00::", 7, "UNIQUE-LOCAL"),
    ("ff00::", 8, "MULTICAST"),
    ("2001:db8::", 32, "DOCUMENTATION"),
    ("3fff::", 20, "DOCUMENTATION"),
    ("2001:2::", 48, "BENCHMARKING"),
    ("64:ff9b::", 96, "PUBLIC"),
    ("64:ff9b:1::", 48, "PRIVATE"),
    ("2000::", 3, "PUBLIC"),
    ("::", 0, "RESERVED"),
)


def _compiled(rows: tuple[tuple[str, int, str], ...], family: int, bits: int) -> tuple[tuple[int, int, str], ...]:
    return tuple(
        (int.from_bytes(socket.inet_pton(family, text), "big") >> (bits - length), bits - length, scope)
        for text, length, scope in rows
    )


_IPV4: Final = _compiled(_IPV4_SCOPES, socket.AF_INET, 32)
_IPV6: Final = _compiled(_IPV6_SCOPES, socket.AF_INET6, 128)


def scope_of(address: bytes) -> str:
    """``PUBLIC``, ``PRIVATE``, ... of 4 or 16 address bytes; the most special row wins."""
    number = int.from_bytes(address, "big")
    for prefix, shift, scope in _IPV4 if len(address) == 4 else _IPV6:
        if number >> shift == prefix:
            return scope
    return "PUBLIC"


def kept_bits(address: bytes) -> int:
    """How many leading bits make ``address`` what it is: 16 for 192.168.1.1, 0 for a public IPv4 one."""
    number = int.from_bytes(address, "big")
    for prefix, shift, _ in _IPV4 if len(address) == 4 else _IPV6:
        if number >> shift == prefix:
            return 8 * len(address) - shift
    return 0


def text_of(address: bytes) -> str:
    """IPv4 dotted, IPv6 as RFC 5952, MAC with colons; by length 4, 16, 6."""
    if len(address) == 4:
        return socket.inet_ntop(socket.AF_INET, address)
    if len(address) == 16:
        return socket.inet_ntop(socket.AF_INET6, address)
    return address.hex(":")


def mac_bytes(text: str) -> bytes:
    """The 6 bytes of a MAC written with colons; ``ValueError`` when it is none."""
    return bytes.fromhex(text.replace(":", ""))


class Address(NamedTuple):
    """One address, ready to be shown."""

    text: str
    scope: str
    kind: str
    local: bool
    """It belongs to this machine."""


_WIDTHS: Final = {Family.LINK: 6, Family.ARP: 4, Family.IPV4: 4, Family.IPV6: 16}
_BROADCAST_MAC: Final = b"\xff" * 6


class AddressBook:
    """Address bytes to ``Address``, each worked out once until the network changes."""

    def __init__(self) -> None:
        self._known: dict[int, dict[bytes, Address]] = {family: {} for family in _WIDTHS}
        self._network = Network()
        self._macs: frozenset[bytes] = frozenset()

    def set_network(self, network: Network) -> bool:
        """Take over what is local, gateway, broadcast; ``False`` when nothing that matters changed."""
        macs = frozenset(interface.mac for interface in network.interfaces if interface.mac)
        old, self._network = self._network, network
        if macs == self._macs and (old.gateways, old.local_addresses, old.broadcast_addresses) == (
            network.gateways,
            network.local_addresses,
            network.broadcast_addresses,
        ):
            return False
        self._macs = macs
        for known in self._known.values():
            known.clear()
        return True

    @property
    def has_locals(self) -> bool:
        """Whether anything is known to be this machine's."""
        return bool(self._network.local_addresses)

    def address(self, family: int, raw: bytes) -> Address:
        """The address in the 16 bytes of a flow record."""
        known = self._known[family]
        found = known.get(raw)
        if found is None:
            if len(known) >= CACHE_LIMIT:
                known.clear()
            found = known[raw] = self._work_out(raw[: _WIDTHS[Family(family)]])
        return found

    def parse(self, text: str) -> Address:
        """The address written as ``text_of`` writes it."""
        if len(text) == 17 and text[2::3] == ":::::":
            return self._work_out(mac_bytes(text))
        return self._work_out(socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text))

    def _work_out(self, address: bytes) -> Address:
        text = text_of(address)
        if len(address) == 6:
            kind = "broadcast" if address == _BROADCAST_MAC else "multicast" if address[0] & 1 else "unicast"
            return Address(text, "", kind, address in self._macs)
        scope = scope_of(address)
        if scope == "BROADCAST" or address in self._network.broadcast_addresses:
            kind = "broadcast"
        elif scope == "MULTICAST":
            kind = "multicast"
        elif address in self._network.gateways:
            kind = "gateway"
        else:
            kind = "unicast"
        # The whole loopback range is this machine's, but only once anything is known of this machine: not in a file.
        local = address in self._network.local_addresses or (scope == "LOOPBACK" and self.has_locals)
        return Address(text, scope, kind, local)
