"""Stand-ins for addresses that keep their family, their scope and who shares a prefix with whom.

In: an address as text, and a key. Out: another address of the same family and scope: the bits that make it private,
link-local, ... stay, the rest goes through a prefix-preserving permutation (Xu, Fan, Ammar, Moon 2002, "Crypto-PAn", with
keyed BLAKE2b); of IPv6 the lower 64 bits become a keyed hash, because they may hold a hardware address. Loopback,
multicast, broadcast and unspecified addresses name nobody and stay. Rule: no two addresses become one (but for 64-bit
hashes meeting), and a result never leaves its scope.
"""

from __future__ import annotations

import socket
from hashlib import blake2b

from netmon.tracker.address import kept_bits, mac_bytes, scope_of, text_of

_STAY = frozenset({"LOOPBACK", "MULTICAST", "BROADCAST", "UNSPECIFIED"})
_SOLICITED = bytes.fromhex("ff0200000000000000000001ff")
"""RFC 4291 section 2.7.1: the rest is the end of a unicast address, in the multicast MAC address too."""
_SOLICITED_MAC = b"\x33\x33\xff"
_LINK_LOCAL = bytes.fromhex("fe80000000000000")
_WALKS = 1000


class Addresses:
    """Addresses under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def stand_in(self, text: str) -> str:
        """For an IPv4, IPv6 or hardware address as ``text_of`` writes it; anything else raises ``ValueError``."""
        if len(text) == 17 and text[2::3] == ":::::":
            return self.mac(mac_bytes(text)).hex(":")
        try:
            raw = socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)
        except OSError as error:
            raise ValueError(f"{text} is no address") from error
        return text_of(self.ip(raw))

    def mac(self, address: bytes) -> bytes:
        """Locally administered (IEEE 802 section 8.4.2); groups stay."""
        if address == bytes(6):
            return address
        if address[:3] == _SOLICITED_MAC:
            return _SOLICITED_MAC + self._hash(b"solicited", address[3:], 3)
        return address if address[0] & 1 else b"\x02" + self._hash(b"mac", address, 5)

    def ip(self, address: bytes) -> bytes:
        """4 or 16 bytes."""
        if address[:13] == _SOLICITED:
            return _SOLICITED + self._hash(b"solicited", address[13:], 3)
        scope = scope_of(address)
        if scope in _STAY:
            return address
        if len(address) == 16 and kept_bits(address) == 96:  # an IPv4 address in IPv6: mapped, NAT64 (RFC 6052)
            return address[:12] + self.ip(address[12:])
        kept = 64 if address[:8] == _LINK_LOCAL else kept_bits(address)
        found = address
        for _ in range(_WALKS):  # walking on until the scope is right again keeps the permutation one to one
            found = self._permuted(found, kept)
            if scope_of(found) == scope:
                return found
        return found

    def _permuted(self, address: bytes, kept: int) -> bytes:
        bits = 32 if len(address) == 4 else 64
        number = int.from_bytes(address[: bits // 8])
        found = number >> (bits - kept) if kept else 0
        for position in range(min(kept, bits), bits):
            prefix = number >> (bits - position)
            bit = number >> (bits - position - 1) & 1
            flip = self._hash(b"bit", bytes([len(address), position]) + prefix.to_bytes(8), 1)[0] & 1
            found = found << 1 | (bit ^ flip)
        upper = found.to_bytes(bits // 8)
        return upper if len(address) == 4 else upper + self._hash(b"interface", address, 8)

    def _hash(self, what: bytes, data: bytes, length: int) -> bytes:
        return blake2b(data, digest_size=length, key=self._key, person=what).digest()
